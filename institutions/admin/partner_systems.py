"""Partner systems: those of one's institution for its admin, and those that one answers for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.hashers import is_password_usable
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from institutions.admin.refusing import put_refusal
from institutions.admin.site import person, site
from institutions.models import Client, Staff
from institutions.permissions import SCOPES, Permission
from institutions.refusals import Refusal
from institutions.services import client_keeping as keeping
from institutions.services.overlap import MOST_HOURS

PAGE = "partner_systems"


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own is not generic when it runs
    """People, with what they may do."""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s (%(role)s)") % {"name": obj.name, "role": _(obj.role)}


class IssueForm(forms.Form):
    """What a system is called, what it is for, and who answers for it."""

    name = forms.CharField(
        label=later("Name"), max_length=120, help_text=later("What your colleagues call it, such as Loan system.")
    )
    scopes = forms.MultipleChoiceField(
        label=later("What it may do"),
        choices=[(str(scope), later(says)) for scope, says in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[str(Permission.READ)],
        help_text=later("Preparing and confirming never go to one system."),
    )
    responsible = PersonChoice(
        Staff.objects.none(),
        label=later("Who answers for it"),
        help_text=later("They alone make and see its secret, so they must be allowed to do themselves what it does."),
    )

    def __init__(self, data: Any = None, *, of: Staff) -> None:
        super().__init__(data, auto_id="id_issue_%s")
        people = Staff.objects.filter(institution_id=of.institution_id, is_active=True, mailbox=False).order_by(
            "name", "id"
        )
        chosen = self.fields["responsible"]
        assert isinstance(chosen, PersonChoice)  # noqa: S101  # declared so above
        chosen.queryset = people


class SecretForm(forms.Form):
    overlap_hours = forms.IntegerField(
        label=later("Hours for which the present secret stays good"),
        min_value=0,
        max_value=MOST_HOURS,
        initial=24,
        help_text=later(
            "Enough to bring the new one to where the system runs; 0 where the present one was seen by others."
        ),
    )


class KeysForm(forms.Form):
    keys = forms.CharField(
        label=later("Public keys (JSON Web Key Set)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=later(
            "With any here the system signs assertions (private_key_jwt) and no secret of it is taken any more."
            " Leave empty to go back to a secret. To change keys without a gap, put the old and the new one here."
        ),
    )


@site.page("partner-systems/", name=PAGE)
def systems(request: HttpRequest) -> HttpResponseBase:
    """All of one's institution for its admin, with a form to issue another; one's own for everybody else."""
    who = person(request)
    form = IssueForm(request.POST or None, of=who) if who.may(Permission.STAFF_MANAGE) else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                made = keeping.issue(by=who, **form.cleaned_data)
            except Refusal as refusal:
                put_refusal(form, refusal)
            else:
                answers = made.responsible.name if made.responsible else ""
                says = _("%(system)s is issued. %(name)s now makes its secret, on this page.")
                messages.success(request, says % {"system": made.name, "name": answers})
                return redirect(f"admin:{PAGE}")
    return _page(request, form)


@site.page("partner-systems/<uuid:client_id>/secret/", name="partner_system_secret")
def secret(request: HttpRequest, client_id: UUID) -> HttpResponseBase:
    """Makes a secret and shows it, this once."""
    client, form = _client(request, client_id), SecretForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        for says in form.errors.get("overlap_hours", ()):
            kept = _("%(system)s keeps its secret: %(why)s") % {"system": client.name, "why": says}
            messages.error(request, kept)
        return redirect(f"admin:{PAGE}")
    overlap = timedelta(hours=form.cleaned_data["overlap_hours"])
    handed = keeping.change_secret(by=person(request), client=client, overlap=overlap)
    response = _page(request, None, handed=handed)
    # Neither a cache nor the browser's history keeps it.
    response.headers["Cache-Control"] = "no-store"
    return response


@site.page("partner-systems/<uuid:client_id>/keys/", name="partner_system_keys")
def keys(request: HttpRequest, client_id: UUID) -> HttpResponseBase:
    """Puts the keys with which the system signs in place of those of before."""
    client, form = _client(request, client_id), KeysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        keeping.put_keys(by=person(request), client=client, key_set=form.cleaned_data["keys"])
        says = _("%(system)s shows a secret from now on.")
        if client.keys:
            says = _("%(system)s signs with its keys from now on.")
        messages.success(request, says % {"system": client.name})
    return redirect(f"admin:{PAGE}")


@site.page("partner-systems/<uuid:client_id>/revoke/", name="partner_system_revoke")
def revoke(request: HttpRequest, client_id: UUID) -> HttpResponseBase:
    """Ends it at once."""
    client = _client(request, client_id)
    if request.method == "POST":
        keeping.revoke(by=person(request), client=client)
        says = _("%(system)s is revoked: its tokens open nothing any more.")
        messages.success(request, says % {"system": client.name})
    return redirect(f"admin:{PAGE}")


def _client(request: HttpRequest, client_id: UUID) -> Client:
    """One's institution's own, which its admin and whoever answers for it know of."""
    found: Client | None = _seen_by(person(request)).filter(pk=client_id).first()
    if found is None:
        raise Http404
    return found


def _seen_by(who: Staff) -> Any:
    own = Client.objects.filter(institution_id=who.institution_id).select_related("responsible", "institution")
    return own if who.may(Permission.STAFF_MANAGE) else own.filter(responsible=who)


def _page(request: HttpRequest, form: IssueForm | None, handed: keeping.Handed | None = None) -> HttpResponseBase:
    who = person(request)
    facts = {
        "systems": [
            {
                "client": client,
                "scopes": [_(SCOPES[scope]) for scope in client.scopes if scope in SCOPES],
                "mine": client.responsible_id == who.pk,
                "waits": not client.keys and not is_password_usable(client.client_secret),
                "secret": SecretForm(auto_id=f"id_secret_{client.pk}_%s"),
                "keys": KeysForm(auto_id=f"id_keys_{client.pk}_%s"),
            }
            for client in _seen_by(who).order_by("-is_active", "name", "pk")
        ],
        "form": form if form is not None else (IssueForm(of=who) if who.may(Permission.STAFF_MANAGE) else None),
        "handed": handed,
    }
    return site.show(request, "admin/partner_systems.html", facts, title=_("Partner systems"))
