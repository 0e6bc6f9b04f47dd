"""The network's picture: money by mineral, stage, country and class, cover apart, and gaps by mineral.

Read as everybody in the network reads it, and counted as each deal's own stack counts it (sql/picture.sql, which keeps
what it can); money for the base alone. A deal whose project yields several minerals counts under each of them, and none
of its money is split: what stands under two minerals is not added together.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from deals.lifecycle import Class
from deals.models import Mineral
from deals.money import Money
from institutions.isolation.session import seeing_as_network
from institutions.isolation.standby import on_standby_as_here

REPORTING = "USD"


@dataclass
class Amount:
    """A sum in the reporting currency, of how many rows, of which so many are of unknown amount or without a rate."""

    amount: Decimal = Decimal(0)
    counted: int = 0
    unknown: int = 0
    unconverted: int = 0


@dataclass
class Sums:
    """Class beside class, money and cover apart; never added to each other."""

    money: dict[Class, Amount] = field(default_factory=lambda: defaultdict(Amount))
    cover: dict[Class, Amount] = field(default_factory=lambda: defaultdict(Amount))
    deals: int = 0
    # Target minus firm of the deals that are still open, at most; and of how many nobody can tell it.
    gap: Decimal = Decimal(0)
    gap_unknown: int = 0


@dataclass(frozen=True)
class Line:
    """One mineral, stage of the supply chain or country, with its sums; the key is '' where it is not told."""

    key: str
    name: str
    sums: Sums


@dataclass(frozen=True)
class Picture:
    currency: str
    rates_on: date | None
    whole: Sums
    minerals: tuple[Line, ...]
    chain_stages: tuple[Line, ...]
    countries: tuple[Line, ...]

    def money(self, amount: Decimal) -> Money:
        return Money.total(amount, self.currency)


# What is kept, without what the marked deals bring to it, and with what they bring now.
_ASKED = """
    WITH rates AS MATERIALIZED (
        SELECT (SELECT max(r.date) FROM deals_fxrate r WHERE r.date <= current_date) AS day
    ),
    asked AS MATERIALIZED (SELECT r.day, n.kept, n.roots FROM rates r, deals.picture_now(r.day) n),
    now AS MATERIALIZED (
        SELECT p.* FROM asked a, deals.pictured(a.roots, %(currency)s, coalesce(a.day, current_date)) p
    )
"""

_SUMS = f"""{_ASKED}
    SELECT rates.day, x.*
    FROM rates LEFT JOIN (
        SELECT dimension, key, class, cover, sum(amount), sum(counted)::bigint, sum(unknown)::bigint,
               sum(unconverted)::bigint, sum(deals)::bigint, sum(gap), sum(gap_unknown)::bigint
        FROM (
            SELECT t.dimension, t.key, t.class, t.cover, t.amount, t.counted, t.unknown, t.unconverted, t.deals, t.gap,
                   t.gap_unknown
            FROM asked a JOIN deals_picturetotal t ON t.scope_id = a.kept
            UNION ALL
            SELECT k.*, l.class, l.cover, -l.amount, -l.counted, -l.unknown, -l.unconverted, -l.deals, -l.gap,
                   -l.gap_unknown
            FROM asked a JOIN deals_pictureline l ON l.scope_id = a.kept AND l.root_id = ANY (a.roots),
                 deals.picture_keys(l.country, l.chain_stages::text[], l.minerals::text[]) k
            UNION ALL
            SELECT k.*, n.class, n.cover, n.amount, n.counted, n.unknown, n.unconverted, n.deals, n.gap, n.gap_unknown
            FROM now n, deals.picture_keys(n.country, n.chain_stages, n.minerals) k
        ) each
        GROUP BY 1, 2, 3, 4
        -- A key under which nothing is left is none.
        HAVING sum(deals) <> 0 OR sum(counted) <> 0
    ) x ON true
"""  # noqa: S608  # text of our own

_FINANCED = f"""{_ASKED}
    SELECT l.project_id FROM asked a JOIN deals_pictureline l ON l.scope_id = a.kept
    WHERE l.class = 'firm' AND NOT l.cover AND l.project_id IS NOT NULL AND NOT l.root_id = ANY (a.roots)
    UNION
    SELECT n.project_id FROM now n WHERE n.class = 'firm' AND NOT n.cover AND n.project_id IS NOT NULL
"""  # noqa: S608  # text of our own


def network_picture() -> Picture:
    """As every member of the asker's networks sees it, from a standby where there is one that is as far as the primary.
    Two questions, and two to change who asks."""
    with on_standby_as_here(), seeing_as_network(), connection.cursor() as cursor:
        cursor.execute(_SUMS, {"currency": REPORTING})
        rows = cursor.fetchall()
        names = dict(Mineral.objects.values_list("slug", "name"))
    found: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(Sums))
    for _day, dimension, key, cls, cover, amount, counted, unknown, unconverted, deals, gap, gap_unknown in rows:
        if dimension is None:
            # There is no deal.
            break
        sums = found[dimension][key]
        if cls:
            (sums.cover if cover else sums.money)[Class(cls)] = Amount(amount, counted, unknown, unconverted)
        else:
            sums.deals, sums.gap, sums.gap_unknown = deals, gap, gap_unknown
    return Picture(
        REPORTING,
        rows[0][0],
        found["whole"][""],
        _lines(found["mineral"], names),
        _lines(found["chain_stage"], {}),
        _lines(found["country"], {}),
    )


def financed_projects() -> frozenset[UUID]:
    """The projects of deals with firm money, as the picture counts it. One question, and two to change who asks."""
    with on_standby_as_here(), seeing_as_network(), connection.cursor() as cursor:
        cursor.execute(_FINANCED, {"currency": REPORTING})
        return frozenset(project for (project,) in cursor.fetchall())


def _lines(found: dict[str, Sums], names: dict[str, str]) -> tuple[Line, ...]:
    """The most firm money first; what is not told last."""
    lines = [Line(key, names.get(key, key), sums) for key, sums in found.items()]
    return tuple(sorted(lines, key=lambda each: (not each.key, -each.sums.money[Class.FIRM].amount, each.name)))
