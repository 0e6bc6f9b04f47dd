"""One figure for several commitments of one institution: it counts once and is never split."""

import pytest

from deals.lifecycle import Class
from deals.models import Commitment, JointAmount, Size
from deals.money import Money
from deals.selectors.stack import deal_stack
from deals.services.covers import NotTogether, promise_together
from deals.services.owning import NotYours
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter
from tests.cast import Cast

SIXTY = Money.of("60000000", "USD")


def two(cast: Cast, level: Level = Level.LEAD) -> list[Commitment]:
    """Two of Hanok's, about whose amounts nothing is told yet but that they are there."""
    return [letter(cast, level, stage="expression_of_interest") for _ in range(2)]


def test_it_counts_once_for_whoever_sees_it(cast: Cast) -> None:
    both = two(cast)
    with acting_as(cast.mina):
        promise_together(by=cast.mina, commitments=both, money=SIXTY, level=Level.LEAD)
    for who, total, rows in (("mina", SIXTY, 1), ("ada", SIXTY, 1), ("rolf", Money.total(0 * SIXTY.amount, "USD"), 0)):
        with acting_as(cast.people[who]):
            block = deal_stack(cast.deal).block(Class.INDICATIVE)
            assert (block.total, block.all.rows) == (total, rows), who
    with acting_as(cast.ada):
        assert set(Size.objects.values_list("amount", "qualifier", "level")) == {(None, "unknown", "lead")}


def test_beyond_the_lead_it_waits_for_a_second_person(cast: Cast) -> None:
    both = two(cast)
    with acting_as(cast.mina):
        joint = promise_together(by=cast.mina, commitments=both, money=SIXTY, level=Level.PARTIES)
    with acting_as(cast.ada):
        assert not JointAmount.objects.exists()
    confirm_waiting(cast, joint)
    with acting_as(cast.rolf):
        assert JointAmount.objects.get().amount == SIXTY.amount


def test_it_is_for_two_or_more_of_ones_own(cast: Cast) -> None:
    mine, theirs = two(cast)[0], letter(cast, Level.PARTIES, by="rolf", approver="rita", stage="due_diligence")
    with acting_as(cast.mina):
        with pytest.raises(NotTogether):
            promise_together(by=cast.mina, commitments=[mine, mine], money=SIXTY)
        with pytest.raises(NotYours):
            promise_together(by=cast.mina, commitments=[mine, Commitment.objects.get(pk=theirs.pk)], money=SIXTY)
