"""The owner of a commitment answers the line that a lead allocated to it: accepts or declines, by two persons."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import Requirement, moves_from
from deals.models import AllocationAcceptance, AllocationAnswer, AllocationLine, Commitment, Size
from deals.money import Money, figure
from deals.sentences.summaries import summarised
from deals.services.allocating import LineClosed, hold_line
from deals.services.moves import lay_before
from deals.services.owning import own
from deals.services.requirements import Refused, unmet_requirements
from deals.services.sizes import SizeDraft
from institutions.models import Approval, Client, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Forbidden, NotFound, Refusal
from institutions.services import approvals
from institutions.services.acting import must


class AnsweredAlready(Refusal):
    code = "answered_already"
    says = gettext_noop(
        "This line was {answer} by your institution, or that answer waits for an approver. Have what waits decided "
        "first; what was answered stands, and the lead may allocate anew."
    )
    status = 409


class AboveOffer(Refusal):
    code = "above_offer"
    says = gettext_noop(
        "The line is of {line}, beyond your offer of {offer} as it stands. State your offer anew, or decline the line."
    )


@transaction.atomic
def accept_line(*, by: Staff | Client, line: AllocationLine, valid_until: date | None = None) -> Approval:
    """Lays before an approver that the line is accepted: the commitment becomes `allocated`, its size the line's.

    `valid_until` where the commitment has none that lasts. Raises Unmet, AnsweredAlready, AboveOffer.
    """
    commitment = _addressed(by, line, "accept a line")
    money = Money(line.amount, line.currency)
    if "allocated" not in moves_from(commitment.stage):
        allowed = ", ".join(moves_from(commitment.stage)) or "none, it has ended"
        raise Refused(stage=commitment.stage, to="allocated", allowed=allowed)
    until = valid_until or commitment.valid_until
    given = {Requirement.VALID_UNTIL: bool(until)}
    met = given | dict.fromkeys((Requirement.TRANCHE, Requirement.SIZE, Requirement.ALLOCATION), True)
    unmet_requirements("allocated", met, valid_until=until)
    size = Size.objects.filter(commitment=commitment, amount__isnull=False).first()
    if size and size.amount is not None and (size.currency != line.currency or size.amount < line.amount):
        raise AboveOffer(line=figure(money), offer=figure(Money(size.amount, size.currency)))
    answer = _answer(line, commitment, AllocationAnswer.ACCEPTED)
    facts: dict[str, Any] = {"valid_until": valid_until} if valid_until else {}
    if commitment.tranche_id != line.tranche_id:
        facts["tranche_id"] = line.tranche_id
    return lay_before(
        by=by,
        commitment=commitment,
        to="allocated",
        on=timezone.now().date(),
        facts=facts,
        size=SizeDraft(money),
        more={
            "states": {str(answer.pk): State.CONFIRMED.value},
            "says": [
                summarised("Accept the line of {money}: it becomes the size of your commitment.", money=figure(money))
            ],
        },
    )


@transaction.atomic
def decline_line(*, by: Staff | Client, line: AllocationLine, reason: str = "") -> Approval:
    """Lays before an approver that the line is declined: its money is free again. The reason stays inside."""
    commitment = _addressed(by, line, "decline a line")
    answer = _answer(line, commitment, AllocationAnswer.DECLINED)
    money = figure(Money(line.amount, line.currency))
    return approvals.prepare(
        by=by,
        subject=answer,
        deal_id=line.deal_id,
        asks={
            "states": {str(answer.pk): State.CONFIRMED.value},
            "says": [
                summarised("Decline the line of {money}.", money=money),
                *([summarised("Reason: {reason}", reason=reason[:400])] if reason else []),
            ],
        },
        summary=summarised("Decline the line of {money} allocated to {commitment}", money=money, commitment=commitment),
    )


def check_answer(approval: Approval) -> None:
    """Raises LineClosed in words where the line of an answer that is being confirmed was taken back meanwhile."""
    answers = AllocationAcceptance.objects.filter(pk__in=list(approval.asks.get("states", ())))
    for line in answers.order_by("line").values_list("line", flat=True):
        hold_line(line)
    if answers.exclude(line__state=State.CONFIRMED, line__taken_back_on=None).exists():
        raise LineClosed


def _addressed(by: Staff | Client, line: AllocationLine, act: str) -> Commitment:
    """The asker's own commitment, locked, that an open line is about."""
    must(by, Permission.COMMITMENTS_WRITE, act)
    if line.institution_id != by.institution_id:
        raise Forbidden(act=act, needs=gettext_noop("to be whom it is addressed to"))
    if line.state != State.CONFIRMED or line.taken_back_on:
        raise LineClosed
    commitment = Commitment.objects.select_related("institution").filter(pk=line.commitment_id).first()
    if commitment is None:
        raise NotFound(what="commitment")
    own(by, commitment)
    answered = AllocationAcceptance.objects.filter(line=line).exclude(state=State.REJECTED).first()
    if answered:
        raise AnsweredAlready(answer=answered.answer)
    return commitment


def _answer(line: AllocationLine, commitment: Commitment, answer: AllocationAnswer) -> AllocationAcceptance:
    return AllocationAcceptance.objects.create(
        owner_id=commitment.owner_id,
        deal_id=line.deal_id,
        commitment=commitment,
        line=line,
        lead_id=line.owner_id,
        answer=answer,
        demo=commitment.demo,
    )
