"""A registrar's pages: register a deal, and keep it: facts, life, tranches, invitations, roles, who is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.deal_forms import (
    DealFacts,
    EndRoleForm,
    InviteForm,
    MoveDealForm,
    RegisterForm,
    RoleForm,
    TellForm,
    TrancheForm,
)
from deals.admin.forms import put_refusal
from deals.admin.way import lacking
from deals.admin.words import words
from deals.models import Deal, Origin, RoleKind
from deals.selectors.deal_page import find_deal
from deals.sentences.rows import role_in_words
from deals.services import deal_moves, deals, inviting
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_WAITS = later("An approver of your institution is asked to confirm it. Until then nothing changes.")


@dataclass(frozen=True)
class Act:
    """One thing that a registrar does on the page: a form, and the service that carries it out and says so."""

    name: str
    title: "StrOrPromise"
    hint: "StrOrPromise"
    button: "StrOrPromise"
    form: Callable[..., forms.Form]
    do: Callable[[Staff, Deal, dict[str, Any]], str]


def _move(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    waits = deal_moves.move_deal(by=who, deal=deal, **given)
    return str(_WAITS) if waits else _("The deal is now: %(status)s.") % {"status": words(given["to"])}


def _tell(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    waits = deals.tell_deal(by=who, deal=deal, level=Level(given["level"]))
    return str(_WAITS) if waits else _("Told from now on: '%(level)s'.") % {"level": words(given["level"])}


def _change(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    deals.change_deal(by=who, deal=deal, **given)
    return _("The deal is changed.")


def _tranche(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    made = deals.add_tranche(by=who, deal=deal, **given)
    return _("The tranche '%(name)s' is added, told as far as the deal.") % {"name": made.name}


def _invite(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    made = inviting.invite(by=who, deal=deal, on=timezone.now().date(), **given)
    return _(
        "The invitation of %(institution)s is prepared. An approver of your institution is asked to confirm it. Until "
        "then nothing changes."
    ) % {"institution": made.institution.short_name}


def _role(who: Staff, deal: Deal, given: dict[str, Any]) -> str:
    made = inviting.name_role(by=who, deal=deal, **(given | {"role": RoleKind(given["role"])}))
    return _("The role is named.") if made.institution_id == deal.owner_id else str(_WAITS)


def _end_role(who: Staff, _deal: Deal, given: dict[str, Any]) -> str:
    inviting.end_role(by=who, **given)
    return _("The role has ended: %(role)s.") % {"role": role_in_words(given["role"])}


ACTS = {
    act.name: act
    for act in (
        Act(
            "move",
            later("Where it stands"),
            later("Financial close and cancellation are seen by two persons."),
            later("Move the deal"),
            lambda deal, data=None: MoveDealForm(data, statuses=list(deal_moves.next_statuses(deal))),
            _move,
        ),
        Act(
            "tell",
            later("Who is told"),
            later("Narrower, or as far as the lead, at once; further when an approver confirms."),
            later("Change who is told"),
            lambda deal, data=None: TellForm(data, initial={"level": deal.level}),
            _tell,
        ),
        Act(
            "invite",
            later("Invite an institution"),
            later("It is let in when an approver confirms. With an NDA it is a party."),
            later("Prepare the invitation"),
            lambda _deal, data=None: InviteForm(data),
            _invite,
        ),
        Act(
            "tranche",
            later("Add a tranche"),
            later("Commitments name their tranche before they are firm."),
            later("Add the tranche"),
            lambda deal, data=None: TrancheForm(data, initial={"currency": deal.target_currency}),
            _tranche,
        ),
        Act(
            "role",
            later("Name a role"),
            later("Another institution's role is an invitation, and is seen by two persons."),
            later("Name the role"),
            lambda deal, data=None: RoleForm(data, deal=deal),
            _role,
        ),
        Act(
            "end_role",
            later("End a role"),
            later("A coordinator is told nothing more of what is told to the lead."),
            later("End the role"),
            lambda deal, data=None: EndRoleForm(data, deal=deal),
            _end_role,
        ),
        Act(
            "change",
            later("What you state of it"),
            later("Told as far as the deal."),
            later("Save"),
            lambda deal, data=None: DealFacts(data, deal=deal),
            _change,
        ),
    )
}


@site.page("deals/deal/register/", name="deals_deal_register")
def register(request: HttpRequest) -> HttpResponseBase:
    """A new deal, at first its registrar's alone."""
    who = person(request)
    if not who.may(Permission.DEALS_WRITE):
        facts = {"people": with_role(who.institution_id, Role.OFFICER), "role": Role.OFFICER}
        return site.show(request, "admin/not_yours.html", facts, title=_("Register a deal"), status=403)
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = deals.register_deal(by=who, **form.cleaned_data)
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("The deal is registered. Only your institution sees it until you tell others."))
            return redirect("admin:deals_deal_keep", made.pk)
    status = 422 if request.method == "POST" else 200
    return site.show(request, "admin/register_deal.html", {"form": form}, title=_("Register a deal"), status=status)


@site.page("deals/deal/<uuid:deal_id>/keep/", name="deals_deal_keep")
def keep(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Everything that its registrar does with a deal."""
    return _page(request, _own(request, deal_id))


@site.page("deals/deal/<uuid:deal_id>/keep/<slug:act>/", name="deals_deal_act")
def carry_out(request: HttpRequest, deal_id: UUID, act: str) -> HttpResponseBase:
    """Carries out one act; a refusal comes back at its form."""
    deal, chosen = _own(request, deal_id), ACTS.get(act)
    if chosen is None:
        raise Http404
    if request.method != "POST":
        return redirect("admin:deals_deal_keep", deal.pk)
    form = chosen.form(deal, request.POST)
    if form.is_valid():
        try:
            messages.success(request, chosen.do(person(request), deal, form.cleaned_data))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            return redirect("admin:deals_deal_keep", deal.pk)
    return _page(request, deal, refused=(act, form))


def _page(request: HttpRequest, deal: Deal, *, refused: tuple[str, forms.Form] | None = None) -> HttpResponseBase:
    forms_ = {name: act.form(deal) for name, act in ACTS.items()} | dict([refused] if refused else [])
    for name, form in forms_.items():
        # Several forms share the page, and some their fields' names.
        form.auto_id = f"id_{name}_%s"
    lacks = [(words(to), missing) for to, missing in lacking(deal).items()]
    facts = {
        "original": deal,
        "standing": words(deal.status),
        "acts": [(act, forms_[name]) for name, act in ACTS.items() if name != "move" or lacks],
        "lacks": lacks,
    }
    return site.show(
        request,
        "admin/keep_deal.html",
        facts,
        title=_("Keep %(deal)s") % {"deal": deal},
        status=422 if refused else 200,
    )


def _own(request: HttpRequest, deal_id: UUID) -> Deal:
    """One that the asker's institution keeps, for an officer; another's is as missing here as a hidden one."""
    deal, who = find_deal(deal_id), person(request)
    kept = deal is not None and deal.owner_id == who.institution_id and deal.origin == Origin.REGISTERED
    if deal is None or not kept or not who.may(Permission.DEALS_WRITE):
        raise Http404
    return deal
