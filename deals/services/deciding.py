"""Writing conditions: as one person may, or as a confirmed approval says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from deals.models import Commitment, Condition, ConditionKind, ConditionState, Deal, Dependency
from institutions.isolation.levels import Level
from institutions.models import Approval
from institutions.refusals import NotFound, Stale, Unmet


@dataclass(frozen=True)
class Wait:
    """What a condition waits for: a commitment reaching a stage, or a condition that the registrar keeps for all."""

    commitment: Commitment | None = None
    stage: str = ""
    shared: Condition | None = None

    def as_json(self) -> dict[str, str]:
        if self.commitment:
            return {"commitment": str(self.commitment.pk), "stage": self.stage}
        return {"shared": str(self.shared.pk)} if self.shared else {}

    @property
    def level(self) -> Level:
        named = self.commitment or self.shared
        return Level(named.level) if named else Level.OWN


@dataclass(frozen=True)
class ConditionDraft:
    """A condition as its institution words it."""

    kind: str
    text: str
    due_on: date | None = None
    responsible: str = ""
    waits_for: tuple[Wait, ...] = field(default=())
    # Percent of the project's output that binding contracts must take.
    least_offtake: Decimal | None = None

    def check(self) -> None:
        """Raises Unmet for a least offtake that is no share, or of a condition about something else: it would only be
        refused when an approver confirms it."""
        least = self.least_offtake
        if least is not None and (
            self.kind != ConditionKind.OFFTAKE or not 0 < least <= 100 or least != round(least, 2)
        ):
            says = _("Give a share above 0 and at most 100 percent, for a condition about offtake alone.")
            raise Unmet({"/least_offtake": says})

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "text": self.text,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "responsible": self.responsible,
            "waits_for": [wait.as_json() for wait in self.waits_for],
            # As the column writes it, so that the database finds what was approved.
            "least_offtake": None if self.least_offtake is None else format(self.least_offtake, ".2f"),
        }


def insert_condition(
    *,
    draft: ConditionDraft,
    deal: Deal,
    owner_id: UUID,
    commitment: Commitment | None,
    level: Level,
    reopens_id: UUID | None = None,
    key: UUID | None = None,
) -> Condition:
    """The row, with what it waits for."""
    condition = Condition(
        owner_id=owner_id,
        deal=deal,
        commitment=commitment,
        kind=draft.kind,
        text=draft.text,
        due_on=draft.due_on,
        responsible=draft.responsible,
        least_offtake=draft.least_offtake,
        reopens_id=reopens_id,
        level=level.value,
        demo=commitment.demo if commitment else deal.demo,
    )
    if key:
        condition.pk = key
    condition.save(force_insert=True)
    put_waits(condition, draft.waits_for)
    return condition


def put_waits(condition: Condition, waits: Sequence[Wait]) -> None:
    """What the condition waits for from now on; what is no longer named is dropped, and stays as it was."""
    there = {
        (row.awaited_id, row.stage, row.shared_id): row
        for row in Dependency.objects.filter(condition=condition, dropped_on__isnull=True)
    }
    wanted = {
        (wait.commitment.pk if wait.commitment else None, wait.stage, wait.shared.pk if wait.shared else None): wait
        for wait in waits
    }
    gone = [row.pk for key, row in there.items() if key not in wanted]
    if Dependency.objects.filter(pk__in=gone).update(dropped_on=timezone.now().date()) != len(gone):
        raise Stale
    for (awaited, stage, shared), wait in wanted.items():
        if (awaited, stage, shared) not in there:
            # Told no further than what it names, whose id it holds; beyond the lead when two persons say so.
            level = min(Level(condition.level), wait.level, Level.LEAD, key=lambda known: known.rank)
            Dependency.objects.create(
                owner_id=condition.owner_id,
                deal_id=condition.deal_id,
                condition=condition,
                awaited_id=awaited,
                stage=stage,
                shared_id=shared,
                level=level.value,
                demo=condition.demo,
            )


def decide_condition(
    condition: Condition, *, to: str, on: date, evidence: str = "", reference: str = "", reason: str = ""
) -> None:
    """Closes it. Guarded: of two who race, one finds it decided."""
    facts = {
        "evidence": evidence or condition.evidence,
        "evidence_reference": reference or condition.evidence_reference,
    }
    decided = Condition.objects.filter(pk=condition.pk, state=ConditionState.OPEN).update(
        state=to, decided_on=on, reason=reason, **facts
    )
    if decided != 1:
        raise Stale
    condition.refresh_from_db()


def carry_out_decisions(approval: Approval) -> None:
    """Waives what a confirmed approval lists."""
    asks = approval.asks
    for key, to in asks.get("conditions", {}).items():
        condition = Condition.objects.select_for_update(no_key=True).filter(pk=key).first()
        if condition is None:
            raise NotFound(what="condition")
        decide_condition(condition, to=to, on=date.fromisoformat(asks["on"]), reason=asks["reason"])


def carry_out_added(approval: Approval) -> None:
    """Adds the conditions that a confirmed approval lists; how far they are told is widened with it."""
    for key in approval.asks.get("adds", {}):
        commitment = Commitment.objects.select_related("deal").filter(pk=approval.row_id).first()
        if commitment is None:
            raise NotFound(what="commitment")
        facts = approval.asks["condition"]
        reopens = facts["reopens"]
        insert_condition(
            draft=ConditionDraft(
                kind=facts["kind"],
                text=facts["text"],
                due_on=date.fromisoformat(facts["due_on"]) if facts["due_on"] else None,
                responsible=facts["responsible"],
                least_offtake=Decimal(facts["least_offtake"]) if facts.get("least_offtake") else None,
                waits_for=tuple(_wait(named) for named in facts["waits_for"]),
            ),
            deal=commitment.deal,
            owner_id=approval.owner_id,
            commitment=commitment,
            level=Level(facts["level"]),
            reopens_id=UUID(reopens) if reopens else None,
            key=UUID(key),
        )


def _wait(named: dict[str, str]) -> Wait:
    """What was named when it was prepared; what went out of sight since is as missing."""
    if "shared" in named:
        shared = Condition.objects.filter(pk=named["shared"]).first()
        if shared is None:
            raise NotFound(what="condition")
        return Wait(shared=shared)
    awaited = Commitment.objects.filter(pk=named["commitment"]).first()
    if awaited is None:
        raise NotFound(what="commitment")
    return Wait(commitment=awaited, stage=named["stage"])
