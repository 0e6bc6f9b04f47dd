"""What was recorded by mistake is taken back by a movement, whole and once."""

import pytest

from deals.models import Kind, Movement
from deals.services.ledger import (
    NotReversible,
    RepaidExceedsDrawn,
)
from deals.services.movements import (
    reverse,
    tell_movement,
)
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, move_money, signed
from tests.cast import Cast
from tests.deals.ledgers import figures


def test_a_reversal_takes_back_the_whole_of_one_movement_once(cast: Cast) -> None:
    made = signed(cast)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=10)
    with acting_as(cast.mina):
        reverse(by=cast.mina, movement=drawn)
        with pytest.raises(NotReversible):
            reverse(by=cast.mina, movement=drawn)
        taken_back = Movement.objects.get(reverses=drawn)
    assert figures(cast.mina, made) == (150, 60, 90, 60)
    confirm_waiting(cast, taken_back)
    assert figures(cast.mina, made) == (150, 0, 150, 0)
    # As it was known before, the drawdown stands.
    with acting_as(cast.mina):
        first = Movement.objects.get(kind="initial")
        for not_reversible in (first, taken_back):
            with pytest.raises(NotReversible):
                reverse(by=cast.mina, movement=not_reversible)


def test_a_reversal_is_told_with_what_it_reverses(cast: Cast) -> None:
    made = signed(cast, Level.PARTIES)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000", level=Level.PARTIES)
    assert drawn.level == "parties"
    with acting_as(cast.mina):
        taken_back = reverse(by=cast.mina, movement=drawn)
    confirm_waiting(cast, taken_back)
    assert figures(cast.rolf, made) == (150, 0, 150, 0)
    with acting_as(cast.mina):
        tell_movement(by=cast.mina, movement=Movement.objects.get(pk=drawn.pk), level=Level.OWN)
        assert set(Movement.objects.exclude(kind="initial").values_list("level", flat=True)) == {"own"}


def test_a_reversal_that_does_not_fit_is_refused(cast: Cast) -> None:
    made = signed(cast)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=10)
    move_money(cast, made, Kind.REPAYMENT, "10000000", days_ago=5)
    with acting_as(cast.mina):
        waiting = reverse(by=cast.mina, movement=drawn)
    with pytest.raises(RepaidExceedsDrawn):
        confirm_waiting(cast, waiting)
