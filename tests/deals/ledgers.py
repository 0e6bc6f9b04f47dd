"""What the ledger of a commitment says, in millions."""

from deals.models import Commitment
from deals.selectors.ledger import Balance, balance
from institutions.isolation.session import acting_as
from institutions.models import Staff

M = 1_000_000


def figures(who: Staff, commitment: Commitment, **when: object) -> tuple[int, int, int, int] | None:
    """Committed, drawn, available, outstanding in millions, as somebody may see them."""
    with acting_as(who):
        found = balance(commitment.pk, **when)  # type: ignore[arg-type]
    return millions(found) if found else None


def millions(found: Balance) -> tuple[int, int, int, int]:
    sums = (found.committed, found.drawn, found.available, found.outstanding)
    return tuple(int(money.amount / M) for money in sums)  # type: ignore[return-value]
