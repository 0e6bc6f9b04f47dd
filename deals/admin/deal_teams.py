"""The page of one's own deal team: the wall around a deal, its insider list, and coordinators that came later."""

from collections.abc import Callable
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
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget

from deals.admin.deals import BESIDE
from deals.admin.forms import day, put_refusal
from deals.admin.room.filling import room_of
from deals.models import Deal
from deals.selectors.deal_teams import candidates, insiders, team_of
from deals.selectors.lead_consents import later_leads
from deals.sentences.words import listed, word
from deals.services import deal_teams as teams
from deals.services.lead_consents import consent_to_lead, end_lead_consent
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.models import Approval, Client, Consent, DealTeam, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal

_CHOOSE = {
    "invalid_choice": later("Choose from your own people and clients."),
    "required": later("Choose at least one."),
}


class WallForm(forms.Form):
    """Who stands in the institution's place."""

    people = forms.MultipleChoiceField(
        label=later("Who sees the deal from now on"),
        help_text=later("Name yourself, and an approver who confirms what you prepare."),
        widget=UnfoldAdminSelectMultipleWidget(),
        error_messages=_CHOOSE,
    )

    def __init__(self, data: Any = None, *, who: Staff) -> None:
        super().__init__(data, auto_id="id_wall_%s", initial={"people": [str(who.pk)]})
        self.own = _own(who)
        self.fields["people"].choices = _choices(self.own)  # type: ignore[attr-defined]


class AddForm(forms.Form):
    """Somebody more, from now or a later day on."""

    person = forms.ChoiceField(label=later("Who"), widget=UnfoldAdminSelectWidget(), error_messages=_CHOOSE)
    starts = day(later("From"), hint=later("The day begins at 00:00 UTC. Otherwise from now on."))
    until = day(later("Until"), hint=later("The last day (UTC). Otherwise without an end."))

    def __init__(self, data: Any = None, *, who: Staff) -> None:
        super().__init__(data, auto_id="id_add_%s")
        self.own = _own(who)
        self.fields["person"].choices = _choices(self.own)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts, until = given.get("starts"), given.get("until")
        given["starts"] = datetime.combine(starts, time(), UTC) if starts else None
        given["until"] = datetime.combine(until + timedelta(days=1), time(), UTC) if until else None
        return given


