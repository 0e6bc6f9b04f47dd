"""A commitment's life as its institution leads it: register, change, move; and what an approver confirms."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deals.lifecycle import APPROVED_FACTS, STAGES, Class, Requirement, needs_two
from deals.models import Commitment, Deal, Instrument, Origin, Size, Step, Tranche
from deals.services.disclosure import carry_out_grants, carry_out_widening, lock
from deals.services.requirements import Refused, check_move, unmet_requirements
from deals.services.sameness import carry_out_merge
from deals.services.sizes import SizeDraft, put_size
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Decision, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must

# How the facts of a move are read back from what was laid before the approver.
_READ: dict[str, Callable[[str], Any]] = {
    "agreement_reference": str,
    "signed_on": date.fromisoformat,
    "valid_until": date.fromisoformat,
    "tranche_id": UUID,
}


class ApprovedStands(Refusal):
    code = "approved_stands"
    says = "{what} was approved by two persons and stands. Move the commitment with the new facts to have it seen anew."
    status = 409


class ReplacesAnother(Refusal):
    code = "replaces_another"
    says = "A commitment replaces a published row about your own institution. Name such a one, or none."


class NotYours(Refusal):
    code = "not_your_commitment"
    says = "Only {owner} may change this commitment."
    status = 403


class BeginsIndicative(Refusal):
    code = "begins_indicative"
    says = (
        "A commitment is registered at an indicative stage, not at '{stage}'. Register it as a letter of interest, "
        "then move it (POST …/transitions)."
    )


@transaction.atomic
def register_commitment(
    *,
    by: Staff | Client,
    deal: Deal,
    instrument: Instrument,
    stage: str,
    level: Level = Level.OWN,
    tranche: Tranche | None = None,
    valid_until: date | None = None,
    size: SizeDraft | None = None,
    supersedes: Commitment | None = None,
    demo: bool = False,
    **facts: Any,
) -> Commitment:
    """Registers the asker's own commitment at an indicative stage.

    Beyond the lead it is told only once an approver confirms: until then it stands at `own`, with an approval waiting.
    `facts`: reference, account, on_behalf_of, borrower_level, via, note. Raises Unmet naming every missing requirement.
    """
    must(by, Permission.COMMITMENTS_WRITE, "register a commitment")
    if STAGES[stage].cls is not Class.INDICATIVE:
        raise BeginsIndicative(stage=stage, pointer="/stage")
    if supersedes and (supersedes.institution_id != by.institution_id or supersedes.origin != Origin.PUBLISHED):
        raise ReplacesAnother(pointer="/supersedes")
    given = {Requirement.VALID_UNTIL: valid_until, Requirement.SIZE: size.money if size else None}
    unmet_requirements(stage, {r: bool(v) for r, v in given.items()}, valid_until=valid_until)
    # A stage that needs a size is entered when the size is there.
    first = "enquiry" if Requirement.SIZE in STAGES[stage].requires else stage
    commitment = Commitment.objects.create(
        owner_id=by.institution_id,
        institution_id=by.institution_id,
        deal=deal,
        tranche=tranche,
        instrument=instrument,
        stage=first,
        level=_without_approval(level).value,
        valid_until=valid_until,
        supersedes=supersedes,
        # Whatever is put into a fictional deal is fictional too.
        demo=demo or deal.demo,
        **facts,
    )
    if size:
        # With a commitment that waits at `own`, its size waits there too.
        told = Level.OWN if level.beyond_lead else size.level or level
        put_size(commitment=commitment, size=size, level=_without_approval(told))
    if first != stage:
        Commitment.objects.filter(pk=commitment.pk).update(stage=stage)
        commitment.refresh_from_db()
    record_step(commitment, stage=stage, on=timezone.now().date())
    if level.beyond_lead:
        widen_commitment(by=by, commitment=commitment, level=level, size_level=(size.level if size else None) or level)
    return commitment


def widen_commitment(
    *, by: Staff | Client, commitment: Commitment, level: Level, size_level: Level | None = None
) -> Approval:
    """Asks an approver to tell the commitment as far as `level`, and its size as far as `size_level`."""
    must(by, Permission.COMMITMENTS_WRITE, "widen a commitment")
    size = Size.objects.filter(commitment=commitment).first()
    levels = {str(commitment.pk): level.value}
    if size and size_level and size_level.rank > Level(size.level).rank:
        levels[str(size.pk)] = size_level.value
    summary = f"Tell {level.value} of {commitment} in {commitment.deal}"
    if str(getattr(size, "pk", "")) in levels:
        summary += f", its size as far as {size_level.value if size_level else level.value}"
    return approvals.prepare(
        by=by,
        subject=commitment,
        deal_id=commitment.deal_id,
        asks={"levels": levels},
        summary=summary,
        parts=_parts(commitment),
    )


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
    reason: str = "",
) -> Approval | None:
    """Moves a commitment, or lays the move before an approver where four eyes are needed (then returns the approval).

    Raises Refused with what is allowed next, or Unmet naming every missing requirement.
    """
    must(by, Permission.COMMITMENTS_WRITE, "move a commitment")
    own(by, commitment)
    facts: dict[str, Any] = {
        "agreement_reference": agreement_reference or commitment.agreement_reference,
        "signed_on": signed_on or commitment.signed_on,
        "valid_until": valid_until or commitment.valid_until,
        "tranche_id": tranche.pk if tranche else commitment.tranche_id,
    }
    check_move(commitment, to=to, reason=reason, **facts)
    changed = {name: value for name, value in facts.items() if value != getattr(commitment, name)}
    if needs_two(commitment.stage, to):
        return approvals.prepare(
            by=by,
            subject=commitment,
            deal_id=commitment.deal_id,
            asks={
                "stage": to,
                "on": (on or timezone.now().date()).isoformat(),
                "reason": reason,
                # Stated with the move, and only with it: what stands as approved is not changed beforehand.
                "facts": {name: str(value) for name, value in changed.items() if value},
            },
            summary=f"Move {commitment} in {commitment.deal} to {to}",
            parts=_parts(commitment),
        )
    _enter(commitment, to=to, on=on or timezone.now().date(), reason=reason, facts=changed)
    return None


@transaction.atomic
def change_commitment(
    *, by: Staff | Client, commitment: Commitment, size: SizeDraft | None = None, **facts: Any
) -> None:
    """Changes what the institution states: valid_until, reference, account, note, tranche …, and its size."""
    must(by, Permission.COMMITMENTS_WRITE, "change a commitment")
    own(by, commitment)
    if STAGES[commitment.stage].cls in (Class.CONDITIONAL, Class.FIRM):
        for name in facts:
            if name in APPROVED_FACTS or f"{name}_id" in APPROVED_FACTS:
                raise ApprovedStands(what=f"'{name}'", pointer=f"/{name.removesuffix('_id')}")
        if size:
            raise ApprovedStands(what="Its size", pointer="/size")
    if "valid_until" in facts and Requirement.VALID_UNTIL in STAGES[commitment.stage].requires:
        given = {Requirement.VALID_UNTIL: bool(facts["valid_until"]), Requirement.SIZE: True}
        unmet_requirements(commitment.stage, given, valid_until=facts["valid_until"])
    if facts:
        _update(commitment, **facts)
    if size:
        put_size(commitment=commitment, size=size, level=_without_approval(size.level or Level(commitment.level)))


@transaction.atomic
def confirm(*, by: Staff | Client, approval: Approval, reference: str = "") -> Approval:
    """Confirms what was prepared and carries it out at once, both or neither. `reference`: the institution's own."""
    # Locked before it is compared with what was prepared: a change that races is either seen or waits.
    lock(approval)
    decided = approvals.decide(by=by, approval=approval, decision=Decision.CONFIRMED, reason=reference)
    carry_out_widening(decided)
    carry_out_merge(decided)
    carry_out_grants(decided)
    if stage := decided.asks.get("stage"):
        commitment = Commitment.objects.filter(pk=decided.row_id).first()
        if commitment is None:
            raise NotFound(what="commitment")
        facts = {name: _READ[name](value) for name, value in decided.asks["facts"].items()}
        reason = decided.asks["reason"]
        check_move(commitment, to=stage, reason=reason, **_stated(commitment) | facts)
        _enter(commitment, to=stage, on=date.fromisoformat(decided.asks["on"]), reason=reason, facts=facts)
    return decided


