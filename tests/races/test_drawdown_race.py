"""Drawn never exceeds committed, also where many write at once with real commits."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import OperationalError, connection

from deals.models import Commitment, Kind, Movement, Transfer
from deals.money import Money
from deals.selectors.ledger import balance
from deals.services.ledger import LedgerRefuses
from deals.services.movements import record_movement
from deals.services.transfers import offer_transfer, take_up, withdraw_transfer
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.acts import confirm_waiting, signed
from tests.cast import Cast

pytestmark = pytest.mark.slow

WRITERS = 16


def at_once(acts: list[Callable[[], str]]) -> Counter[str]:
    """Runs them all at the same moment, each on a connection of its own."""
    start = threading.Barrier(len(acts))
    outcomes: list[str] = []

    def run(act: Callable[[], str]) -> None:
        start.wait(20)
        try:
            outcomes.append(act())
        except LedgerRefuses as refusal:
            outcomes.append(refusal.code)
        except OperationalError:
            # Two who wait for each other: the database ends one of them, whole.
            outcomes.append("busy")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return Counter(outcomes)


def draw(who: Staff, commitment: Commitment, money: str) -> str:
    with acting_as(who):
        record_movement(by=who, commitment=Commitment.objects.get(pk=commitment.pk), kind=Kind.DRAWDOWN,
                        money=Money.of(money, "USD"))  # fmt: skip
    return "drawn"


def test_sixteen_who_draw_at_once_draw_no_more_than_is_committed(committed_cast: Cast) -> None:
    cast = committed_cast
    made = signed(cast)
    outcomes = at_once([lambda: draw(cast.mina, made, "20000000") for _ in range(WRITERS)])
    assert outcomes == {"drawn": 7, "drawn_exceeds_committed": 9}
    with acting_as(cast.mina):
        assert balance(made.pk).drawn.amount == 140_000_000  # type: ignore[union-attr]


def test_the_database_alone_holds_it(committed_cast: Cast) -> None:
    """Past the services and their lock: what a second application, or a slip in this one, would write."""
    cast = committed_cast
    made = signed(cast)

    def insert() -> str:
        from django.db import IntegrityError
        from django.utils import timezone

        try:
            with acting_as(cast.mina):
                Movement.objects.create(
                    owner=made.owner, deal=cast.deal, commitment=made, kind="drawdown", amount=20_000_000,
                    currency="USD", effective_on=timezone.now().date(),
                )  # fmt: skip
        except IntegrityError:
            return "refused"
        return "drawn"

    assert at_once([insert for _ in range(WRITERS)]) == {"drawn": 7, "refused": 9}


def test_a_transfer_is_either_taken_up_or_withdrawn(committed_cast: Cast) -> None:
    cast = committed_cast
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita")
    with acting_as(cast.mina):
        transfer = offer_transfer(
            by=cast.mina, commitment=ours, to=cast.bank("rhein"), money=Money.of("50000000", "USD")
        )
    confirm_waiting(cast, transfer)
    with acting_as(cast.rolf):
        made = take_up(by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=theirs)

    def take() -> str:
        confirm_waiting(cast, made, by="rita")
        return "taken"

    def withdraw() -> str:
        with acting_as(cast.mina):
            withdraw_transfer(by=cast.mina, transfer=Transfer.objects.get(pk=transfer.pk))
        return "withdrawn"

    outcomes = at_once([take, withdraw])
    assert outcomes in ({"taken": 1, "transfer_not_open": 1}, {"withdrawn": 1, "unbalanced": 1})
    left = 100 if outcomes["taken"] else 150
    with acting_as(cast.mina):
        assert balance(ours.pk).committed.amount == left * 1_000_000  # type: ignore[union-attr]
    with acting_as(cast.rolf):
        assert balance(theirs.pk).committed.amount == (300 - left) * 1_000_000  # type: ignore[union-attr]


@pytest.mark.parametrize("rounds", range(2))
def test_drawing_and_cancelling_at_once_leaves_no_hole(committed_cast: Cast, rounds: int) -> None:
    cast = committed_cast
    made = signed(cast)
    with acting_as(cast.mina):
        cancelled = record_movement(
            by=cast.mina, commitment=made, kind=Kind.PARTIAL_CANCELLATION, money=Money.of("100000000", "USD")
        )

    def cancel() -> str:
        confirm_waiting(cast, cancelled)
        return "cancelled"

    outcomes = at_once([cancel, lambda: draw(cast.mina, made, "100000000")])
    assert outcomes["drawn_exceeds_committed"] == 1
    with acting_as(cast.mina):
        now = balance(made.pk)
    assert now is not None
    assert now.available.amount >= 0
