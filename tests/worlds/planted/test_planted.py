"""The crawl finds leaks: each mistake that is planted changes an answer, as none does while nothing is planted."""

import pytest

from tests.figures import LONG
from tests.worlds.comparing import Worlds
from tests.worlds.planted import PLANTED
from tests.worlds.planted.hunting import hunt, write_down
from tests.worlds.planted.leak import Leak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

# `make walls` plants them all.
HUNTED = [each for each in PLANTED if each.short or LONG]


@pytest.mark.parametrize("leak", HUNTED, ids=lambda each: each.name)
def test_a_planted_leak_changes_an_answer(worlds: Worlds, leak: Leak) -> None:
    found = hunt(worlds, leak)
    print(found)  # noqa: T201  # what was found of each is the outcome, not only that something was
    write_down(found)
    assert found.found