def reject(*, by: Staff | Client, approval: Approval, reason: str) -> Approval:
    """Rejects what was prepared; nothing of it happens."""
    return approvals.decide(by=by, approval=approval, decision=Decision.REJECTED, reason=reason)


def record_step(commitment: Commitment, *, stage: str, on: date, reason: str = "") -> Step:
    return Step.objects.create(
        owner_id=commitment.owner_id,
        deal_id=commitment.deal_id,
        commitment=commitment,
        stage=stage,
        effective_on=on,
        precision="day",
        reason=reason[:400],
        demo=commitment.demo,
    )


def _enter(commitment: Commitment, *, to: str, on: date, reason: str, facts: Mapping[str, Any]) -> None:
    record_step(commitment, stage=to, on=on, reason=reason)
    # Guarded: of two who race, one finds the stage changed.
    if Commitment.objects.filter(pk=commitment.pk, stage=commitment.stage).update(stage=to, **facts) != 1:
        raise Stale
    commitment.refresh_from_db()


def _update(commitment: Commitment, **facts: Any) -> None:
    if Commitment.objects.filter(pk=commitment.pk).update(**facts) != 1:
        raise Stale
    commitment.refresh_from_db()


def _parts(commitment: Commitment) -> list[Size]:
    return list(Size.objects.filter(commitment=commitment))


def _stated(commitment: Commitment) -> dict[str, Any]:
    return {
        name: getattr(commitment, name) for name in ("agreement_reference", "signed_on", "valid_until", "tranche_id")
    }


def own(by: Staff | Client, commitment: Commitment) -> None:
    """Raises unless the commitment is the asker's own and registered: nobody updates another's row. Locks it, so that
    an approver who confirms at the same time sees the change or comes first."""
    if commitment.origin == Origin.PUBLISHED:
        raise Refused(stage=commitment.stage, to="another stage", allowed="none: it is published, not registered")
    if commitment.owner_id != by.institution_id:
        raise NotYours(owner=commitment.institution.short_name)
    Commitment.objects.select_for_update(no_key=True).filter(pk=commitment.pk).first()
    commitment.refresh_from_db()


def _without_approval(level: Level) -> Level:
    """Where a row may stand before four eyes have seen it: as asked up to the lead, else with its owner alone."""
    return Level.OWN if level.beyond_lead else level
