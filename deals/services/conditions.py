"""Conditions precedent as their institution leads them: add, change, satisfy, waive, tell."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.closing import reached
from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Condition, ConditionState, Deal, Dependency, Origin
from deals.plain import plain
from deals.sentences.summaries import summarised
from deals.services.deciding import ConditionDraft, Wait, decide_condition, insert_condition, put_waits
from deals.services.disclosure import set_level
from deals.services.owning import own
from institutions.constraints import rules_hold
from institutions.isolation.ids import new_id
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must
from institutions.services.rows import hold


class OfTheRegistrar(Refusal):
    code = "not_your_deal"
    says = gettext_noop("A condition of the deal itself is kept by its registrar, {owner}. Name your own commitment.")
    status = 403


class NotYourCondition(Refusal):
    code = "not_your_condition"
    says = gettext_noop(
        "Only {owner} can change or clear this condition. Ask it to, or add a condition to a commitment of your own "
        "(POST /api/v1/conditions)."
    )
    status = 403


class NothingPrecedes(Refusal):
    code = "not_precedent"
    says = gettext_noop(
        "The commitment is '{stage}': nothing is precedent to it any more. What is effective steps back to 'signed' "
        "first, with a reason; of what has ended, name the commitment that takes its place."
    )
    status = 409


class DecidedOnce(Refusal):
    code = "condition_decided"
    says = gettext_noop(
        "It was {state} already, and that stands. What comes up again is a new condition that reopens this one."
    )
    status = 409


class StillOpen(Refusal):
    code = "condition_open"
    says = gettext_noop("Only a condition of the same commitment that was decided is reopened; this one is not.")


class Stands(Refusal):
    code = "approved_condition_stands"
    says = gettext_noop(
        "The wording and due date stand: two persons approved them. Add another condition, or have this one waived."
    )
    status = 409


class StillWaits(Refusal):
    code = "still_waits"
    says = gettext_noop("It waits for {what}. Drop what it waits for (waits_for), or have the condition waived.")
    status = 409


class NoEvidence(Refusal):
    code = "required"
    says = gettext_noop("Say by what it is satisfied: evidence, or its reference.")


class NoReason(Refusal):
    code = "required"
    says = gettext_noop("Give the reason.")


class InFuture(Refusal):
    code = "in_future"
    says = gettext_noop("A condition is decided today or earlier. Come back on the day.")


class ToldTooFar(Refusal):
    code = "condition_beyond_its_whole"
    says = gettext_noop("A condition is told no further than its {what} ('{level}'). Widen that first.")


@transaction.atomic
def add_condition(
    *,
    by: Staff | Client,
    draft: ConditionDraft,
    deal: Deal,
    commitment: Commitment | None = None,
    level: Level = Level.OWN,
    reopens: Condition | None = None,
) -> Condition | Approval:
    """Adds a condition to one's own commitment, or as its registrar to the deal.

    To what is conditional or firm it is added when the returned approval is confirmed. Beyond the lead it is told only
    once an approver confirms: until then it stands at `own`, with an approval waiting.
    """
    must(by, Permission.COMMITMENTS_WRITE, "add a condition")
    draft.check()
    if commitment is None:
        if deal.origin == Origin.PUBLISHED or deal.owner_id != by.institution_id:
            raise OfTheRegistrar(owner=deal.owner.short_name, pointer="/commitment")
    else:
        own(by, commitment)
        if not not_effective_yet(commitment.stage):
            raise NothingPrecedes(stage=commitment.stage, pointer="/commitment")
    if reopens and (
        reopens.state == ConditionState.OPEN
        or (reopens.owner_id, reopens.deal_id, reopens.commitment_id)
        != (by.institution_id, deal.pk, commitment.pk if commitment else None)
    ):
        raise StillOpen(pointer="/reopens")
    _check_level(commitment or deal, level)
    first = Level.OWN if level.beyond_lead else level
    if commitment and seen_by_two(commitment):
        return _ask_to_add(by, draft, deal, commitment, first, level, reopens)
    made = insert_condition(
        draft=draft,
        deal=deal,
        owner_id=by.institution_id,
        commitment=commitment,
        level=first,
        reopens_id=reopens.pk if reopens else None,
    )
    if level.beyond_lead:
        tell_condition(by=by, condition=made, level=level)
    return made


@transaction.atomic
def change_condition(
    *, by: Staff | Client, condition: Condition, waits_for: Sequence[Wait] | None = None, **facts: Any
) -> None:
    """Changes an open one: kind, text, due_on, responsible, evidence, evidence_reference, and what it waits for."""
    must(by, Permission.COMMITMENTS_WRITE, "change a condition")
    _own_open(by, condition)
    worded = {"kind", "text"} if condition.commitment_id is None else {"kind", "text", "due_on"}
    changed = {name for name, value in facts.items() if value != getattr(condition, name)}
    if changed & worded and (condition.commitment is None or seen_by_two(condition.commitment)):
        raise Stands(pointer=f"/{sorted(changed & worded)[0]}")
    if facts and Condition.objects.filter(pk=condition.pk, state=ConditionState.OPEN).update(**facts) != 1:
        raise Stale
    condition.refresh_from_db()
    if waits_for is not None:
        with rules_hold():
            put_waits(condition, waits_for)


@transaction.atomic
def clear_condition(
    *,
    by: Staff | Client,
    condition: Condition,
    to: str,
    on: date | None = None,
    evidence: str = "",
    reference: str = "",
    reason: str = "",
) -> Approval | None:
    """Satisfies, waives or lapses an open condition of one's own.

    An officer says that it is satisfied, by what evidence. Waiving what two persons approved, or a condition of the
    deal, is laid before an approver (then returns the approval).
    """
    must(by, Permission.COMMITMENTS_WRITE, "clear a condition")
    _own_open(by, condition)
    day = on or timezone.now().date()
    if day > timezone.now().date():
        raise InFuture(pointer="/on")
    if to == ConditionState.SATISFIED:
        if not (evidence or reference or condition.evidence or condition.evidence_reference):
            raise NoEvidence(pointer="/evidence")
        _waits_no_more(condition)
    elif not reason:
        raise NoReason(pointer="/reason")
    elif condition.commitment is None or seen_by_two(condition.commitment):
        return approvals.prepare(
            by=by,
            subject=condition,
            deal_id=condition.deal_id,
            asks={"conditions": {str(condition.pk): to}, "on": day.isoformat(), "reason": reason},
            summary=summarised("Have '{text}' {state}", text=plain(condition.text, 200), state=to),
        )
    decide_condition(condition, to=to, on=day, evidence=evidence, reference=reference, reason=reason)
    return None


@transaction.atomic
def tell_condition(*, by: Staff | Client, condition: Condition, level: Level) -> Approval | None:
    """Tells a condition as far as `level`; up to the lead at once, further when the returned approval is confirmed."""
    must(by, Permission.COMMITMENTS_WRITE, "say how far a condition is told")
    _own(by, condition)
    _check_level(condition.commitment or condition.deal, level)
    present = Level(condition.level)
    if level.rank < present.rank or not level.beyond_lead:
        if level is not present:
            set_level(row=condition, level=level)
            _widen_waits(condition, level)
        return None
    waits = {str(row.pk): told.value for row, told in _waits_told(condition, level)}
    if level is present and not waits:
        return None
    return approvals.prepare(
        by=by,
        subject=condition,
        deal_id=condition.deal_id,
        asks={"levels": {str(condition.pk): level.value} | waits},
        summary=summarised(
            "Tell {level} of the condition '{text}'", level=level.value, text=plain(condition.text, 200)
        ),
    )


def _ask_to_add(
    by: Staff | Client,
    draft: ConditionDraft,
    deal: Deal,
    commitment: Commitment,
    first: Level,
    level: Level,
    reopens: Condition | None,
) -> Approval:
    key = str(new_id())
    facts = draft.as_json() | {"level": first.value, "reopens": str(reopens.pk) if reopens else None}
    return approvals.prepare(
        by=by,
        subject=commitment,
        deal_id=deal.pk,
        asks={"adds": {key: draft.text}, "condition": facts}
        | ({"levels": {key: level.value}} if level is not first else {}),
        summary=summarised(
            "Add the condition '{text}' to {commitment}", text=plain(draft.text, 120), commitment=commitment
        ),
        parts=list(Condition.objects.filter(commitment=commitment)),
    )


def _own(by: Staff | Client, condition: Condition) -> None:
    """Raises unless it is the asker's own and registered. Locks its commitment, then it."""
    if condition.origin == Origin.PUBLISHED or condition.owner_id != by.institution_id:
        raise NotYourCondition(owner=condition.owner.short_name)
    if condition.commitment_id:
        Commitment.objects.select_for_update(no_key=True).filter(pk=condition.commitment_id).first()
    hold(condition)


