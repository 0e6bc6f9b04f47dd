"""Handing a part of one's signed money to another institution: an offer, and its taking up, each by two persons."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import LEDGER_STAGES
from deals.models import Commitment, Kind, Movement, Size, Transfer
from deals.money import Money
from deals.sentences.summaries import summarised
from deals.services.ledger import NoLedger, NotOpen
from deals.services.moves import move_commitment
from deals.services.owning import own
from institutions.constraints import rules_hold
from institutions.models import Approval, Client, Institution, Staff, State
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must


class SizeIsNotTransfer(Refusal):
    code = "size_is_not_transfer"
    says = gettext_noop(
        "A commitment that is signed by taking a transfer up has its size, {money}. Move it with that size first, or "
        "name one that is signed already."
    )
    status = 409


@transaction.atomic
def offer_transfer(
    *,
    by: Staff | Client,
    commitment: Commitment,
    to: Institution,
    money: Money,
    on: date | None = None,
    reference: str = "",
) -> Transfer:
    """Offers a part of one's undrawn money to an institution, which alone is told once an approver confirmed.

    From then on it is reserved. Nothing moves until the other takes it up.
    """
    must(by, Permission.COMMITMENTS_WRITE, "transfer a commitment")
    own(by, commitment)
    if commitment.stage not in LEDGER_STAGES:
        raise NoLedger(pointer="/commitment")
    day = on or timezone.now().date()
    with rules_hold():
        made = Transfer.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            to=to,
            amount=money.amount,
            currency=money.currency,
            effective_on=day,
            reference=reference,
            demo=commitment.demo,
        )
    approvals.prepare(
        by=by,
        subject=made,
        deal_id=made.deal_id,
        asks={"states": {str(made.pk): State.CONFIRMED.value}},
        summary=summarised(
            "Offer {money} of {commitment} to {institution}, effective {day}",
            money=money,
            commitment=commitment,
            institution=to.short_name,
            day=f"{day:%d %B %Y}",
        ),
    )
    return made


@transaction.atomic
def withdraw_transfer(*, by: Staff | Client, transfer: Transfer) -> None:
    """Takes an offer back that nobody took up."""
    must(by, Permission.COMMITMENTS_WRITE, "withdraw a transfer")
    if transfer.owner_id != by.institution_id:
        raise NotFound(what="transfer")
    if transfer.withdrawn_on or transfer.state != State.CONFIRMED:
        raise NotOpen
    with rules_hold():
        taken = Transfer.objects.filter(pk=transfer.pk, withdrawn_on=None).update(withdrawn_on=timezone.now().date())
    if taken != 1:
        raise Stale
    transfer.refresh_from_db()


@transaction.atomic
def take_up(
    *,
    by: Staff | Client,
    transfer: Transfer,
    commitment: Commitment,
    agreement_reference: str = "",
    signed_on: date | None = None,
) -> Movement:
    """Takes a transfer up into one's own commitment, once two persons saw it; both ledgers are written at once.

    A commitment that is not signed yet, of the transfer's size, is signed by it. Raises Unmet for what that lacks.
    """
    must(by, Permission.COMMITMENTS_WRITE, "take a transfer up")
    own(by, commitment)
    if transfer.to_id != by.institution_id:
        raise NotFound(what="transfer")
    money = Money(transfer.amount, transfer.currency)
    with rules_hold():
        made = Movement.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            kind=Kind.TRANSFER_IN.value,
            amount=transfer.amount,
            currency=transfer.currency,
            effective_on=transfer.effective_on,
            reference=transfer.reference,
            transfer=transfer,
            demo=commitment.demo,
        )
    asks: dict[str, Any] = {"states": {str(made.pk): State.CONFIRMED.value}}
    if commitment.stage in LEDGER_STAGES:
        _ask(by, made, asks, money)
        return made
    if not Size.objects.filter(commitment=commitment, amount=money.amount, currency=money.currency).exists():
        raise SizeIsNotTransfer(money=money, pointer="/commitment")
    move_commitment(
        by=by,
        commitment=commitment,
        to="signed",
        agreement_reference=agreement_reference,
        signed_on=signed_on,
        more=asks,
    )
    return made


def _ask(by: Staff | Client, made: Movement, asks: dict[str, Any], money: Money) -> Approval:
    return approvals.prepare(
        by=by,
        subject=made,
        deal_id=made.deal_id,
        asks=asks,
        summary=summarised(
            "Take up the transfer of {money}, effective {day}: {commitment}",
            money=money,
            day=f"{made.effective_on:%d %B %Y}",
            commitment=made.commitment,
        ),
    )
