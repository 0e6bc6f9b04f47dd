"""What is narrowed takes along what is told of it at that same moment, on another connection."""

from datetime import date

import pytest

from deals.models import Commitment, Kind, Movement, Size
from deals.services.disclosure import ask_to_widen
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Confidential
from tests.acts import letter, move_money, signed
from tests.cast import Cast
from tests.walls.test_confirming import Meanwhile, confirming

pytestmark = pytest.mark.slow


def narrow(cast: Cast, model: type[Confidential], row: Confidential, level: Level) -> None:
    with acting_as(cast.rolf):
        found = model._default_manager.get(pk=row.pk)
        found.prepare(level)
        model._default_manager.filter(pk=row.pk).update(level=level.value)


def test_a_size_is_told_no_further_than_what_is_narrowed_meanwhile(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.OWN)
    with acting_as(cast.rolf):
        size = Size.objects.get(commitment=made)
        asked = ask_to_widen(by=cast.rolf, subject=size, rows=[size], level=Level.PARTIES, deal_id=cast.deal.pk,
                             summary="Tell parties of the size")  # fmt: skip
    with acting_as(cast.rita):
        confirming(cast.rita, asked)
        narrowing = Meanwhile(lambda: narrow(cast, Commitment, made, Level.OWN))
    assert narrowing.outcome() is None
    with acting_as(cast.mina):
        assert not Size.objects.filter(pk=size.pk).exists()


def test_a_drawdown_is_told_no_further_than_a_size_that_is_narrowed_meanwhile(committed_cast: Cast) -> None:
    cast = committed_cast
    made = signed(cast, by="rolf", approver="rita", size_level=Level.LEAD)
    with acting_as(cast.rolf):
        size = Size.objects.get(commitment=made)
    with acting_as(cast.rolf):
        drawn = move_money(cast, made, Kind.DRAWDOWN, "1000", by="rolf", level=Level.LEAD)
        narrowing = Meanwhile(lambda: narrow(cast, Size, size, Level.OWN))
    assert narrowing.outcome() is None
    with acting_as(cast.ada):
        assert not Movement.objects.filter(pk=drawn.pk).exists()


def test_a_size_that_was_narrowed_first_is_what_a_drawdown_goes_by(committed_cast: Cast) -> None:
    cast = committed_cast
    made = signed(cast, by="rolf", approver="rita", size_level=Level.LEAD)

    def draw() -> None:
        with acting_as(cast.rolf):
            Movement.objects.create(
                owner=made.owner, deal=cast.deal, commitment=made, kind="drawdown", amount=1000, currency="USD",
                effective_on=date.today(), level="lead",
            )  # fmt: skip

    with acting_as(cast.rolf):
        size = Size.objects.get(commitment=made)
        narrow(cast, Size, size, Level.OWN)
        drawing = Meanwhile(draw)
    assert "no further than the size" in str(drawing.outcome())
