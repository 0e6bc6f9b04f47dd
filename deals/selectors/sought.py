"""What deals seek, as the asker sees it: the facts that are matched with mandates (deals.seeks of sql/matching.sql)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection

from deals.money import Money


@dataclass(frozen=True)
class Sought:
    """Empty, or None, where the asker sees nothing of it. Tenors in months, of base tranches."""

    country: str
    chain_stages: tuple[str, ...]
    minerals: tuple[UUID, ...]
    stage: str
    target: Money | None
    tenors: tuple[int, ...]


def sought(deals: Collection[UUID]) -> dict[UUID, Sought]:
    """By deal. One query."""
    if not deals:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT deal_id, country, chain_stages, minerals, stage, amount::text, currency, tenors"
            " FROM deals.seeks(%s::uuid[])",
            [list(deals)],
        )
        told = cursor.fetchall()
    return {
        deal: Sought(
            country or "",
            tuple(chain or ()),
            tuple(minerals or ()),
            stage or "",
            Money.total(Decimal(amount), currency) if amount and currency else None,
            tuple(tenors or ()),
        )
        for deal, country, chain, minerals, stage, amount, currency, tenors in told
    }
