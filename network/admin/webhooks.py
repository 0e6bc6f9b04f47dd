"""Webhook endpoints in the web admin, for the institution's own admins."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.forms import put_refusal
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.models import Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal
from institutions.selectors.reading import Shape, one
from network.admin.webhook_forms import EndpointForm, ReplayForm, RotateForm
from network.models import WebhookEndpoint
from network.selectors.webhooks import WEBHOOK_ENDPOINTS, latest_deliveries, replays_of
from network.services.webhooks import (
    change_endpoint,
    make_endpoint,
    replay_events,
    rotate_secret,
    try_endpoint,
)

TITLE = later("Webhooks")
# While a test is on its way the page looks again by itself.
LOOK_AGAIN_SECONDS = "4"


def manages(request: HttpRequest) -> bool:
    """Whether the page stands in somebody's sidebar."""
    return isinstance(request.user, Staff) and request.user.may(Permission.WEBHOOKS_MANAGE)


def _not_theirs(request: HttpRequest) -> HttpResponseBase | None:
    """The page for whoever manages no webhooks; None for who does."""
    who = person(request)
    if who.may(Permission.WEBHOOKS_MANAGE):
        return None
    people = with_role(who.institution_id, Role.INSTITUTION_ADMIN)
    facts: dict[str, object] = {"people": people, "role": Role.INSTITUTION_ADMIN}
    return site.show(request, "admin/not_yours.html", facts, title=str(TITLE), status=403)


def _found(endpoint_id: UUID) -> tuple[WebhookEndpoint, Shape]:
    shape = one(WEBHOOK_ENDPOINTS, endpoint_id)
    row = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if shape is None or row is None:
        raise Http404
    return row, shape


@site.page("webhooks/", name="webhooks")
def webhooks(request: HttpRequest) -> HttpResponseBase:
    """All endpoints of one's institution."""
    if refused := _not_theirs(request):
        return refused
    rows = [WEBHOOK_ENDPOINTS.shape(row) for row in WEBHOOK_ENDPOINTS.rows().order_by("-told_at", "id")]
    return site.show(request, "admin/webhooks.html", {"rows": rows}, title=str(TITLE))


@site.page("webhooks/new/", name="webhook_new")
def new(request: HttpRequest) -> HttpResponseBase:
    """Sets one up; its secret is shown on the page that answers, and never again."""
    if refused := _not_theirs(request):
        return refused
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = make_endpoint(
                by=person(request),
                url=given["url"],
                description=given["description"],
                events=tuple(given["events"]),
            )
            return _secret(request, made.endpoint, made.secret)
        except Refusal as refusal:
            put_refusal(form, refusal)
    status = 422 if form.errors else 200
    return site.show(request, "admin/webhook_new.html", {"form": form}, title=_("New webhook"), status=status)


