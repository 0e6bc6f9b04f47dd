"""The ledger of a commitment: what is committed, drawn, available and outstanding, on any day."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deals.models import Commitment, Kind, Movement, Size
from deals.money import Money
from deals.selectors.ledger import Balance, balance, balances, by_day, undrawn_past_availability
from deals.selectors.stack import deal_stack
from deals.services.approving import confirm, reject
from deals.services.ledger import (
    DrawnExceedsCommitted,
    InFuture,
    NoLedger,
    NotEffective,
    OtherCurrency,
    RepaidExceedsDrawn,
)
from deals.services.movements import (
    ToldBeyondRepaid,
    record_movement,
)
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import letter, move_money, signed
from tests.cast import Cast
from tests.deals.ledgers import M, figures, millions

pytestmark = pytest.mark.slow


def test_the_ledger_begins_at_signature_with_the_size(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    with acting_as(cast.mina):
        assert balance(made.pk) is None
    made = signed(cast)
    with acting_as(cast.mina):
        first = Movement.objects.get(commitment=made)
    assert (first.kind, int(first.amount), first.effective_on) == ("initial", 150 * M, made.signed_on)
    assert (first.state, first.level) == ("confirmed", "lead")
    assert figures(cast.mina, made) == (150, 0, 150, 0)


def test_committed_drawn_available_and_outstanding_are_sums_by_day(cast: Cast) -> None:
    made = signed(cast)
    for kind, money, ago in [
        (Kind.DRAWDOWN, "60000000", 90),
        (Kind.INCREASE, "50000000", 60),
        (Kind.REPAYMENT, "10000000", 30),
        (Kind.PARTIAL_CANCELLATION, "40000000", 20),
        (Kind.PREPAYMENT, "5000000", 10),
    ]:
        move_money(cast, made, kind, money, days_ago=ago)
    today = timezone.now().date()
    assert figures(cast.mina, made) == (160, 60, 100, 45)
    assert figures(cast.mina, made, on=today - timedelta(days=40)) == (200, 60, 140, 60)
    assert figures(cast.mina, made, on=today - timedelta(days=100)) == (150, 0, 150, 0)
    assert figures(cast.mina, made, on=today - timedelta(days=400)) is None
    with acting_as(cast.mina):
        days = by_day(made.pk)
    assert [millions(day.balance) for day in days] == [
        (150, 0, 150, 0),
        (150, 60, 90, 60),
        (200, 60, 140, 60),
        (200, 60, 140, 50),
        (160, 60, 100, 50),
        (160, 60, 100, 45),
    ]


def test_the_size_follows_the_ledger_and_the_stack_with_it(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.INCREASE, "50000000")
    with acting_as(cast.mina):
        assert Size.objects.get(commitment=made).amount == 200 * M
        assert deal_stack(cast.deal).figures[0].all.amount == 200 * M
        with pytest.raises(IntegrityError, match="follows its ledger"), transaction.atomic():
            Size.objects.filter(commitment=made).update(amount=900 * M)


def test_no_more_is_drawn_than_is_committed_on_any_day(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "100000000", days_ago=10)
    with pytest.raises(DrawnExceedsCommitted):
        move_money(cast, made, Kind.DRAWDOWN, "50000001")
    move_money(cast, made, Kind.INCREASE, "50000000", days_ago=5)
    # Today there is room for it, on that day there was not.
    with pytest.raises(DrawnExceedsCommitted):
        move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=8)
    move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=4)
    assert figures(cast.mina, made) == (200, 160, 40, 160)
    with pytest.raises(DrawnExceedsCommitted):
        move_money(cast, made, Kind.PARTIAL_CANCELLATION, "41000000")
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="never exceeds"), transaction.atomic():
        Movement.objects.create(
            owner=made.owner, deal=cast.deal, commitment=made, kind="drawdown", amount=41 * M, currency="USD",
            effective_on=timezone.now().date(),
        )  # fmt: skip


def test_no_more_is_repaid_than_was_drawn_on_any_day(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=10)
    with pytest.raises(RepaidExceedsDrawn):
        move_money(cast, made, Kind.REPAYMENT, "1000000", days_ago=11)
    with pytest.raises(RepaidExceedsDrawn):
        move_money(cast, made, Kind.PREPAYMENT, "60000001")
    move_money(cast, made, Kind.PREPAYMENT, "60000000")
    # What was repaid is not drawn again.
    assert figures(cast.mina, made) == (150, 60, 90, 0)


def test_what_is_not_signed_has_no_ledger_and_nothing_is_drawn_before_it_is_effective(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    with pytest.raises(NoLedger):
        move_money(cast, made, Kind.DRAWDOWN, "1000000")
    made = signed(cast, stage="signed")
    with pytest.raises(NotEffective):
        move_money(cast, made, Kind.DRAWDOWN, "1000000")
    with pytest.raises(InFuture):
        move_money(cast, made, Kind.REPAYMENT, "1000000", days_ago=-1)
    with pytest.raises(OtherCurrency):
        move_money(cast, signed(cast), Kind.DRAWDOWN, "1000000", currency="EUR")


def test_money_that_is_committed_more_or_less_is_seen_by_two(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        waiting = record_movement(by=cast.mina, commitment=made, kind=Kind.INCREASE, money=Money.of("50000000", "USD"))
        assert waiting.state == "prepared"
        assert balance(made.pk) == Balance("USD", Decimal(150 * M), Decimal(0), Decimal(0))
        with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
            Movement.objects.filter(pk=waiting.pk).update(state="confirmed")
    with acting_as(cast.joon):
        approval = Approval.objects.get(row_id=waiting.pk)
        assert "increase of USD 50,000,000.00" in approval.summary
        reject(by=cast.joon, approval=approval, reason="Not now")
    assert figures(cast.mina, made) == (150, 0, 150, 0)
    move_money(cast, made, Kind.INCREASE, "50000000")
    assert figures(cast.mina, made) == (200, 0, 200, 0)


def test_an_approver_is_refused_what_no_longer_fits(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        waiting = record_movement(
            by=cast.mina, commitment=made, kind=Kind.PARTIAL_CANCELLATION, money=Money.of("100000000", "USD")
        )
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.joon):
        with pytest.raises(DrawnExceedsCommitted):
            confirm(by=cast.joon, approval=Approval.objects.get(row_id=waiting.pk))
        assert Approval.objects.get(row_id=waiting.pk).decision == ""


def test_nothing_of_a_movement_is_ever_changed(cast: Cast) -> None:
    made = move_money(cast, signed(cast), Kind.DRAWDOWN, "60000000")
    for name, value in [("amount", 1), ("effective_on", "2020-01-01"), ("drawn_change", 0), ("kind", "repayment")]:
        with acting_as(cast.mina), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Movement.objects.filter(pk=made.pk).update(**{name: value})
    with acting_as(cast.mina), pytest.raises(DatabaseError), transaction.atomic():
        Movement.objects.filter(pk=made.pk).delete()


@pytest.mark.parametrize("kind", ["initial", "transfer_out"])
def test_what_the_ledger_writes_itself_nobody_writes(cast: Cast, kind: str) -> None:
    made = signed(cast)
    with acting_as(cast.mina), pytest.raises(IntegrityError), transaction.atomic():
        Movement.objects.create(
            owner=made.owner, deal=cast.deal, commitment=made, kind=kind, amount=M, currency="USD",
            effective_on=timezone.now().date(), committed_change=900 * M,
        )  # fmt: skip


def test_what_a_movement_changes_is_worked_out_by_the_database(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        Movement.objects.create(
            owner=made.owner, deal=cast.deal, commitment=made, kind="drawdown", amount=M, currency="USD",
            effective_on=timezone.now().date(), committed_change=900 * M, drawn_change=0,
        )  # fmt: skip
    assert figures(cast.mina, made) == (150, 1, 149, 1)


def test_a_refinancing_names_what_it_repays(cast: Cast) -> None:
    old, new, wider = signed(cast), signed(cast), signed(cast, Level.PARTIES)
    move_money(cast, old, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.mina):
        drawn = record_movement(
            by=cast.mina, commitment=new, kind=Kind.DRAWDOWN, money=Money.of("60000000", "USD"), repays=old
        )
        assert drawn.repays_id == old.pk
        with pytest.raises(ToldBeyondRepaid):
            record_movement(
                by=cast.mina, commitment=wider, kind=Kind.DRAWDOWN, money=Money.of("1", "USD"), repays=old,
                level=Level.PARTIES,
            )  # fmt: skip
    move_money(cast, old, Kind.PREPAYMENT, "60000000")
    assert figures(cast.mina, old) == (150, 60, 90, 0)


def test_balances_of_many_are_one_question(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [signed(cast) for _ in range(3)]
    with acting_as(cast.mina), django_assert_num_queries(1):
        assert set(balances([row.pk for row in rows])) == {row.pk for row in rows}


def test_a_balance_as_it_was_known_at_a_moment(committed_cast: Cast) -> None:
    cast = committed_cast
    made = signed(cast)
    before = timezone.now()
    move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=30)
    assert figures(cast.mina, made, known=before) == (150, 0, 150, 0)
    assert figures(cast.ada, made, known=before) == (150, 0, 150, 0)
    assert figures(cast.ada, made) == (150, 60, 90, 60)


def test_undrawn_money_past_its_availability_is_found(cast: Cast) -> None:
    made, drawn = signed(cast), signed(cast)
    move_money(cast, drawn, Kind.DRAWDOWN, "150000000")
    yesterday = timezone.now().date() - timedelta(days=1)
    with acting_as(cast.mina):
        assert undrawn_past_availability(Commitment.objects.all()) == []
    with acting_as(cast.ada):
        type(cast.base).objects.filter(pk=cast.base.pk).update(availability_ends_on=yesterday)
    with acting_as(cast.mina):
        (found,) = undrawn_past_availability(Commitment.objects.all())
        assert (found[0], int(found[1].available.amount)) == (made, 150 * M)
