"""Whatever is recorded, in whatever order: the sums are those of an account kept by hand, and hold on every day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deals.models import Commitment, Kind
from deals.money import Money
from deals.selectors.ledger import balance, by_day
from deals.services.ledger import LedgerRefuses
from deals.services.movements import CancelsAll, record_movement
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, signed
from tests.cast import Cast

pytestmark = pytest.mark.slow

FIRST, COMMITTED = 100, 100
SIGNS = {
    # kind: (committed, drawn, repaid)
    Kind.INCREASE: (1, 0, 0),
    Kind.PARTIAL_CANCELLATION: (-1, 0, 0),
    Kind.DRAWDOWN: (0, 1, 0),
    Kind.REPAYMENT: (0, 0, 1),
    Kind.PREPAYMENT: (0, 0, 1),
}
movements = st.lists(
    st.tuples(st.sampled_from(list(SIGNS)), st.integers(1, 120), st.integers(0, FIRST)), min_size=1, max_size=9
)


class ByHand:
    """The same account, kept in a list."""

    def __init__(self) -> None:
        self.lines = [(FIRST, (COMMITTED, 0, 0))]

    def on(self, ago: int) -> tuple[int, int, int]:
        sums = [change for day, change in self.lines if day >= ago]
        return sum(c for c, _, _ in sums), sum(d for _, d, _ in sums), sum(r for _, _, r in sums)

    def holds(self) -> bool:
        return all(c >= d >= r >= 0 for c, d, r in (self.on(day) for day, _ in self.lines))

    def add(self, kind: Kind, amount: int, ago: int) -> bool:
        """Whether it fits; then it stands."""
        committed, drawn, _ = self.on(0)
        if kind is Kind.PARTIAL_CANCELLATION and amount in (committed, *range(committed - drawn + 1, 121)):
            return False
        signs = SIGNS[kind]
        line = (ago, (signs[0] * amount, signs[1] * amount, signs[2] * amount))
        self.lines.append(line)
        if self.holds():
            return True
        self.lines.remove(line)
        return False


@contextmanager
def undone() -> Iterator[None]:
    """What an example records is gone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(cast: Cast) -> Commitment:
    return signed(cast, money=str(COMMITTED), on=timezone.now().date() - timedelta(days=FIRST))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recorded=movements)
def test_the_sums_are_those_of_an_account_kept_by_hand(
    cast: Cast, made: Commitment, recorded: list[tuple[Kind, int, int]]
) -> None:
    today, by_hand = timezone.now().date(), ByHand()

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    with undone():
        for kind, amount, days in recorded:
            took = _took(cast, made, kind, Money.of(str(amount), "USD"), ago(days))
            assert took is by_hand.add(kind, amount, days), (kind, amount, days)
        with acting_as(cast.mina):
            for days in {0, *(day for _, _, day in recorded)}:
                found = balance(made.pk, on=ago(days))
                assert found is not None
                sums = (found.sum_committed, found.sum_drawn, found.sum_repaid)
                assert sums == tuple(Decimal(each) for each in by_hand.on(days))
            assert all(
                day.balance.available.amount >= 0 and day.balance.outstanding.amount >= 0 for day in by_day(made.pk)
            )


def _took(cast: Cast, made: Commitment, kind: Kind, money: Money, on: date) -> bool:
    """Whether it was recorded, and confirmed where two persons are needed."""
    try:
        with transaction.atomic():
            with acting_as(cast.mina):
                row = record_movement(by=cast.mina, commitment=made, kind=kind, money=money, on=on)
            confirm_waiting(cast, row)
    except (LedgerRefuses, CancelsAll):
        return False
    return True
