"""What blocks financial close of a deal, from what the asker may see, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.closing import Circle, Closing, How, OpenCondition, Wait, closing
from deals.lifecycle import STAGES
from deals.models import Commitment, Condition, ConditionState, Deal
from deals.plain import plain
from deals.selectors.conditions import waits
from deals.sentences.joining import all_of
from deals.sentences.words import word
from institutions.models import Institution

LABEL = later("from what you may see")
_LONGEST = 90


@dataclass(frozen=True)
class ClosingWords:
    """What blocks, with the rows that it names and sentences about it."""

    closing: Closing
    conditions: Mapping[UUID, Condition]
    commitments: Mapping[UUID, Commitment]

    @property
    def label(self) -> str:
        """That others may see more."""
        return str(LABEL)

    def who(self, condition: UUID) -> Institution:
        """Who alone can clear it."""
        return self.conditions[condition].owner

    def called(self, condition: UUID) -> str:
        """'KEXIM's condition 'Binding offtake …'', or the deal's."""
        row = self.conditions[condition]
        says = _("%(owner)s's condition '%(text)s'") if row.commitment_id else _("the deal's condition '%(text)s'")
        return says % {"owner": plain(row.owner.short_name, 60), "text": plain(row.text, _LONGEST)}

    def awaited(self, wait: Wait) -> str:
        """'EDC to reach approved'."""
        if wait.shared:
            return self.called(wait.shared)
        if wait.commitment is None:
            return _("a commitment that you can't see")
        row = self.commitments[wait.commitment]
        says = _("%(owner)s's commitment to be %(stage)s")
        if STAGES[row.stage].order is None:
            says = _("%(owner)s's commitment to be %(stage)s, which ended as %(ended)s")
        return says % {
            "owner": plain(row.institution.short_name, 60),
            "stage": word(wait.stage),
            "ended": word(row.stage),
        }

    def all_awaited(self, waits: Sequence[Wait]) -> str:
        """Everything that has to come first."""
        return all_of(self.awaited(wait) for wait in waits)

    def waiting(self, waits: Sequence[Wait]) -> str:
        """What has to come first, as a sentence."""
        return _("It waits for %(awaited)s.") % {"awaited": self.all_awaited(waits)}

    def next_step(self, condition: UUID, how: How, unmet: Sequence[Wait]) -> str:
        """Who can clear it, and what has to come first."""
        match how:
            case How.NOW:
                says = _("%(who)s can clear it now.")
            case How.STAGE:
                says = _("%(who)s can clear it once what it waits for has come: %(awaited)s.")
            case How.UNSEEN:
                says = _("It waits for %(awaited)s. %(who)s can clear it by its own evidence, or have it waived.")
            case How.CIRCLE:
                says = _("It waits for itself. %(who)s can have it waived, or any other of the circle can be.")
        return says % {"who": plain(self.who(condition).short_name, 60), "awaited": self.all_awaited(unmet)}

    def circle(self, circle: Circle) -> str:
        """'KEXIM's condition … waits for EDC's commitment to be approved, which waits for …'."""
        on_the_way = [self.called(circle.conditions[0])]
        for nxt, wait in zip((*circle.conditions[1:], circle.conditions[0]), circle.waits, strict=True):
            on_the_way += [self.called(nxt)] if wait.shared else [self.awaited(wait), self.called(nxt)]
        # Said from its end, so that each is within what waits for it.
        first, *steps, chain = on_the_way
        for step in reversed(steps):
            chain = _("%(what)s, which waits for %(next)s") % {"what": step, "next": chain}
        text = _("%(what)s waits for %(next)s.") % {"what": first, "next": chain}
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
