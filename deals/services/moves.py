"""Moving a commitment through its life: forward, renewed, back with a reason, to its end."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.lifecycle import SEEN_BY_TWO, STAGES, Class, needs_two
from deals.models import Commitment, Condition, Price, Size, Step, Tranche
from deals.sentences.summaries import summarised
from deals.services.owning import own
from deals.services.requirements import check_move, day_of_step
from deals.services.sizes import SizeDraft, put_size, read_size, written
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Stale
from institutions.services import approvals
from institutions.services.acting import must

# How the facts of a move are read back from what was laid before the approver.
_READ: dict[str, Callable[[str], Any]] = {
    "agreement_reference": str,
    "signed_on": date.fromisoformat,
    "valid_until": date.fromisoformat,
    "tranche_id": UUID,
}


@transaction.atomic
def move_commitment(
    *,
    by: Staff | Client,
    commitment: Commitment,
    to: str,
    on: date | None = None,
    agreement_reference: str = "",
    signed_on: date | None = None,
    valid_until: date | None = None,
    tranche: Tranche | None = None,
    size: SizeDraft | None = None,
    reason: str = "",
    more: Mapping[str, Any] | None = None,
) -> Approval | None:
    """Moves a commitment, or lays the move before an approver where four eyes are needed (then returns the approval).

    To its own stage it is renewed: a new dated step with a new validity or size. Back it goes with a reason. `more` is
    asked of the approver in the same breath.
    Raises Refused with what is allowed next, or Unmet naming every missing requirement.
    """
    must(by, Permission.COMMITMENTS_WRITE, "move a commitment")
    own(by, commitment)
    stated = _stated(commitment)
    given = {
        "agreement_reference": agreement_reference,
        "signed_on": signed_on,
        "valid_until": valid_until,
        "tranche_id": tranche.pk if tranche else None,
    }
    changed = {name: value for name, value in given.items() if value and value != stated[name]}
    check_move(commitment, to=to, reason=reason, size=size, renews=bool(changed or size), **stated | changed)
    day = day_of_step(on)
    if needs_two(commitment.stage, to) or (size and _seen_by_two(commitment)):
        return lay_before(
            by=by, commitment=commitment, to=to, on=day, reason=reason, facts=changed, size=size, more=more
        )
    if size:
        put_size(commitment=commitment, size=size, level=Level(commitment.level))
    enter(commitment, to=to, on=day, reason=reason, facts=changed)
    return None


def lay_before(
    *,
    by: Staff | Client,
    commitment: Commitment,
    to: str,
    on: date,
    reason: str = "",
    facts: Mapping[str, Any] | None = None,
    size: SizeDraft | None = None,
    levels: Mapping[Confidential, Level] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Approval:
    """Lays before an approver that a commitment enters `to`, with its facts and how far it and its parts are told.

    What is stated with a move is stated only with it: what stands as approved is not changed beforehand.
    """
    asks: dict[str, Any] = {
        "stage": to,
        "on": on.isoformat(),
        "reason": reason,
        "facts": {name: str(value) for name, value in (facts or {}).items()},
        **(more or {}),
    }
    if size:
        asks["size"] = written(size)
    if levels:
        asks["levels"] = {str(row.pk): level.value for row, level in levels.items()}
    return approvals.prepare(
        by=by,
        subject=commitment,
        deal_id=commitment.deal_id,
        asks=asks,
        summary=_becomes(commitment, to),
        parts=parts_of(commitment),
    )


def carry_out_move(approval: Approval) -> None:
    """Moves the commitment as a confirmed approval says, if it says so."""
    to = approval.asks.get("stage")
    if to is None or approval.table != Commitment._meta.db_table:
        return
    commitment = Commitment.objects.filter(pk=approval.row_id).first()
    if commitment is None:
        raise NotFound(what="commitment")
    # A part that came in between is one that the approver was not shown.
    unseen = {str(row.pk) for row in parts_of(commitment)} - set(approval.asks["rows"])
    if unseen and STAGES[to].cls in (Class.CONDITIONAL, Class.FIRM):
        raise approvals.Voided
    size = read_size(approval.asks["size"]) if "size" in approval.asks else None
    facts = {name: _READ[name](value) for name, value in approval.asks["facts"].items()}
    reason = approval.asks["reason"]
    check_move(commitment, to=to, reason=reason, size=size, renews=True, **_stated(commitment) | facts)
    if size:
        put_size(commitment=commitment, size=size, level=Level(commitment.level))
    # Told in the same moment as it is moved: nobody sees it half done.
    if level := approval.asks.get("levels", {}).get(str(commitment.pk)):
        commitment.prepare(Level(level))
        facts["level"] = level
    enter(commitment, to=to, on=date.fromisoformat(approval.asks["on"]), reason=reason, facts=facts)


def enter(commitment: Commitment, *, to: str, on: date, reason: str = "", facts: Mapping[str, Any]) -> None:
    """Records the step and moves the commitment."""
    record_step(commitment, stage=to, on=on, reason=reason, valid_until=facts.get("valid_until"))
    # Guarded: of two who race, one finds the stage changed.
    if Commitment.objects.filter(pk=commitment.pk, stage=commitment.stage).update(stage=to, **facts) != 1:
        raise Stale
    commitment.refresh_from_db()


def record_step(
    commitment: Commitment, *, stage: str, on: date, reason: str = "", valid_until: date | None = None
) -> Step:
    """A dated row of the commitment's life; `valid_until` where none is given is the one that stands."""
    step = step_of(commitment, stage=stage, on=on, reason=reason, valid_until=valid_until)
    step.save(force_insert=True)
    return step


def step_of(commitment: Commitment, *, stage: str, on: date, reason: str = "", valid_until: date | None = None) -> Step:
    """As `record_step`: the row that is not there yet."""
    return Step(
        owner_id=commitment.owner_id,
        deal_id=commitment.deal_id,
        commitment=commitment,
        stage=stage,
        effective_on=on,
        precision="day",
        valid_until=valid_until or commitment.valid_until,
        reason=reason[:400],
        demo=commitment.demo,
    )


def parts_of(commitment: Commitment) -> list[Confidential]:
    """What an approver looks at with a commitment: a change of any of it voids what was prepared."""
    return [
        *Size.objects.filter(commitment=commitment),
        *Price.objects.filter(commitment=commitment),
        *Condition.objects.filter(commitment=commitment),
    ]


def _becomes(commitment: Commitment, to: str) -> str:
    word = to.replace("_", " ")
    says = gettext_noop("{commitment} in {deal} becomes {stage}")
    if to == commitment.stage:
        says = "{commitment} in {deal} is renewed as {stage}"
    return summarised(says, commitment=commitment, deal=commitment.deal, stage=word)


def _seen_by_two(commitment: Commitment) -> bool:
    """Whether two persons saw its size, with its stage or with how far it is told: another is seen by two as well."""
    told = Size.objects.filter(commitment=commitment).values_list("level", flat=True).first()
    return commitment.stage in SEEN_BY_TWO or (told is not None and Level(told).beyond_lead)


def _stated(commitment: Commitment) -> dict[str, Any]:
    return {name: getattr(commitment, name) for name in _READ}
