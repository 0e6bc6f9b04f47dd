"""Random lives of deals: whatever people do through the services, and try past them, invariants.py holds."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from institutions.isolation.session import System, acting_as
from tests.cast import Cast
from tests.lives.of_commitments import OfCommitments
from tests.lives.of_deals import OfDeals
from tests.lives.of_ledgers import OfLedgers
from tests.lives.world import owner_connection
from tests.packages import load_rates


class Lives(OfCommitments, OfLedgers, OfDeals):
    """All that can happen."""


def live(cast: Cast, *, lives: int, steps: int) -> Counter[str]:
    """Lets so many deals live for so many steps; what came of it."""
    with acting_as(System("test", cast.bank("desk").pk)):
        load_rates()
    Lives.cast, Lives.happened, Lives.lives = cast, Counter(), 0
    with owner_connection() as Lives.owner:
        run_state_machine_as_test(
            Lives,
            settings=settings(
                max_examples=lives,
                stateful_step_count=steps,
                # The same lives each time: what breaks one is found by whoever broke it. Others live with
                # --hypothesis-seed, once this is off.
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


def test_whatever_happens_the_invariants_hold(committed_cast: Cast) -> None:
    happened = live(committed_cast, lives=6, steps=20)
    # Lives in which nothing happens prove nothing.
    assert happened["done"] > 80
    assert happened["decided: confirm"] > 80
    assert happened["hidden"] > 80
    assert sum(happened[name] for name in happened if name.startswith("refused: ")) > 10
    assert sum(happened[name] for name in happened if name.startswith("attack ")) > 500


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_whatever_happens_in_many_lives_the_invariants_hold(committed_cast: Cast) -> None:
    happened = live(committed_cast, lives=50, steps=25)
    for kind in ("increase", "partial_cancellation", "drawdown", "repayment", "redenomination"):
        assert happened[f"recorded: {kind}"], kind
    for came in ("voided", "lapsed", "decided: reject", "refused: drawn_exceeds_committed"):
        assert happened[came], came
