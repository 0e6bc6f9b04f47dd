"""Annual returns as far as the asker sees them, and what it is told of all of them together.

Sums over returns that the asker may open hide nothing and are never withheld; what the others have together is told in
lines of its own (sql/returns.sql).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable, NegatedExpression
from django.db.models.functions import Cast, JSONObject

from deals.models import SIDES, SUMMED_IN, AnnualReturn, ReturnLine, ReturnSum
from deals.money import Money
from deals.selectors.parts import money, texts
from institutions.models import State
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

AMOUNTS = ("signed", "transferred_in", "transferred_out", "refinancing", "adjustment", "net")


def _others() -> QuerySet[AnnualReturn]:
    return AnnualReturn.objects.filter(owner=OuterRef("owner_id"), year=OuterRef("year"), state=State.CONFIRMED.value)


def is_latest() -> "NegatedExpression[Combinable]":
    """Whether the asker sees no later version of its year."""
    return ~Exists(_others().filter(prepared_at__gt=OuterRef("prepared_at")))


def standing() -> QuerySet[AnnualReturn]:
    """The returns that stand: confirmed, and the latest of their institution and year that the asker sees."""
    return AnnualReturn.objects.filter(is_latest(), state=State.CONFIRMED.value)


def _returns() -> Rows:
    earlier = _others().filter(prepared_at__lt=OuterRef("prepared_at")).order_by("-prepared_at", "pk")
    found: Rows = AnnualReturn.objects.values(
        "id", "owner_id", "network_id", "year", "state", "figures", "note", "level", "demo", "told_at", "updated_at",
        latest=is_latest(), before_id=Subquery(earlier.values("pk")[:1]),
    )  # fmt: skip
    return found


def _return(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "institution": row["owner_id"],
            "network": row["network_id"],
            **texts(row, "year", "state"),
            "stands": row["latest"] and row["state"] == State.CONFIRMED.value,
            "supersedes": row["before_id"],
            "figures": figures(row["figures"]),
            **texts(row, "note", "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def figures(kept: Sequence[Row]) -> list[Shape]:
    """The figures of a return as the API tells them: each amount with its currency."""
    return [
        {
            "side": line["side"],
            **{name: {"amount": line[name], "currency": line["currency"]} for name in AMOUNTS},
            "reason": line["reason"],
        }
        for line in kept
    ]


def _sums() -> Rows:
    lines = ReturnLine.objects.filter(sum=OuterRef("pk")).order_by("-side", "id")
    # As text: a number of JSON is a float on its way.
    told = lines.values(json=JSONObject(side="side", least=Cast("least", CharField()), as_of="as_of"))
    found: Rows = ReturnSum.objects.values("id", "network_id", "year", "published_at", others=ArraySubquery(told))
    return found


def _sum(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "network": row["network_id"],
            "year": row["year"],
            "published_at": instant(row["published_at"]),
            "others": [
                {
                    "side": line["side"],
                    "at_least": money(Decimal(line["least"]), SUMMED_IN) if line["least"] else None,
                    "withheld": line["least"] is None,
                    "as_of": line["as_of"],
                }
                for line in row["others"]
            ],
        }
    )


RETURNS = Reading("annual_return", _returns, _return)
RETURN_SUMS = Reading("return_sum", _sums, _sum, order=("published_at", "id"))


def prefilled(owner: UUID, year: int, *, with_walled: bool = False) -> list[Row]:
    """What the asker's ledgers hold for a year, as a return would say it now; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.return_figures(%s, %s, %s, '[]')", [owner, year, with_walled])
        # Django leaves JSON as it comes.
        figures_: list[Row] = json.loads(cursor.fetchone()[0])
    return figures_


def moved(returns: Iterable[UUID]) -> set[UUID]:
    """Those of one's own returns of which the ledgers that the asker sees say something else now; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM deals_annualreturn WHERE id = ANY (%s)"
            # Whoever is on no deal team would be told of what it must not see.
            " AND NOT with_walled AND deals.return_figures(owner_id, year, false, adjustments) <> figures",
            [list(returns)],
        )
        return {row[0] for row in cursor.fetchall()}


@dataclass(frozen=True)
class Told:
    """What the returns that the asker may open come to on one side, in one currency, and how many count in it."""

    side: str
    money: Money
    returns: int
    # Figures in currencies that had no rate on the year's last day.
    without_rate: int


@dataclass(frozen=True)
class Others:
    """What others have together, rounded down, with the day it was counted; None where it is withheld."""

    side: str
    at_least: Money | None
    as_of: date | None


@dataclass(frozen=True)
class YearTold:
    """A year as one institution is told of it: others' returns that it may open, what these and its own come to, and
    what all others have together."""

    year: int
    opened: list[AnnualReturn]
    told: list[Told]
    others: list[Others]
    published_on: date | None


_TOLD = """
SELECT r.year, f.side, coalesce(sum(c.converted), 0), count(DISTINCT r.owner_id),
       count(*) FILTER (WHERE c.converted IS NULL)
FROM deals_annualreturn r
CROSS JOIN jsonb_to_recordset(r.figures) f (side text, currency text, net numeric)
LEFT JOIN LATERAL deals.convert(f.net, f.currency, %(reporting)s, make_date(r.year, 12, 31)) c ON true
WHERE r.id = ANY (%(ids)s) AND f.side = ANY (%(sides)s)
GROUP BY r.year, f.side ORDER BY r.year DESC, f.side DESC
"""


def told(returns: Iterable[UUID]) -> dict[int, list[Told]]:
    """The sums of these returns by year, money and cover apart, at the rates of each year's last day; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"ids": list(returns), "reporting": SUMMED_IN, "sides": list(SIDES)})
        found: dict[int, list[Told]] = {}
        for year, side, total, count, without in cursor.fetchall():
            found.setdefault(year, []).append(Told(side, Money.total(total, SUMMED_IN), count, without))
        return found


def years_told(institution: UUID) -> list[YearTold]:
    """Each year of which the asker sees a return or a sum, the latest first. Four queries."""
    stand = list(standing().select_related("owner").order_by("-year", "owner__short_name", "id"))
    opened: dict[int, list[AnnualReturn]] = {}
    for row in stand:
        if row.owner_id != institution:
            opened.setdefault(row.year, []).append(row)
    sums = told(row.pk for row in stand)
    published = {
        each.year: each.on_day for each in ReturnSum.objects.order_by("year", "-published_at", "id").distinct("year")
    }
    # Of each side the latest that was told, else that it was withheld: a sum of another network takes nothing away.
    own_lines = (
        ReturnLine.objects.annotate(none=Q(least=None))
        .order_by("year", "side", "none", "-sum__published_at", "id")
        .distinct("year", "side")
    )
    lines: dict[int, list[Others]] = {}
    for line in sorted(own_lines, key=lambda each: SIDES.index(each.side)):
        at_least = None if line.least is None else Money.total(line.least, SUMMED_IN)
        lines.setdefault(line.year, []).append(Others(line.side, at_least, line.as_of))
    return [
        YearTold(
            year,
            opened.get(year, []),
            sums.get(year, []),
            lines.get(year, []),
            published.get(year),
        )
        for year in sorted({*(row.year for row in stand), *published}, reverse=True)
    ]


def own_versions(institution: UUID) -> QuerySet[AnnualReturn]:
    """All versions of one's own, rejected ones too, the latest year and version first."""
    return AnnualReturn.objects.filter(owner_id=institution).order_by("-year", "-prepared_at", "id")
