"""Who reads a condition and what it waits for: every level, as the application's role."""

import pytest

from deals.models import Condition, Dependency
from deals.services.deciding import Wait
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import condition, letter
from tests.cast import Cast
from tests.walls.test_matrix import READERS, who


@pytest.mark.parametrize("level", list(Level))
def test_a_condition_and_what_it_waits_for_are_read_by_their_audience_alone(cast: Cast, level: Level) -> None:
    awaited = letter(cast, level)
    made = condition(cast, letter(cast, level), level=level, waits_for=[Wait(awaited, "approved")])
    for reader, levels in READERS.items():
        with acting_as(who(cast, reader)):
            seen = Condition.objects.filter(pk=made.pk).exists()
            waits = Dependency.objects.filter(condition=made).exists()
        assert (seen, waits) == ((level in levels),) * 2, reader
