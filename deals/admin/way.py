"""The way of a deal as its page shows it: a line of stops, and the next step in words."""

from dataclasses import dataclass

from deals.lifecycle import Requirement
from deals.models import DealStatus
from deals.selectors.way import Way

# What leads to a status, and what it means for whoever reads it.
_NEXT = {
    DealStatus.IN_MARKET: "bring it to market, so that institutions can be invited",
    DealStatus.ALLOCATING: "allocate: share the tranches out among the offers",
    DealStatus.DOCUMENTATION: "documentation: write down what was allocated",
    DealStatus.CLOSED: "financial close",
    DealStatus.COMPLETED: "completion",
}
_LACKS = {
    Requirement.BORROWER: "a borrower",
    Requirement.DEAL_TRANCHE: "a tranche",
    Requirement.FOUR_EYES: "an approver, as a second person",
}


@dataclass(frozen=True)
class ShownWay:
    """`keeps`: whether the asker may lead the deal on."""

    way: Way
    keeps: bool

    @property
    def aside(self) -> str:
        return self.way.aside.replace("_", " ") if self.way.aside else ""

    @property
    def next(self) -> str:
        return _NEXT[self.way.next] if self.way.next else ""

    @property
    def lacks(self) -> str:
        """For who keeps the deal: others can do nothing about it."""
        return " and ".join(_LACKS[each] for each in self.way.lacks) if self.keeps else ""
