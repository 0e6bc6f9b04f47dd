"""Acts around annual returns."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from deals.models import AnnualReturn, ReturnLine, ReturnSum
from deals.money import Money
from deals.services.returns import Adjustment, prepare_return, publish_sum
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.book import OF

LAST = date.today().year - 1
MID = date(LAST, 6, 1)
# The observer has an officer alone: it is told sums, and returns nothing.
OFFICERS = {**OF, "fjord": ("finn", "")}


def adjusted(money: str, currency: str = "USD", side: str = "money") -> Adjustment:
    """So many millions that an institution's ledgers here do not hold."""
    return Adjustment(side, Money(Decimal(money) * 1_000_000, currency), "Signed before we joined")


def prepare(
    cast: Cast, bank: str, *adjustments: Adjustment, level: Level = Level.OWN, year: int = LAST
) -> AnnualReturn:
    """A return that waits for its approver, with what is walled off: Hanok's one deal is."""
    officer = cast.people[OF[bank][0]]
    with acting_as(officer):
        return prepare_return(by=officer, year=year, adjustments=adjustments, level=level, with_walled=bank == "hanok")


def returned(
    cast: Cast, bank: str, *adjustments: Adjustment | str, level: Level = Level.OWN, year: int = LAST
) -> AnnualReturn:
    """A return that two persons made; a text is so many millions of US dollars."""
    given = [adjusted(each) if isinstance(each, str) else each for each in adjustments]
    made = prepare(cast, bank, *given, level=level, year=year)
    confirm_waiting(cast, made, by=OF[bank][1])
    with acting_as(cast.people[OF[bank][0]]):
        made.refresh_from_db()
    return made


def sum_up(cast: Cast, year: int = LAST) -> ReturnSum:
    with acting_as(cast.dora):
        return publish_sum(by=cast.dora, year=year)


def told(cast: Cast, bank: str, side: str = "money", year: int = LAST) -> list[int | None]:
    """What an institution was told others have, in millions, oldest first."""
    with acting_as(cast.people[OFFICERS[bank][0]]):
        lines = ReturnLine.objects.filter(side=side, year=year).order_by("sum__published_at")
        return [None if line.least is None else int(line.least / 1_000_000) for line in lines]


def figures(made: AnnualReturn, side: str = "money") -> Sequence[dict[str, str]]:
    return [line for line in made.figures if line["side"] == side]
