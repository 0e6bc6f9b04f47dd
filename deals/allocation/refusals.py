"""Why an amount can't be shared as asked: every refusal names the constraint that binds."""

from collections.abc import Iterable

from deals.allocation.bids import Bid
from institutions.refusals import Refusal


class NotAllocable(Refusal):
    """`bids` are the offers that it is about, if it is about some."""

    code = "not_allocable"

    def __init__(self, *, bids: Iterable[Bid] = (), pointer: str = "", **facts: object) -> None:
        self.bids = tuple(bids)
        # Sorted, so that the sentence does not tell the order of the input either.
        names = ", ".join(sorted(bid.said for bid in self.bids))
        super().__init__(pointer=pointer, names=names, **facts)


class NotPositive(NotAllocable):
    code = "not_positive"
    says = "The {what} must be above zero. Give it so, or leave it out."


class MixedCurrencies(NotAllocable):
    code = "mixed_currencies"
    says = "{currency} is allocated: offers, floors, caps and lots in other currencies are not ({names})."


class BadBounds(NotAllocable):
    code = "bounds_contradict"
    says = "A floor is at most its cap, and both at most the offer: {names}."


class FixedHasBounds(NotAllocable):
    code = "fixed_has_bounds"
    says = "A fixed offer is taken in full: give it neither floor nor cap ({names})."


class OrderMissing(NotAllocable):
    code = "order_missing"
    says = "By priority, every scalable offer needs its place in the order: {names}."


class FixedExceed(NotAllocable):
    code = "fixed_exceed_amount"
    says = "The fixed offers add up to {fixed}, above the {amount} to allocate. Make some of them scalable: {names}."


class FloorsExceed(NotAllocable):
    code = "floors_exceed_amount"
    says = "The floors add up to {floors}, above the {left} left after the fixed offers. Lower some of them: {names}."


class CapsFallShort(NotAllocable):
    code = "caps_fall_short"
    says = "Under their caps the scalable offers take {most}, below the {left} to be shared. Raise some caps: {names}."


class LotDoesNotDivide(NotAllocable):
    code = "lot_does_not_divide"
    says = "Lots of {lot} don't divide the {left} left after the fixed offers. Choose another lot or amount."


class NoLotBetween(NotAllocable):
    code = "no_lot_between_floor_and_cap"
    says = (
        "No whole number of lots of {lot} lies between floor and cap, or offer: {names}. "
        "Choose a smaller lot, or move the bounds."
    )


class LotsExceed(NotAllocable):
    code = "floors_exceed_amount"
    says = (
        "Rounded up to lots of {lot}, the floors add up to {floors}, above the {left} left after the fixed offers. "
        "Lower some of them, or choose a smaller lot."
    )


class LotsFallShort(NotAllocable):
    code = "lots_fall_short"
    says = (
        "In whole lots of {lot} the scalable offers take {most} at most, below the {left} to be shared. "
        "Choose a smaller lot or amount, or raise some caps."
    )


class Tie(NotAllocable):
    code = "tie"
    says = (
        "{count} × {lot} is left over for offers that are alike in remainder, amount, order and time: {names}. "
        "Give them an order."
    )
