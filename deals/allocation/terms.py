"""What is to be shared among whom, counted in minor units of one currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from deals.allocation.bids import Bid, Kind, Rule
from deals.money import Money, minor_units


@dataclass(frozen=True)
class Terms:
    """One allocation to be worked out. Figures are in minor units; `lot_money` None is one minor unit."""

    amount: Money
    bids: tuple[Bid, ...]
    rule: Rule
    lot_money: Money | None

    @cached_property
    def currency(self) -> str:
        return self.amount.currency

    @cached_property
    def places(self) -> int:
        return minor_units(self.currency)

    @cached_property
    def per_unit(self) -> int:
        """Minor units in one of the currency."""
        return int(10**self.places)

    @cached_property
    def lot(self) -> int:
        return self.minor(self.lot_money) if self.lot_money else 1

    @cached_property
    def fixed(self) -> list[Bid]:
        return [bid for bid in self.bids if bid.kind is Kind.FIXED]

    @cached_property
    def scalable(self) -> list[Bid]:
        return [bid for bid in self.bids if bid.kind is Kind.SCALABLE]

    @cached_property
    def left(self) -> int:
        """What the fixed offers leave; below nought where they are too much."""
        return self.minor(self.amount) - self.sum(self.fixed)

    @cached_property
    def wanted(self) -> int:
        """What the scalable offers take together."""
        return min(self.left, self.sum(self.scalable))

    @cached_property
    def fits(self) -> bool:
        """Whether every offer is taken in full."""
        return self.sum(self.scalable) <= self.left

    def sum(self, bids: Iterable[Bid]) -> int:
        return sum(self.minor(bid.amount) for bid in bids)

    def floor(self, bid: Bid) -> int:
        return self.minor(bid.floor) if bid.floor else 0

    def most(self, bid: Bid) -> int:
        """Its offer, or its cap where that is less."""
        offered = self.minor(bid.amount)
        return min(offered, self.minor(bid.cap)) if bid.cap else offered

    def least_lots(self, bid: Bid) -> int:
        return -(-self.floor(bid) // self.lot)

    def most_lots(self, bid: Bid) -> int:
        return self.most(bid) // self.lot

    def minor(self, money: Money) -> int:
        return int(money.amount * self.per_unit)

    def money(self, minor: int) -> Money:
        return Money(Decimal(minor).scaleb(-self.places), self.currency)
