"""Shares as the pages of an allocation show them: figures, steps, and a bar of what is given of each offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from deals.allocation import Line
from deals.models import AllocationLine
from deals.money import Money, figure
from deals.sentences.days import day_in_words
from deals.sentences.steps import step_in_words
from deals.sentences.words import word
from institutions.models import State

# The bar's length in units of its drawing, for the largest offer.
LONGEST = 200


@dataclass(frozen=True)
class Share:
    """One offer with what it gets. `offered` and `given` are lengths of its bar."""

    name: str
    kind: str
    bid: str
    amount: str
    steps: tuple[str, ...]
    offered: int
    given: int

    @property
    def description(self) -> str:
        return _("%(name)s: %(amount)s of %(bid)s") % {"name": self.name, "amount": self.amount, "bid": self.bid}


@dataclass(frozen=True)
class Standing:
    """A line, and what became of it; `open` while it waits for its answer."""

    line: AllocationLine
    word: str
    open: bool = False

    @property
    def amount(self) -> str:
        return figure(Money(self.line.amount, self.line.currency))

    @property
    def bid(self) -> str:
        return figure(Money(self.line.bid, self.line.currency))


def standing(line: AllocationLine) -> Standing:
    """Of a line with its answer (selectors/allocations.py)."""
    answer, given_back = getattr(line, "answer", None), getattr(line, "given_back_on", None)
    if line.state != State.CONFIRMED:
        return Standing(line, _("rejected") if line.state == State.REJECTED else _("waits for the lead's approver"))
    if line.taken_back_on:
        return Standing(line, _("taken back on %(day)s") % {"day": day_in_words(line.taken_back_on)})
    if given_back:
        return Standing(line, _("accepted, given back on %(day)s") % {"day": day_in_words(given_back)})
    return Standing(line, word(answer)) if answer else Standing(line, _("waits for its answer"), open=True)


def previewed(lines: Sequence[Line]) -> list[Share]:
    """The lines of a preview."""
    most = max((line.bid.amount.amount for line in lines), default=Decimal(1))
    return [_share(line.bid.said, line.bid.kind, line.bid.amount, line.amount, line.steps, most) for line in lines]


def kept(workings: Sequence[Mapping[str, Any]], currency: str) -> list[Share]:
    """The arithmetic that an allocation keeps."""
    bids = [Money(Decimal(working["bid"]), currency) for working in workings]
    most = max((bid.amount for bid in bids), default=Decimal(1))
    return [
        _share(w["name"], w["kind"], bid, Money(Decimal(w["amount"]), currency), tuple(w["steps"]), most)
        for w, bid in zip(workings, bids, strict=True)
    ]


def _share(name: str, kind: str, bid: Money, amount: Money, steps: tuple[str, ...], most: Decimal) -> Share:
    offered, given = (int(money.amount / most * LONGEST) for money in (bid, amount))
    # Something is never drawn as nothing.
    given = max(given, 1) if amount.amount else 0
    said = tuple(map(step_in_words, steps))
    return Share(name, word(kind), figure(bid), figure(amount), said, max(offered, 1), given)
