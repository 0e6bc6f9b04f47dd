"""What the ledger of a commitment says, in millions."""

from typing import Any

from deals.models import Commitment
from deals.money import Money
from deals.selectors.ledger import Balance, balance
from institutions.isolation.session import acting_as
from institutions.models import Staff

M = 1_000_000


def figures(who: Staff, commitment: Commitment, **when: Any) -> tuple[int, int, int, int] | None:
    """Committed, drawn, available, outstanding in millions, as somebody may see them."""
    with acting_as(who):
        found = balance(commitment.pk, **when)
    return millions(found) if found else None


def millions(found: Balance) -> tuple[int, int, int, int]:
    def so_many(money: Money) -> int:
        return int(money.amount / M)

    return so_many(found.committed), so_many(found.drawn), so_many(found.available), so_many(found.outstanding)
