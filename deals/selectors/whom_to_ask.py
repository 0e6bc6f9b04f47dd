"""Whom the lead of a deal could ask: institutions by fit, who of them is in it, and the sets that close the gap."""

from dataclasses import dataclass
from uuid import UUID

from deals.models import Deal
from deals.money import Money
from deals.selectors.closing_sets import ClosingSet, closing_sets
from deals.selectors.explaining import Explained, explained
from deals.selectors.matching import institutions_for, institutions_in


@dataclass(frozen=True)
class WhomToAsk:
    """`gap` is None where it is not known, or nobody is there to ask."""

    lines: list[Explained]
    there: set[UUID]
    gap: Money | None
    sets: list[ClosingSet]


def whom_to_ask(deal: Deal) -> WhomToAsk:
    """As the asker sees mandates and the deal; who may ask is the doors' question (selectors/deals.py, leads)."""
    found, there = institutions_for(deal), institutions_in(deal)
    gap = found[0].gap if found else None
    return WhomToAsk(explained(found), there, gap, closing_sets(found, gap, but=there))
