"""The course of a ledger as a picture: committed, drawn and outstanding as steps over the days, on one scale.

Lengths are in units of the drawing. What it shows stands in the table beside it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.picture import short
from deals.money import Money
from deals.selectors.ledger import Balance, Day
from deals.sentences.days import day_in_words
from deals.sentences.words import in_row

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

LEFT, RIGHT, BASELINE, TALLEST = 12, 628, 178, 148


@dataclass(frozen=True)
class Curve:
    """One sum over time: the points of a line that goes across, then up or down."""

    name: str
    points: str


@dataclass(frozen=True)
class Course:
    """The curves of the currency that the ledger is in at last."""

    currency: str
    curves: tuple[Curve, ...]
    first: date
    last: date
    most: str
    description: str


# What the picture calls each sum, its words at the end, and the sum.
SUMS: tuple[tuple[str, "StrOrPromise", Callable[[Balance], Money]], ...] = (
    ("committed", later("committed %(amount)s"), lambda balance: balance.committed),
    ("drawn", later("drawn %(amount)s"), lambda balance: balance.drawn),
    ("outstanding", later("outstanding %(amount)s"), lambda balance: balance.outstanding),
)


def course(days: Sequence[Day], *, until: date) -> Course | None:
    """None where nothing has happened yet. `until`: the day on which the picture ends."""
    if not days:
        return None
    currency = days[-1].balance.currency
    shown = [day for day in days if day.balance.currency == currency]
    first, last = shown[0].on, max(until, shown[-1].on)
    most = max([*(day.balance.sum_committed for day in shown), Decimal(1)])
    return Course(
        currency=currency,
        curves=tuple(Curve(name, _points(shown, sum_, first, last, most)) for name, says, sum_ in SUMS),
        first=first,
        last=last,
        most=short(Money(most, currency)),
        description=_description(currency, shown),
    )


def _points(days: Sequence[Day], sum_: Callable[[Balance], Money], first: date, last: date, most: Decimal) -> str:
    width = max((last - first).days, 1)
    points: list[tuple[int, int]] = []
    for day in days:
        x = LEFT + (day.on - first).days * (RIGHT - LEFT) // width
        y = BASELINE - int(sum_(day.balance).amount / most * TALLEST)
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    points.append((RIGHT, points[-1][1]))
    return " ".join(f"{x},{y}" for x, y in points)


def _description(currency: str, days: Sequence[Day]) -> str:
    now = days[-1].balance
    return _("In %(currency)s, %(count)s days of change from %(first)s to %(last)s. At last %(sums)s.") % {
        "currency": currency,
        "count": len(days),
        "first": day_in_words(days[0].on),
        "last": day_in_words(days[-1].on),
        "sums": in_row(str(says) % {"amount": short(sum_(now))} for name, says, sum_ in SUMS),
    }
