"""Whoever looks at everything sees the same, byte for byte, whether or not others acted in secret."""

import pytest
from django.utils.text import slugify

from tests.figures import LONG, note
from tests.worlds.comparing import LOOKERS, Looker, Worlds, difference
from tests.worlds.routes import routes, unplaced

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_every_route_has_its_place_in_the_crawl() -> None:
    assert unplaced() == []
    assert len(routes()) > 200


# `make walls` has everybody look; each takes about a minute.
LOOKING = [each for each in LOOKERS if each.short or LONG]


@pytest.mark.parametrize("looker", LOOKING, ids=lambda each: each.name)
def test_what_happens_in_secret_changes_no_answer(worlds: Worlds, looker: Looker) -> None:
    told = list(worlds.told(looker))
    leaks = [text for pair in told if (text := difference(*pair))]
    figures = {"routes": len(routes()), "lookers": len(LOOKERS), "answers": len(told), "differ": len(leaks)}
    note(f"worlds-{slugify(looker.name)}", figures)
    assert not leaks, f"{len(leaks)} answers differ, the first:\n" + "\n\n".join(leaks[:5])
    broken = [answer.asked for answer, _ in told if answer.said.startswith("5")]
    assert not broken, f"{len(broken)} questions are not answered, the first: {broken[:5]}"
    # Nobody is shown nothing: an address of each route was asked for, and many answered.
    assert len(told) > len(routes())
    assert sum(answer.said.startswith("200 ") for answer, _ in told) > looker.at_least
