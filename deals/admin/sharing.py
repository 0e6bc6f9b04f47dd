"""Who sees a row of one's own, and naming one institution that sees it: of deals, commitments and documents."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.choices import SeenChoice, offer
from deals.admin.deals import BESIDE
from deals.admin.forms import day, put_refusal
from deals.models import Commitment, Deal, Document, Origin, Price
from deals.selectors.grants import state_of
from deals.selectors.links import commitment_in_words
from deals.services.granting import Shareable, end_grant, name_institution
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.models import Approval, Grant, Institution
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal
from institutions.selectors.who_sees import who_sees

KINDS: dict[str, type[Deal] | type[Commitment] | type[Document]] = {
    "deal": Deal, "commitment": Commitment, "document": Document,
}  # fmt: skip
WAITS = later("An approver of your institution is asked to confirm it. Until then it sees nothing.")


class GrantForm(forms.Form):
    """An institution, and from when until when it sees the row."""

    institution = SeenChoice(
        later("Institution"), later("It alone, beside everyone who is told already."), required=True, empty="–"
    )
    starts = day(later("From"), hint=later("The day begins at 00:00 UTC. Otherwise from the confirmation on."))
    until = day(
        later("Until"),
        required=True,
        hint=later("The last day on which it sees it (UTC). You can end it sooner at once."),
    )
    with_price = forms.BooleanField(label=later("With its price"), required=False)

    def __init__(self, data: Any = None, *, row: Shareable) -> None:
        super().__init__(data, auto_id="id_grant_%s")
        offer(self, institution=Institution.objects.exclude(pk=row.owner_id).order_by("short_name"))
        if not (isinstance(row, Commitment) and Price.objects.filter(commitment=row).exists()):
            del self.fields["with_price"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, until = given.get("starts"), given.get("until")
        given["starts"] = datetime.combine(starts, time(), UTC) if starts else None
        if until:
            given["until"] = datetime.combine(until + timedelta(days=1), time(), UTC)
        return given


@site.page("deals/deal/<uuid:deal_id>/sharing/", name="deals_deal_sharing")
def of_deal(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Who sees one's own deal."""
    return _page(request, "deal", deal_id)


@site.page("deals/commitment/<uuid:commitment_id>/sharing/", name="deals_commitment_sharing")
def of_commitment(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """Who sees one's own commitment."""
    return _page(request, "commitment", commitment_id)


@site.page("deals/document/<uuid:document_id>/sharing/", name="deals_document_sharing")
def of_document(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """Who sees one's own document."""
    return _page(request, "document", document_id)


@site.page("deals/grant/<uuid:grant_id>/end/", name="deals_grant_end")
def end(request: HttpRequest, grant_id: UUID) -> HttpResponseBase:
    """Takes an institution out again, at once."""
    grant = Grant.objects.select_related("institution").filter(pk=grant_id).first()
    kind = next((kind for kind, model in KINDS.items() if grant and model.objects.filter(pk=grant.row_id).exists()), "")
    if grant is None or not kind:
        raise Http404
    if request.method == "POST":
        try:
            end_grant(by=person(request), grant=grant)
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            says = _("%(institution)s sees it no more as one that you named.")
            messages.success(request, says % {"institution": grant.institution.short_name})
    return redirect(f"admin:deals_{kind}_sharing", grant.row_id)


def _page(request: HttpRequest, kind: str, key: UUID) -> HttpResponseBase:
    who = person(request)
    row: Shareable | None = KINDS[kind]._default_manager.filter(pk=key, owner_id=who.institution_id).first()
    audience = who_sees(key, me=who.institution_id) if row else None
    if row is None or audience is None:
        raise Http404
    may_name = who.may(Permission.COMMITMENTS_WRITE) and getattr(row, "origin", "") != Origin.PUBLISHED
    form = GrantForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and may_name and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            name_institution(by=who, row=row, to=given.pop("institution"), **given)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, WAITS)
            return redirect(request.path)
    refused = request.method == "POST"
    facts = {
        "row": row,
        "name": _name(row),
        "back": reverse(f"admin:deals_{kind}_change", args=[key]),
        "see_as": reverse(f"admin:deals_{kind}_as", args=[key]),
        "audience": audience,
        "grants": _grants(key),
        "form": form if may_name else None,
        "officers": () if may_name else with_role(who.institution_id, Role.OFFICER),
        "waiting": Approval.objects.filter(row_id=key, decision="").select_related("prepared_by").first(),
    }
    return site.show(request, "admin/sharing.html", facts, title=_("Who sees this"), status=422 if refused else 200)


def _name(row: Shareable) -> str:
    if isinstance(row, Commitment):
        return commitment_in_words(row)
    return row.title if isinstance(row, Document) else str(row)


def _grants(key: UUID) -> list[tuple[Grant, str]]:
    """Of the row itself, the newest first, each with its state; its parts follow it."""
    found = Grant.objects.filter(row_id=key).select_related("institution").order_by("-starts", "id")
    return [(row, state_of({"starts": row.starts, "ends": row.ends})) for row in found]


def _door(request: HttpRequest, deal_id: UUID) -> SafeString:
    if not Deal.objects.filter(pk=deal_id, owner_id=person(request).institution_id).exists():
        return SafeString("")
    return format_html(
        '<a class="ob-button" href="{}">{}</a> <a class="ob-button" href="{}">{}</a>',
        reverse("admin:deals_deal_sharing", args=[deal_id]),
        _("Who sees this"),
        reverse("admin:deals_deal_as", args=[deal_id]),
        _("See as…"),
    )


BESIDE.append(_door)
