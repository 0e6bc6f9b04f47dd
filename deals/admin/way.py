"""The way of a deal as its page shows it: a line of stops, and the next step in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.lifecycle import NEXT_STEP, Requirement, deal_needs_two
from deals.models import Deal, DealStatus
from deals.selectors.way import Way, way_of
from deals.sentences.words import word
from deals.services import deal_moves
from institutions.admin.refusing import in_plain_words

# What leads to a status, and what it means for whoever reads it.
_NEXT = {
    DealStatus.IN_MARKET: later("bring it to market, so that institutions can be invited"),
    DealStatus.ALLOCATING: later("allocate: share the tranches out among the offers"),
    DealStatus.DOCUMENTATION: later("documentation: write down what was allocated"),
    DealStatus.CLOSED: later("financial close"),
    DealStatus.COMPLETED: later("completion"),
}


def lacking(deal: Deal, *, tranches: bool | None = None) -> dict[str, list[str]]:
    """Every status that may come next, with what its registrar still has to do for it."""
    by_two = _(NEXT_STEP[Requirement.FOUR_EYES])
    return {
        to: [
            *(in_plain_words(_(step)) for step in missing.values()),
            *([by_two] if deal_needs_two(deal.status, to) else []),
        ]
        for to, missing in deal_moves.next_statuses(deal, tranches=tranches).items()
    }


@dataclass(frozen=True)
class ShownWay:
    """`lacks`: what the next status still needs, for who keeps the deal: others can do nothing about it."""

    way: Way
    keeps: bool
    lacks: list[str]

    @classmethod
    def of(cls, deal: Deal, *, tranches: bool, keeps: bool) -> "ShownWay":
        way = way_of(deal)
        return cls(way, keeps, lacking(deal, tranches=tranches)[way.next] if keeps and way.next else [])

    @property
    def aside(self) -> str:
        return word(self.way.aside or "")

    @property
    def next(self) -> str:
        return str(_NEXT[self.way.next]) if self.way.next else ""
