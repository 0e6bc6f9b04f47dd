"""Whether the time that an answer takes tells a hidden row from one that never was.

The figure is the area under the curve (AUC): how often a guess by time alone is right, of a pair of which one is hidden
and one is missing. 0.5 is a coin; between 0.47 and 0.53 nothing is learnt. PAIRS pairs, each in random order, so that
whatever else the machine does falls on both alike.
"""

import json
import os
import time
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest

from config.settings.api import rate_limit
from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import person_of, system_of
from tests.cast import Cast
from tests.figures import note
from tests.room import document

pytestmark = pytest.mark.timeout(1800)

PAIRS = int(os.environ.get("ORE_PAIRS", "5000"))
LOWEST, HIGHEST = 0.47, 0.53
# Before it is measured, so that caches are as warm for the one as for the other.
WARM = 50


def auc(hidden: list[float], missing: list[float]) -> float:
    """The probability that a hidden row's answer takes longer than a missing one's; equal times count half."""
    ranked = sorted([(taken, 1) for taken in hidden] + [(taken, 0) for taken in missing])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        rank = (place + 1 + end) / 2
        total += rank * sum(which for _, which in ranked[place:end])
        place = end
    count = len(hidden)
    return (total - count * (count + 1) / 2) / (count * len(missing))


def taken(ask: Callable[[str], int], key: str) -> float:
    begun = time.perf_counter()
    assert ask(key) in (302, 404)
    return time.perf_counter() - begun


def compare(ask: Callable[[str], int], hidden: list[str], chance: Random) -> float:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(WARM + PAIRS):
        # Another missing id each time, as an attacker who guesses has; of hidden ones a few.
        pair = [(0, chance.choice(hidden)), (1, str(UUID(int=chance.getrandbits(128), version=4)))]
        chance.shuffle(pair)
        for which, key in pair:
            spent = taken(ask, key)
            if turn >= WARM:
                times[which].append(spent)
    return auc(*times)


def test_auc_tells_apart_what_is_apart() -> None:
    assert auc([2.0, 3.0], [0.5, 1.0]) == 1.0
    assert auc([1.0, 2.0], [1.0, 2.0]) == 0.5


def test_hidden_and_missing_take_as_long(committed_cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR_FORCED = False  # type: ignore[attr-defined]
    settings.RATE_LIMIT = rate_limit("1000000/minute")  # type: ignore[attr-defined]
    cast, chance = committed_cast, Random(5)
    commitments = [str(letter(cast, Level.OWN).pk) for _ in range(3)]
    documents = [str(document(cast, by="mina").pk) for _ in range(2)]
    system, person = system_of("rhein", "registry:read commitments:write"), person_of("rolf@rhein.example")

    def get(address: str) -> Callable[[str], int]:
        return lambda key: system.get(address.format(key)).status

    asked: dict[str, tuple[Callable[[str], int], list[str]]] = {
        "GET commitments/{id}": (get("commitments/{}"), commitments),
        "GET documents/{id}": (get("documents/{}"), documents),
        "PATCH commitments/{id}": (
            lambda key: system.patch(f"commitments/{key}", {"note": "x"}, "0" * 32).status,
            commitments,
        ),
        "the page of a commitment": (
            lambda key: person.send("GET", f"/admin/deals/commitment/{key}/change/").status,
            commitments,
        ),
    }
    figures = {name: round(compare(ask, hidden, chance), 4) for name, (ask, hidden) in asked.items()}
    print(json.dumps({"auc_hidden_or_missing": figures, "pairs": PAIRS}))
    note("timing", {"pairs": PAIRS, "auc": figures})
    assert all(LOWEST <= figure <= HIGHEST for figure in figures.values()), figures