@site.page("webhooks/<uuid:endpoint_id>/", name="webhook")
def webhook(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """One endpoint: how it fares, what it was told, what to do."""
    return _not_theirs(request) or _page(request, endpoint_id)


@site.page("webhooks/<uuid:endpoint_id>/change/", name="webhook_change")
def change(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """Another address, purpose or choice of events."""
    form = EndpointForm(request.POST)
    return _carry_out(request, endpoint_id, "change", form, lambda row: _changed(request, row, form))


@site.page("webhooks/<uuid:endpoint_id>/switch/", name="webhook_switch")
def switch(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """Off, or on again where it stopped."""
    on = request.POST.get("active") == "yes"
    return _carry_out(request, endpoint_id, "", None, lambda row: _switched(request, row, on=on))


@site.page("webhooks/<uuid:endpoint_id>/test/", name="webhook_test")
def test(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """Sends a test."""
    return _carry_out(request, endpoint_id, "", None, lambda row: _tried(request, row))


@site.page("webhooks/<uuid:endpoint_id>/replay/", name="webhook_replay")
def replay(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """Sends a range of days once more."""
    form = ReplayForm(request.POST)
    return _carry_out(request, endpoint_id, "replay", form, lambda row: _replayed(request, row, form))


@site.page("webhooks/<uuid:endpoint_id>/rotate/", name="webhook_rotate")
def rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponseBase:
    """Another secret, shown on the page that answers."""
    form = RotateForm(request.POST)
    return _carry_out(request, endpoint_id, "rotate", form, lambda row: _rotated(request, row, form))


def _changed(request: HttpRequest, row: WebhookEndpoint, form: forms.Form) -> str:
    change_endpoint(by=person(request), endpoint=row, **form.cleaned_data)
    return _("The endpoint is changed.")


def _switched(request: HttpRequest, row: WebhookEndpoint, *, on: bool) -> str:
    change_endpoint(by=person(request), endpoint=row, active=on)
    if on:
        return _("It goes on where it stopped.")
    return _("Nothing is sent any more; what happens meanwhile is kept for it.")


def _tried(request: HttpRequest, row: WebhookEndpoint) -> str:
    try_endpoint(by=person(request), endpoint=row)
    return _("A test is on its way. What came of it stands below within seconds.")


def _replayed(request: HttpRequest, row: WebhookEndpoint, form: forms.Form) -> str:
    replay_events(by=person(request), endpoint=row, **form.cleaned_data)
    return _("These events are sent again, as they may be seen now.")


def _rotated(request: HttpRequest, row: WebhookEndpoint, form: forms.Form) -> HttpResponseBase:
    overlap = timedelta(hours=form.cleaned_data["overlap_hours"])
    return _secret(request, row, rotate_secret(by=person(request), endpoint=row, overlap=overlap))


def _carry_out(
    request: HttpRequest,
    endpoint_id: UUID,
    name: str,
    form: forms.Form | None,
    act: Callable[[WebhookEndpoint], str | HttpResponseBase],
) -> HttpResponseBase:
    """Does it and returns to the page; a refusal comes back at its form, or above all where it has none."""
    if refused := _not_theirs(request):
        return refused
    row, _ = _found(endpoint_id)
    said = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            done = act(row)
            if not isinstance(done, str):
                return done
            messages.success(request, done)
        except Refusal as refusal:
            said = in_words(refusal)
            if form is not None:
                put_refusal(form, refusal)
    wrong = form is not None and request.method == "POST" and bool(form.errors)
    if not (said or wrong):
        return redirect("admin:webhook", endpoint_id)
    return _page(request, endpoint_id, forms_={name: form} if form else {}, said="" if form else said)


def _page(
    request: HttpRequest, endpoint_id: UUID, *, forms_: dict[str, forms.Form] | None = None, said: str = ""
) -> TemplateResponse:
    row, shape = _found(endpoint_id)
    rows, parked = latest_deliveries(row.pk)
    replays = replays_of(row.pk)
    shown: dict[str, forms.Form] = {
        "change": EndpointForm(
            initial={"url": row.url, "description": row.description, "events": row.events}, auto_id="id_change_%s"
        ),
        "rotate": RotateForm(auto_id="id_rotate_%s"),
        "replay": ReplayForm(auto_id="id_replay_%s"),
    }
    facts = {
        "endpoint": shape,
        "rows": rows,
        "parked": parked,
        "replays": replays,
        "forms": shown | (forms_ or {}),
        "refused": forms_ or {},
        "said": said,
    }
    page = site.show(request, "admin/webhook.html", facts, title=str(TITLE), status=422 if said or forms_ else 200)
    if not (said or forms_) and any(each["test"] and each["status"] == "pending" for each in rows):
        page.headers["Refresh"] = LOOK_AGAIN_SECONDS
    return page


def _secret(request: HttpRequest, row: WebhookEndpoint, secret: str) -> HttpResponseBase:
    page = site.show(request, "admin/webhook_secret.html", {"endpoint": row, "secret": secret}, title=str(TITLE))
    page.headers["Cache-Control"] = "no-store"
    return page