@site.page("deals/deal/<uuid:deal_id>/team/", name="deals_deal_team")
def team(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Who of one's institution sees the deal."""
    return _page(request, room_of(deal_id))


@site.page("deals/deal/<uuid:deal_id>/team/wall/", name="deals_deal_wall")
def wall(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Walls the deal off."""
    deal, who = room_of(deal_id), person(request)
    form = WallForm(request.POST, who=who)

    def act() -> str:
        people = [form.own[key] for key in form.cleaned_data["people"]]
        teams.wall_off(by=who, deal=deal, people=people)
        return _("The deal is walled off: your other colleagues see nothing of it from now on.")

    return _carry_out(request, deal, act, form=form, name="wall")


@site.page("deals/deal/<uuid:deal_id>/team/add/", name="deals_deal_team_add")
def add(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Puts somebody on the team."""
    deal, who = room_of(deal_id), person(request)
    found, form = _team(deal, who), AddForm(request.POST, who=who)

    def act() -> str:
        given = dict(form.cleaned_data)
        added = form.own[given.pop("person")]
        teams.add_to_team(by=who, team=found, person=added, **given)
        return _("%(name)s is on the team.") % {"name": added.name}

    return _carry_out(request, deal, act, form=form, name="add")


@site.page("deals/deal/<uuid:deal_id>/team/<uuid:member_id>/end/", name="deals_deal_team_end_member")
def take_off(request: HttpRequest, deal_id: UUID, member_id: UUID) -> HttpResponseBase:
    """Takes somebody off at once."""
    deal, who = room_of(deal_id), person(request)
    found = _team(deal, who)

    def act() -> str:
        teams.take_off_team(by=who, team=found, member=member_id)
        return _("Off the team: nothing of the deal is seen there any more.")

    return _carry_out(request, deal, act)


@site.page("deals/deal/<uuid:deal_id>/team/end/", name="deals_deal_team_end")
def take_down(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Asks an approver to let every colleague see the deal again."""
    deal, who = room_of(deal_id), person(request)
    found = _team(deal, who)

    def act() -> str:
        teams.ask_to_take_down(by=who, team=found, deal=deal)
        return _("An approver on the team is asked to confirm it. Until then the wall stands.")

    return _carry_out(request, deal, act)


@site.page("deals/deal/<uuid:deal_id>/team/lead/<uuid:institution_id>/", name="deals_deal_lead_consent")
def let_see(request: HttpRequest, deal_id: UUID, institution_id: UUID) -> HttpResponseBase:
    """Lets a later coordinator see what the lead was told before it came."""
    deal, who = room_of(deal_id), person(request)
    lead = Institution.objects.filter(pk=institution_id).first()
    if lead is None:
        raise Http404

    def act() -> str:
        consent_to_lead(by=who, deal=deal, institution=lead)
        return _("%(name)s sees what you told the lead before.") % {"name": lead.short_name}

    return _carry_out(request, deal, act)


@site.page("deals/deal/<uuid:deal_id>/team/consent/<uuid:consent_id>/end/", name="deals_deal_lead_consent_end")
def let_see_no_more(request: HttpRequest, deal_id: UUID, consent_id: UUID) -> HttpResponseBase:
    """Takes such a consent back."""
    deal, who = room_of(deal_id), person(request)
    consent = Consent.objects.filter(pk=consent_id, deal_id=deal.pk).first()
    if consent is None:
        raise Http404

    def act() -> str:
        end_lead_consent(by=who, consent=consent)
        return _("What you told the lead before is hidden from that coordinator again.")

    return _carry_out(request, deal, act)


def _carry_out(
    request: HttpRequest, deal: Deal, act: Callable[[], str], *, form: forms.Form | None = None, name: str = ""
) -> HttpResponseBase:
    """Does it and returns to the page; a refusal comes back at its form, or above all where it has none."""
    if request.method != "POST":
        return redirect("admin:deals_deal_team", deal.pk)
    said = ""
    if form is None or form.is_valid():
        try:
            messages.success(request, act())
        except Refusal as refusal:
            said = in_words(refusal)
            if form is not None:
                put_refusal(form, refusal)
        else:
            return redirect("admin:deals_deal_team", deal.pk)
    return _page(request, deal, refused={name: form} if form else {}, said="" if form else said)


def _page(
    request: HttpRequest, deal: Deal, *, refused: dict[str, forms.Form] | None = None, said: str = ""
) -> HttpResponseBase:
    who = person(request)
    found = team_of(deal.pk, who.institution_id)
    may = who.may(Permission.COMMITMENTS_WRITE) or who.may(Permission.COMMITMENTS_APPROVE)
    forms_: dict[str, forms.Form] = {}
    if may:
        forms_ = {"add": AddForm(who=who)} if found else {"wall": WallForm(who=who)}
    facts = {
        "deal": deal,
        "team": insiders(found) if found else None,
        "me": who.pk,
        "may": may,
        "forms": forms_ | {key: form for key, form in (refused or {}).items() if key in forms_},
        "said": said,
        "leads": later_leads(deal.pk),
        "may_consent": who.may(Permission.COMMITMENTS_WRITE),
        "waiting": Approval.objects.filter(row_id=found.pk, decision="").select_related("prepared_by").first()
        if found
        else None,
    }
    status = 200 if refused is None else 422
    return site.show(request, "admin/deal_team.html", facts, title=_("Deal team"), status=status)


def _team(deal: Deal, who: Staff) -> DealTeam:
    found = team_of(deal.pk, who.institution_id)
    if found is None:
        raise Http404
    return found


def _own(who: Staff) -> dict[str, Staff | Client]:
    people, clients = candidates(who.institution_id)
    own: list[Staff | Client] = [*people, *clients]
    return {str(each.pk): each for each in own}


def _choices(own: dict[str, Staff | Client]) -> list[tuple[str, str]]:
    return [
        (key, listed([each.name, word(each.role) if isinstance(each, Staff) else _("system")]))
        for key, each in own.items()
    ]


def _door(_request: HttpRequest, deal_id: UUID) -> SafeString:
    page = reverse("admin:deals_deal_team", args=[deal_id])
    return format_html('<a class="ob-button" href="{}">{}</a>', page, _("Deal team"))


BESIDE.append(_door)
