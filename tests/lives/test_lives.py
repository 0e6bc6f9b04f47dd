"""Random lives of deals: whatever people do through the services, and try past them, invariants.py holds."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from deals.models import Kind
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from tests.cast import Cast
from tests.lives.of_commitments import OfCommitments
from tests.lives.of_deals import OfDeals
from tests.lives.of_ledgers import OfLedgers
from tests.lives.world import CHANGE, CONFIRM, REJECT, owner_connection
from tests.packages import load_rates

pytestmark = pytest.mark.slow

# `ORE_LIVES=400` lets more of them live than a test of minutes can.
LIVES = int(os.environ.get("ORE_LIVES", "3"))


class Lives(OfCommitments, OfLedgers, OfDeals):
    """All that can happen."""


def live(cast: Cast, *, lives: int, steps: int) -> Counter[str]:
    """Lets so many deals live for so many steps; what came of it."""
    with alive(cast):
        run_state_machine_as_test(
            Lives,
            settings=settings(
                max_examples=lives,
                stateful_step_count=steps,
                # The same seed each time, yet not the same lives: Hypothesis tries constants of the modules that are
                # loaded, which other tests of the same worker decide. What is wanted for certain is lived by hand.
                derandomize=True,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # Lives are short enough to read as they are; making one shorter takes longer than a test may.
                phases=(Phase.generate,),
                report_multiple_bugs=False,
            ),
        )
    return Lives.happened


@contextmanager
def alive(cast: Cast) -> Iterator[None]:
    """What lives need: rates, and a connection of the tables' owner that sees everything."""
    with acting_as(System("test", cast.bank("desk").pk)):
        load_rates()
    Lives.cast, Lives.happened, Lives.lives = cast, Counter(), 0
    with owner_connection() as Lives.owner:
        yield


def test_whatever_happens_the_invariants_hold(committed_cast: Cast) -> None:
    happened = live(committed_cast, lives=5, steps=15)
    # Lives in which nothing happens prove nothing.
    assert happened["done"] > 50
    assert happened["decided: confirm"] > 50
    assert happened["hidden"] > 40
    assert sum(happened[name] for name in happened if name.startswith("attack ")) > 400


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_whatever_happens_in_many_lives_the_invariants_hold(committed_cast: Cast) -> None:
    happened = live(committed_cast, lives=LIVES, steps=25)
    assert happened["done"] > 10 * LIVES
    assert happened["hidden"] > 7 * LIVES
    assert sum(happened[name] for name in happened if name.startswith("refused: ")) > LIVES
    assert sum(happened[name] for name in happened if name.startswith("recorded: ")) > 0


@pytest.mark.slow
def test_each_kind_of_step_is_checked_in_a_life_that_has_them_all(committed_cast: Cast) -> None:
    with alive(committed_cast):
        life = Lives()
        life.begin(
            sought=True, level=Level.INVITED, walled=False, onlookers=("rolf", "ada"), chance=1,
            letters=[("hanok", 5), ("rhein", 0), ("rhein", 1)],
        )  # fmt: skip
        for step in (
            partial(life.record_as_is_usual, place=0, kind=Kind.INCREASE, tenths=2),
            partial(life.record_as_is_usual, place=0, kind=Kind.DRAWDOWN, tenths=2),
            partial(life.record_as_is_usual, place=0, kind=Kind.PARTIAL_CANCELLATION, tenths=1),
            partial(life.record_as_is_usual, place=0, kind=Kind.REPAYMENT, tenths=1),
            # More than there is: refused.
            partial(life.record, place=0, kind=Kind.DRAWDOWN, part=Decimal("1.25"), days=0, level=None, other=5,
                    then=CONFIRM),
            partial(life.redenominate, place=0, currency="JPY", rate="150.123", then=CONFIRM),
            partial(life.advance, place=1, steps=1, then=REJECT),
            partial(life.advance, place=1, steps=1, then=CHANGE),
            partial(life.the_day_passes, place=2),
        ):  # fmt: skip
            step()
            life.what_section_four_says()
        life.teardown()
    happened = Lives.happened
    for kind in ("increase", "partial_cancellation", "drawdown", "repayment", "redenomination"):
        assert happened[f"recorded: {kind}"], kind
    for came in ("voided", "lapsed", "decided: reject", "refused: drawn_exceeds_committed"):
        assert happened[came], came
