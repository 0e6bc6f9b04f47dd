"""Whether a move is allowed, and all that is missing for it; the trigger says the same (lifecycle/trigger.py)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import LEDGER_STAGES, NEXT_STEP, OPEN_CONDITION, STAGES, Requirement, goes_back, moves_from
from deals.models import (
    AllocationAcceptance,
    AllocationAnswer,
    Commitment,
    Condition,
    ConditionState,
    Kind,
    Size,
    Transfer,
)
from deals.plain import plain
from deals.selectors.ledger import balance
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.models import State
from institutions.refusals import Refusal, Unmet


class InFuture(Refusal):
    code = "in_future"
    says = gettext_noop("A step is dated today or earlier. Come back on the day.")


POINTERS = {
    Requirement.VALID_UNTIL: "/valid_until",
    Requirement.SIZE: "/size",
    Requirement.TRANCHE: "/tranche",
    Requirement.AGREEMENT: "/agreement_reference",
    Requirement.TOLD_TO_LEAD: "/level",
    Requirement.REASON: "/reason",
    Requirement.CONDITION: "/conditions",
    Requirement.NO_OPEN_CONDITION: "/conditions",
    Requirement.DRAWN: "/movements",
    Requirement.REPAID: "/movements",
    Requirement.NOTHING_OUTSTANDING: "/movements",
    Requirement.ALLOCATION: "/allocation",
    Requirement.BORROWER: "/borrower",
    Requirement.DEAL_TRANCHE: "/tranches",
}


class Refused(Refusal):
    code = "move_not_allowed"
    says = gettext_noop("'{stage}' does not go to '{to}'. Allowed next: {allowed}.")


class NothingNew(Refusal):
    code = "nothing_new"
    says = gettext_noop(
        "It is at '{stage}' already. To renew it, give a later day (valid_until) or another size (size)."
    )


class SignedSize(Refusal):
    code = "approved_stands"
    says = gettext_noop(
        "What is signed changes by its ledger. Record an increase or a partial cancellation (POST /api/v1/movements)."
    )
    status = 409


def unmet_requirements(stage: str, met: Mapping[Requirement, bool], *, valid_until: date | None) -> None:
    """Raises Unmet with every requirement of the stage that does not hold; four eyes are asked for separately."""
    if missing := _missing(stage, met, valid_until=valid_until):
        raise Unmet(missing)


def next_stages(commitment: Commitment) -> dict[str, dict[str, str]]:
    """Every stage that may come next, with what it lacks: pointer -> next step. A few queries, whatever the stages."""
    conditions = _conditions(commitment)
    met = _met(
        conditions,
        commitment,
        reason="",
        agreement_reference=commitment.agreement_reference,
        signed_on=commitment.signed_on,
        valid_until=commitment.valid_until,
        tranche_id=commitment.tranche_id,
        size=None,
    )
    until = commitment.valid_until
    return {
        stage: _missing(stage, met, valid_until=until, back=goes_back(commitment.stage, stage), conditions=conditions)
        for stage in moves_from(commitment.stage)
    }


def check_move(
    commitment: Commitment,
    *,
    to: str,
    reason: str,
    agreement_reference: str,
    signed_on: date | None,
    valid_until: date | None,
    tranche_id: UUID | None,
    size: SizeDraft | None,
    renews: bool,
) -> None:
    """Raises Refused when `to` is no next stage, Unmet naming all that is missing.

    `size` is stated with the move, `renews` says that something is: in place, a stage is entered with something new.
    """
    allowed = moves_from(commitment.stage)
    if to not in allowed:
        raise Refused(
            stage=commitment.stage,
            to=to,
            allowed=", ".join(allowed) or "none, it has ended",
            pointer="/to",
        )
    if to == commitment.stage and not renews:
        raise NothingNew(stage=to, pointer="/valid_until")
    if size and Requirement.AGREEMENT in STAGES[commitment.stage].requires:
        raise SignedSize(pointer="/size")
    conditions = _conditions(commitment)
    met = _met(
        conditions,
        commitment,
        reason=reason,
        agreement_reference=agreement_reference,
        signed_on=signed_on,
        valid_until=valid_until,
        tranche_id=tranche_id,
        size=size,
    )
    back = goes_back(commitment.stage, to)
    if missing := _missing(to, met, valid_until=valid_until, back=back, conditions=conditions):
        raise Unmet(missing)


def _conditions(commitment: Commitment) -> list[Condition]:
    return list(Condition.objects.filter(commitment=commitment))


def _missing(
    stage: str,
    met: Mapping[Requirement, bool],
    *,
    valid_until: date | None,
    back: bool = False,
    conditions: Sequence[Condition] = (),
) -> dict[str, str]:
    asked = (*STAGES[stage].requires, Requirement.REASON) if back else STAGES[stage].requires
    missing = [r for r in asked if r is not Requirement.FOUR_EYES and not met.get(r, False)]
    past = Requirement.VALID_UNTIL in STAGES[stage].requires and valid_until and valid_until < timezone.now().date()
    if past and Requirement.VALID_UNTIL not in missing:
        missing.append(Requirement.VALID_UNTIL)
    steps = {POINTERS[r]: NEXT_STEP[r] for r in missing}
    if Requirement.NO_OPEN_CONDITION in missing:
        # Each is named by itself.
        steps.pop(POINTERS[Requirement.NO_OPEN_CONDITION], None)
        steps |= {f"/conditions/{c.pk}": OPEN_CONDITION.format(text=plain(c.text)) for c in _open(conditions)}
    return steps


def _open(conditions: Sequence[Condition]) -> list[Condition]:
    return [condition for condition in conditions if condition.state == ConditionState.OPEN]


def _met(
    conditions: Sequence[Condition],
    commitment: Commitment,
    *,
    reason: str,
    agreement_reference: str,
    signed_on: date | None,
    valid_until: date | None,
    tranche_id: UUID | None,
    size: SizeDraft | None,
) -> dict[Requirement, bool]:
    return {
        Requirement.VALID_UNTIL: bool(valid_until),
        Requirement.SIZE: bool(size and size.money)
        or Size.objects.filter(commitment=commitment, amount__isnull=False).exists(),
        Requirement.TRANCHE: bool(tranche_id),
        Requirement.AGREEMENT: bool(agreement_reference and signed_on),
        Requirement.TOLD_TO_LEAD: Level(commitment.level).rank >= Level.LEAD.rank,
        Requirement.REASON: bool(reason),
        Requirement.CONDITION: bool(conditions),
        Requirement.NO_OPEN_CONDITION: not _open(conditions),
        Requirement.ALLOCATION: _accepted(commitment, tranche_id, size),
        **_met_by_ledger(commitment),
    }


def _met_by_ledger(commitment: Commitment) -> dict[Requirement, bool]:
    """What the movements say; nothing is outstanding of what has none."""
    now = balance(commitment.pk) if commitment.stage in LEDGER_STAGES else None
    if now is None:
        return {Requirement.DRAWN: False, Requirement.REPAID: False, Requirement.NOTHING_OUTSTANDING: True}
    drawn, owed, left = now.drawn.amount, now.outstanding.amount, now.available.amount
    offered = Transfer.objects.filter(commitment=commitment, state=State.CONFIRMED, withdrawn_on=None).exclude(
        movements__kind=Kind.TRANSFER_OUT
    )
    return {
        Requirement.DRAWN: drawn > 0,
        Requirement.REPAID: drawn > 0 and owed == 0 and left == 0,
        Requirement.NOTHING_OUTSTANDING: owed == 0 and not offered.exists(),
    }


def _accepted(commitment: Commitment, tranche_id: UUID | None, size: SizeDraft | None) -> bool:
    """Whether a line of this tranche was accepted and stands, and the size is the line's."""
    accepted = AllocationAcceptance.objects.filter(
        commitment=commitment,
        answer=AllocationAnswer.ACCEPTED,
        state=State.CONFIRMED,
        given_back_on=None,
        line__tranche=tranche_id,
    )
    if size and size.amount is not None:
        return accepted.filter(line__amount=size.amount, line__currency=size.currency).exists()
    return accepted.filter(
        line__amount=F("commitment__size__amount"), line__currency=F("commitment__size__currency")
    ).exists()


def day_of_step(on: date | None) -> date:
    """The day that a step is dated: today where none is given. Raises InFuture."""
    today = timezone.now().date()
    if on and on > today:
        raise InFuture(pointer="/on")
    return on or today
