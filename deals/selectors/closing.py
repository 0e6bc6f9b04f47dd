"""What blocks financial close of a deal, from what the asker may see, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from deals.closing import Circle, Closing, How, OpenCondition, Wait, closing
from deals.lifecycle import STAGES
from deals.models import Commitment, Condition, ConditionState, Deal
from deals.plain import plain
from deals.selectors.conditions import waits
from institutions.models import Institution

LABEL = "from what you may see"
_LONGEST = 90


@dataclass(frozen=True)
class ClosingWords:
    """What blocks, with the rows that it names and sentences about it."""

    closing: Closing
    conditions: Mapping[UUID, Condition]
    commitments: Mapping[UUID, Commitment]
    label: str = LABEL

    def who(self, condition: UUID) -> Institution:
        """Who alone can clear it."""
        return self.conditions[condition].owner

    def called(self, condition: UUID) -> str:
        """'KEXIM's condition 'Binding offtake …'', or the deal's."""
        row = self.conditions[condition]
        whose = f"{plain(row.owner.short_name, 60)}'s" if row.commitment_id else "the deal's"
        return f"{whose} condition '{plain(row.text, _LONGEST)}'"

    def awaited(self, wait: Wait) -> str:
        """'EDC to reach approved'."""
        if wait.shared:
            return self.called(wait.shared)
        if wait.commitment is None:
            return "a commitment that you can't see"
        row = self.commitments[wait.commitment]
        here = STAGES[row.stage]
        ended = f", which ended as {row.stage}" if here.order is None else ""
        return f"{plain(row.institution.short_name, 60)}'s commitment to be {_word(wait.stage)}{ended}"

    def next_step(self, condition: UUID, how: How, unmet: Sequence[Wait]) -> str:
        """Who can clear it, and what has to come first."""
        who = plain(self.who(condition).short_name, 60)
        awaited = " and ".join(self.awaited(wait) for wait in unmet)
        match how:
            case How.NOW:
                return f"{who} can clear it now."
            case How.STAGE:
                return f"{who} can clear it once what it waits for has come: {awaited}."
            case How.UNSEEN:
                return f"It waits for {awaited}. {who} can clear it by its own evidence, or have it waived."
            case How.CIRCLE:
                return f"It waits for itself. {who} can have it waived, or any other of the circle can be."

    def circle(self, circle: Circle) -> str:
        """'KEXIM's condition … waits for EDC's commitment to be approved, which waits for …'."""
        said = [self.called(circle.conditions[0]) + " waits for"]
        steps = list(zip((*circle.conditions[1:], circle.conditions[0]), circle.waits, strict=True))
        for place, (nxt, wait) in enumerate(steps):
            last = place == len(steps) - 1
            through = "" if wait.shared else f"{self.awaited(wait)}, which waits for "
            said.append(f"{through}{self.called(nxt)}" + ("." if last else ", which waits for"))
        text = " ".join(said)
        return text[0].upper() + text[1:]


def closing_of(deal: Deal) -> ClosingWords:
    """What blocks the deal's close; three questions, however many rows there are."""
    rows = list(
        Condition.objects.filter(deal=deal, state=ConditionState.OPEN, origin="registered").select_related("owner")
    )
    waiting: dict[UUID, list[Wait]] = {}
    for row in waits().filter(condition__in=[row.pk for row in rows]):
        seen = Wait(row.seen_commitment, row.stage, row.seen_shared)
        waiting.setdefault(row.condition_id, []).append(seen)
    named = {wait.commitment for found in waiting.values() for wait in found if wait.commitment}
    of = {row.commitment_id for row in rows if row.commitment_id}
    commitments = {row.pk: row for row in Commitment.objects.filter(pk__in=named | of).select_related("institution")}
    conditions = {row.pk: row for row in rows}
    open_ = [OpenCondition(row.pk, row.commitment_id, tuple(waiting.get(row.pk, ()))) for row in rows]
    found = closing(open_, {key: row.stage for key, row in commitments.items()})
    return ClosingWords(found, conditions, commitments)


def _word(code: str) -> str:
    return code.replace("_", " ")
