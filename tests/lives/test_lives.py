"""Random lives of deals: whatever people do through the services, and try past them, domain.md §4 holds."""

import os
from collections import Counter

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
                # The same lives each time: what breaks one is found by whoever broke it.
                derandomize=not os.environ.get("RANDOM_LIVES"),
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # Lives are short enough to read as they are; making them shorter takes longer than a test may.
                phases=(Phase.generate,),
                report_multiple_bugs=False,
            ),
        )
    return Lives.happened


def test_whatever_happens_the_invariants_hold(committed_cast: Cast) -> None:

    happened = live(committed_cast, lives=int(os.environ.get("L", 12)), steps=20)
    import pathlib

    if os.environ.get("LIVES_OUT"):
        pathlib.Path(os.environ["LIVES_OUT"]).write_text("\n".join(f"{n} {k}" for k, n in sorted(happened.items())))
