"""What goes into an allocation, and what comes out of it."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deals.money import Money


class Kind(StrEnum):
    """`fixed` is taken off the top in full or not at all; `scalable` is what is scaled back."""

    FIXED = "fixed"
    SCALABLE = "scalable"


class Rule(StrEnum):
    """How what is left after the fixed offers is shared: by their size, the same for each, or in the lead's order."""

    PRO_RATA = "pro_rata"
    EQUAL = "equal"
    PRIORITY = "priority"


@dataclass(frozen=True)
class Bid:
    """One offer. `key` tells it apart and decides nothing; `name` is what sentences call it.

    `floor` and `cap` bound a scalable offer's share. `order` is the lead's own (1 comes first), `offered` when the
    lead was told.
    """

    key: Hashable
    amount: Money
    kind: Kind = Kind.SCALABLE
    floor: Money | None = None
    cap: Money | None = None
    order: int | None = None
    offered: datetime | None = None
    name: str = ""

    @property
    def said(self) -> str:
        return self.name or str(self.key)


@dataclass(frozen=True)
class Line:
    """What an offer gets, and the arithmetic that leads there, step by step."""

    bid: Bid
    amount: Money
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The lines in the order in which the bids came; together exactly the smaller of `amount` and `offers`."""

    amount: Money
    offers: Money
    lines: tuple[Line, ...]
