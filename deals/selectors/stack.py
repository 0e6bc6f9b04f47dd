"""The capital stack of a deal, from what the asker may see: classes side by side, cover beside them, and both gaps.

Sums are made in SQL under the asker's own policies. Indicative, conditional and firm money are never added together,
and no currency is added to another: what is in another currency than the target makes a gap 'at most'.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import connection

from deals.lifecycle import Class
from deals.models import COVER, Deal
from deals.money import Money

_SQL = """
WITH seen AS (
    SELECT c.id, deals.class_of(c.stage) AS class, c.stage IN ('signed', 'effective', 'disbursing') AS signed,
           c.instrument = ANY (%(cover)s) AS cover, s.joint_id,
           CASE WHEN c.borrower_level = 'sponsor' THEN 'sponsor' ELSE coalesce(t.purpose, 'base') END AS purpose,
           s.amount, s.currency
    FROM deals_commitment c
    LEFT JOIN deals_tranche t ON t.id = c.tranche_id
    LEFT JOIN deals_size s ON s.commitment_id = c.id
    WHERE c.deal_id = ANY (%(deals)s)
      -- A published row that its institution replaced, as far as the asker sees the replacement.
      AND NOT EXISTS (SELECT FROM deals_commitment r WHERE r.supersedes_id = c.id)
),
counted AS (
    SELECT class, signed, cover, purpose, currency, amount, id, joint_id FROM seen WHERE joint_id IS NULL
    UNION ALL
    -- A joint amount counts once, as firm as the least firm of its commitments, and is never split.
    (SELECT DISTINCT ON (j.id) s.class, s.signed, s.cover, s.purpose, j.currency, j.amount, s.id, s.joint_id
     FROM seen s JOIN deals_jointamount j ON j.id = s.joint_id
     ORDER BY j.id, array_position(ARRAY['ended', 'indicative', 'conditional', 'firm'], s.class), s.signed)
)
SELECT class, cover, purpose, signed, coalesce(currency, '') AS currency,
       coalesce(sum(amount), 0) AS total, count(*) AS rows, count(*) FILTER (WHERE amount IS NULL) AS unknown
FROM counted WHERE class <> 'ended'
GROUP BY class, cover, purpose, signed, coalesce(currency, '')
"""


@dataclass(frozen=True)
class Line:
    """What stands in one class, on one side, for one purpose, in one currency; `unknown` rows have no known amount."""

    cls: Class
    cover: bool
    purpose: str
    currency: str
    total: Decimal
    rows: int
    unknown: int

    @property
    def money(self) -> Money | None:
        return Money(self.total, self.currency) if self.currency and self.total else None


@dataclass(frozen=True)
class Gap:
    """What is missing to the target; an upper bound where amounts are unknown or in other currencies.

    `short` is None without a target. `others` are known amounts in other currencies, which no rate converts here.
    """

    short: Money | None
    unknown: int = 0
    others: tuple[Money, ...] = ()

    @property
    def at_most(self) -> bool:
        return bool(self.unknown or self.others)

    def __str__(self) -> str:
        if self.short is None:
            return "unknown: no target"
        if not self.at_most:
            return str(self.short)
        why = [f"{self.unknown} of unknown amount"] if self.unknown else []
        why += [f"{money} not converted" for money in self.others]
        return f"at most {self.short} ({'; '.join(why)})"


@dataclass(frozen=True)
class Stack:
    """A deal's stack as the asker may see it; every figure is labelled so where it is shown."""

    target: Money | None
    lines: tuple[Line, ...]
    to_firm: Gap
    to_signed: Gap
    label: str = field(default="from what you may see")

    def of(self, cls: Class, *, cover: bool = False, purpose: str | None = "base") -> tuple[Line, ...]:
        """The lines of one class on one side; `purpose` None is every purpose."""
        return tuple(
            line for line in self.lines if line.cls is cls and line.cover is cover and purpose in (None, line.purpose)
        )


def family(deal: Deal) -> list[UUID]:
    """The deal and the published one that it took over: their commitments are looked at together."""
    return [deal.pk, *([deal.supersedes_id] if deal.supersedes_id else [])]


def deal_stack(deal: Deal) -> Stack:
    """The stack of one deal; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"deals": family(deal), "cover": [str(code) for code in COVER]})
        rows = cursor.fetchall()
    target = Money(deal.target_amount, deal.target_currency) if deal.target_amount is not None else None
    return Stack(
        target=target,
        lines=_lines(rows),
        to_firm=_gap(target, [row for row in rows if _base_money(row) and row[0] == Class.FIRM]),
        to_signed=_gap(target, [row for row in rows if _base_money(row) and row[0] == Class.FIRM and row[3]]),
    )


_Row = tuple[str, bool, str, bool, str, Decimal, int, int]


def _base_money(row: _Row) -> bool:
    return not row[1] and row[2] == "base"


def _lines(rows: Sequence[_Row]) -> tuple[Line, ...]:
    """Signed and not yet signed firm rows are one line: both are firm."""
    found: dict[tuple[str, bool, str, str], Line] = {}
    for cls, cover, purpose, _, currency, total, count, unknown in rows:
        key = (cls, cover, purpose, currency)
        before = found.get(key)
        found[key] = Line(
            Class(cls),
            cover,
            purpose,
            currency,
            total + (before.total if before else 0),
            count + (before.rows if before else 0),
            unknown + (before.unknown if before else 0),
        )
    order = list(Class)
    return tuple(sorted(found.values(), key=lambda line: (order.index(line.cls), line.purpose, line.currency)))


def _gap(target: Money | None, rows: Sequence[_Row]) -> Gap:
    unknown = sum(row[7] for row in rows)
    if target is None:
        return Gap(None, unknown)
    closed = sum((row[5] for row in rows if row[4] == target.currency), Decimal(0))
    others: dict[str, Decimal] = {}
    for row in rows:
        if row[4] and row[4] != target.currency and row[5]:
            others[row[4]] = others.get(row[4], Decimal(0)) + row[5]
    short = Money(max(target.amount - closed, Decimal(0)), target.currency)
    return Gap(short, unknown, tuple(Money(amount, code) for code, amount in sorted(others.items())))
