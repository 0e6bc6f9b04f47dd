"""What an officer records in a ledger on the commitment's page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from deals.admin.acts import WAITS, by_form
from deals.admin.movement_forms import MovementForm, OfferForm, RedenominationForm, TakeUpForm
from deals.admin.moves import own_commitment
from deals.models import Commitment, Movement, MovementProposal, Transfer
from deals.sentences.rows import movement_in_words
from deals.services.movements import record_movement, redenominate, reverse
from deals.services.proposals import confirm_proposal
from deals.services.transfers import offer_transfer, take_up
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.models import Staff, State
from institutions.refusals import Refusal


@site.page("deals/commitment/<uuid:commitment_id>/movement/", name="deals_commitment_movement")
def movement(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """A drawdown, repayment or prepayment at once; what changes the committed amount when an approver confirms."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        made = record_movement(by=who, commitment=commitment, **given)
        return (
            str(WAITS)
            if made.state == State.PREPARED
            else _("Recorded: %(movement)s.") % {"movement": movement_in_words(made)}
        )

    return by_form(request, commitment_id, "movement", MovementForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/redenomination/", name="deals_commitment_redenomination")
def redenomination(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """The whole undrawn commitment into another currency, when an approver confirms."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        redenominate(by=who, commitment=commitment, currency=given.pop("currency_"), **given)
        return str(WAITS)

    return by_form(request, commitment_id, "redenomination", RedenominationForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/offer/", name="deals_commitment_offer")
def offer(request: HttpRequest, commitment_id: UUID) -> HttpResponseBase:
    """A part of the undrawn money to another institution, which is told when an approver confirmed."""

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        offer_transfer(by=who, commitment=commitment, **given)
        return str(WAITS)

    return by_form(request, commitment_id, "offer", OfferForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/take-up/<uuid:transfer_id>/", name="deals_commitment_take_up")
def taking_up(request: HttpRequest, commitment_id: UUID, transfer_id: UUID) -> HttpResponseBase:
    """Takes an offer up into this commitment, when an approver confirms."""
    transfer = Transfer.objects.filter(pk=transfer_id).first()

    def act(who: Staff, commitment: Commitment, given: dict[str, Any]) -> str:
        if transfer is None:
            raise Http404
        take_up(by=who, transfer=transfer, commitment=commitment, **given)
        return str(WAITS)

    return by_form(request, commitment_id, "take_up", TakeUpForm, act)


@site.page("deals/commitment/<uuid:commitment_id>/reverse/<uuid:movement_id>/", name="deals_commitment_reverse")
def reversal(request: HttpRequest, commitment_id: UUID, movement_id: UUID) -> HttpResponseBase:
    """Takes back the whole of one movement, when an approver confirms."""
    commitment = own_commitment(request, commitment_id)
    row = Movement.objects.filter(pk=movement_id, commitment=commitment).first()
    if row is None:
        raise Http404

    def act() -> str:
        reverse(by=person(request), movement=row)
        return str(WAITS)

    if request.method == "POST":
        _tried(request, act)
    return redirect("admin:deals_commitment_change", commitment.pk)


@site.page("deals/proposal/<uuid:proposal_id>/confirm/", name="deals_proposal_confirm")
def confirming(request: HttpRequest, proposal_id: UUID) -> HttpResponseBase:
    """Records what the agent proposed, as it stands; of the commitment at hand, or of the only one that there is."""
    who = person(request)
    proposal = MovementProposal.objects.filter(pk=proposal_id, to_id=who.institution_id).first()
    if proposal is None:
        raise Http404
    at_hand = request.POST.get("commitment")
    commitment = own_commitment(request, _uuid(at_hand)) if at_hand else None

    def act() -> str:
        made = confirm_proposal(by=who, proposal=proposal, commitment=commitment)
        if made.state == State.PREPARED:
            return str(WAITS)
        return _("Recorded as proposed: %(movement)s.") % {"movement": movement_in_words(made)}

    if request.method == "POST":
        _tried(request, act)
    return redirect("admin:deals_commitment_change", commitment.pk) if commitment else redirect("admin:index")


def _tried(request: HttpRequest, act: Callable[[], str]) -> None:
    """What has no form of its own is refused in a message."""
    try:
        messages.success(request, act())
    except Refusal as refusal:
        messages.error(request, in_words(refusal))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