def _own_open(by: Staff | Client, condition: Condition) -> None:
    _own(by, condition)
    if condition.state != ConditionState.OPEN:
        raise DecidedOnce(state=condition.state)


def not_effective_yet(stage: str) -> bool:
    """Whether anything can still be precedent to a commitment."""
    return STAGES[stage].cls is not Class.ENDED and not reached(stage, "effective")


def seen_by_two(commitment: Commitment) -> bool:
    """Whether its conditions stand as two persons approved them."""
    return STAGES[commitment.stage].cls in (Class.CONDITIONAL, Class.FIRM)


def _check_level(whole: Commitment | Deal, level: Level) -> None:
    if level.rank > Level(whole.level).rank:
        what = "deal" if isinstance(whole, Deal) else "commitment"
        raise ToldTooFar(what=what, level=whole.level, pointer="/level")


def _waits_no_more(condition: Condition) -> None:
    """Raises StillWaits naming a commitment that its owner sees short of its stage. What it can't see decides nothing,
    and what the registrar keeps for all binds nobody: each lender judges for itself."""
    waits = Dependency.objects.filter(condition=condition, dropped_on__isnull=True, awaited__isnull=False)
    # Joined, so that what the asker does not see falls out.
    for wait in waits.filter(awaited__in=Commitment.objects.all()).select_related("awaited__institution"):
        awaited = wait.awaited
        if awaited and not reached(awaited.stage, wait.stage):
            what = f"{awaited.institution.short_name}'s commitment to reach '{wait.stage}'"
            raise StillWaits(what=what, pointer="/to")


def _waits_told(condition: Condition, level: Level) -> list[tuple[Dependency, Level]]:
    """The dependencies that can be told further with their condition: no further than what they name."""
    rows = Dependency.objects.filter(condition=condition, dropped_on__isnull=True)
    # What they name as far as the asker sees it: what is out of its sight stays told as far as it was.
    levels = dict(Commitment.objects.filter(pk__in=rows.values("awaited")).values_list("pk", "level"))
    levels |= dict(Condition.objects.filter(pk__in=rows.values("shared")).values_list("pk", "level"))
    found = []
    for row in rows:
        named = levels.get(row.awaited_id or row.shared_id or row.pk, row.level)
        told = min(level, Level(named), key=lambda known: known.rank)
        if told.rank > Level(row.level).rank:
            found.append((row, told))
    return found


def _widen_waits(condition: Condition, level: Level) -> None:
    for row, told in _waits_told(condition, level):
        set_level(row=row, level=told)
