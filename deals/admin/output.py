"""Who takes a project's output: contracts, what is sold by country and year, and how far it reaches a condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.words import level_badge, origin_badge
from deals.models import Condition, Deal, Offtake
from deals.offtaking import Contracted, Taken
from deals.selectors.offtakes import contracted_of, offtakes_of
from deals.selectors.sameness import family_of
from deals.sentences.days import day_in_words
from deals.sentences.mandates import country
from deals.sentences.of_projects import percent
from deals.sentences.words import word


@dataclass(frozen=True)
class ShownOfftake:
    """A contract, as one line."""

    row: Offtake

    @property
    def size(self) -> str:
        row = self.row
        if row.quantity is not None:
            facts = {"quantity": f"{row.quantity.normalize():,f}", "unit": word(row.unit)}
            return _("%(quantity)s %(unit)s") % facts
        return percent(row.share) or _("unknown")

    @property
    def of(self) -> str:
        return country(self.row.buyer.country) if self.row.buyer.country else "–"

    @property
    def years(self) -> str:
        row = self.row
        if row.last_year is None:
            return _("from %(year)s on") % {"year": row.first_year}
        return f"{row.first_year}–{row.last_year}" if row.last_year > row.first_year else str(row.first_year)

    @property
    def on(self) -> str:
        return day_in_words(self.row.as_of, self.row.precision)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.row, self.row.owner.short_name)

    @property
    def origin(self) -> SafeString:
        return origin_badge(self.row.origin, demo=self.row.demo)


@dataclass(frozen=True)
class YearCell:
    year: int
    binding: str
    other: str
    unknown: int
    over: bool


@dataclass(frozen=True)
class OutputTable:
    """What is contracted of one mineral: all buyers together, then by their country."""

    mineral: str
    planned: str
    whole: list[YearCell]
    countries: list[tuple[str, list[YearCell]]]

    @property
    def over(self) -> list[YearCell]:
        return [cell for cell in self.whole if cell.over]


@dataclass(frozen=True)
class Output:
    """What the card of offtakes shows."""

    contracts: list[ShownOfftake]
    tables: list[OutputTable]


def output_of(family: Sequence[UUID]) -> Output:
    """Who takes a project's output. Two queries, the second where there are contracts."""
    rows = offtakes_of(family)
    names = {str(row.mineral_id): row.mineral.name for row in rows}
    tables = [_table(each, names) for each in contracted_of(family, rows)] if rows else []
    return Output([ShownOfftake(row) for row in rows], tables)


def _table(each: Contracted, names: dict[str, str]) -> OutputTable:
    planned = "" if each.planned is None else f"{each.planned.normalize():,f}"
    countries = [(country(code) if code else "–", _cells(years)) for code, years in each.countries.items()]
    return OutputTable(names[each.mineral], planned, _cells(each.years), countries)


def _cells(years: dict[int, Taken]) -> list[YearCell]:
    def shown(share: Decimal) -> str:
        return percent(share.quantize(Decimal("0.1")))

    return [
        YearCell(year, shown(taken.binding), shown(taken.other) if taken.other else "", taken.unknown, taken.over)
        for year, taken in years.items()
    ]


@dataclass(frozen=True)
class Against:
    """How far binding offtakes reach what a condition asks, of one mineral; `met` None: unknown contracts may."""

    mineral: str
    least: str
    years: str
    met: bool | None


def offtake_against(condition: Condition, deal: Deal | None) -> list[Against]:
    """What binding contracts take of each mineral in the year of the least, beside what a condition asks. Three queries
    where it asks something and its project is seen."""
    asked = condition.least_offtake
    if asked is None or deal is None or deal.project_id is None:
        return []
    family = family_of(deal.project_id)
    rows = offtakes_of(family)
    names = {str(row.mineral_id): row.mineral.name for row in rows}
    return [_against(each, asked, names) for each in contracted_of(family, rows)] if rows else []


def _against(each: Contracted, asked: Decimal, names: dict[str, str]) -> Against:
    short = [taken for taken in each.years.values() if taken.binding < asked]
    met = None if short and all(taken.unknown_binding for taken in short) else not short
    years = list(each.years)
    facts = {"first": years[0], "last": years[-1]}
    return Against(
        names[each.mineral],
        percent(each.least_binding.quantize(Decimal("0.1"))),
        _("%(first)s to %(last)s") % facts,
        met,
    )
