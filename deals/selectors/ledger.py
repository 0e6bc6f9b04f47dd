"""What a commitment's ledger sums to on a day, from what the asker may see: committed, drawn, available, outstanding.

Sums are made in SQL under the asker's own policies. Committed, drawn and repaid are kept per currency; a commitment has
money in one currency at a time (deals/sql/movements.sql), so that a balance is in one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from deals.lifecycle import LEDGER_STAGES
from deals.models import Commitment, Movement
from deals.money import Money
from institutions.isolation import moment

# When a movement was recorded is told to its owner; others know when they were told.
_BALANCES = """
SELECT DISTINCT ON (commitment_id) commitment_id, currency,
       sum(committed_change), sum(drawn_change), sum(repaid_change)
FROM deals_movement
WHERE commitment_id = ANY (%(of)s) AND state = 'confirmed' AND effective_on <= %(on)s
  AND CASE WHEN owner_id = wall.me() THEN recorded_at ELSE told_at END <= %(known)s
GROUP BY commitment_id, currency
ORDER BY commitment_id, sum(committed_change) DESC, max(effective_on) DESC
"""

_DAYS = """
SELECT effective_on, currency, sum(sum(committed_change)) OVER w, sum(sum(drawn_change)) OVER w,
       sum(sum(repaid_change)) OVER w
FROM deals_movement
WHERE commitment_id = %(of)s AND state = 'confirmed'
GROUP BY effective_on, currency
WINDOW w AS (PARTITION BY currency ORDER BY effective_on)
ORDER BY effective_on, currency
"""


@dataclass(frozen=True)
class Balance:
    """The sums of a ledger in its currency. What was repaid is not available again."""

    currency: str
    sum_committed: Decimal
    sum_drawn: Decimal
    sum_repaid: Decimal

    @property
    def committed(self) -> Money:
        return Money(self.sum_committed, self.currency)

    @property
    def drawn(self) -> Money:
        return Money(self.sum_drawn, self.currency)

    @property
    def available(self) -> Money:
        return Money(self.sum_committed - self.sum_drawn, self.currency)

    @property
    def outstanding(self) -> Money:
        return Money(self.sum_drawn - self.sum_repaid, self.currency)


@dataclass(frozen=True)
class Day:
    """How a ledger stood at the end of a day on which something took effect."""

    on: date
    balance: Balance


def balance(commitment: UUID, *, on: date | None = None, known: datetime | None = None) -> Balance | None:
    """The balance at the end of a day (today), as it was known at a moment (now); None where no ledger is seen."""
    return balances([commitment], on=on, known=known).get(commitment)


def balances(
    commitments: Iterable[UUID], *, on: date | None = None, known: datetime | None = None
) -> dict[UUID, Balance]:
    """The balances of many commitments; one query."""
    asked: dict[str, Any] = {
        "of": list(commitments),
        "on": on or moment.today(),
        # The end of time: what the transaction itself recorded counts.
        "known": known or "infinity",
    }
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, asked)
        return {key: Balance(*sums) for key, *sums in cursor.fetchall()}


def by_day(commitment: UUID) -> list[Day]:
    """Each day on which something took effect, oldest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"of": commitment})
        return [Day(on, Balance(*sums)) for on, *sums in cursor.fetchall()]


def movements_of(commitment: UUID) -> QuerySet[Movement]:
    """The ledger line by line, oldest first."""
    return Movement.objects.filter(commitment_id=commitment).select_related("transfer", "reverses", "repays")


def undrawn_past_availability(commitments: QuerySet[Commitment]) -> list[tuple[Commitment, Balance]]:
    """Those of the given whose tranche can't be drawn any more, with what is left undrawn; two queries."""
    late = list(
        commitments.filter(stage__in=LEDGER_STAGES, tranche__availability_ends_on__lt=moment.today()).order_by(
            "tranche__availability_ends_on", "id"
        )
    )
    found = balances([row.pk for row in late])
    return [(row, found[row.pk]) for row in late if row.pk in found and found[row.pk].available.amount > 0]
