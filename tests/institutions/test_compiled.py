"""Kept SQL is text: it is the same whoever asks and whenever, and what it finds is asked of the database each time."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from deals.models import Commitment
from deals.selectors.commitments import COMMITMENTS
from institutions.compiled import IDS, Compiled
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.selectors.reading import objects
from network.feed import READINGS
from tests.acts import letter
from tests.cast import Cast


@pytest.mark.parametrize("kind", sorted(READINGS))
def test_a_reading_asks_the_same_whoever_asks_and_whenever(
    cast: Cast, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> str:
        return str(READINGS[kind].rows().query)

    with acting_as(cast.rolf):
        now = asked()
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with acting_as(cast.mina), translation.override("ja"):
        assert asked() == now


def test_what_it_finds_is_asked_each_time(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    with acting_as(cast.rolf):
        assert objects(COMMITMENTS, [made.pk]) == {}
    with acting_as(cast.mina):
        assert objects(COMMITMENTS, [made.pk])[made.pk]["note"] == made.note
        Commitment.objects.filter(pk=made.pk).update(note="another")
        assert objects(COMMITMENTS, [made.pk, uuid4()])[made.pk]["note"] == "another"


def test_a_mark_that_does_not_stand_in_the_question_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="mark"):
        Compiled(COMMITMENTS.rows(), (IDS,))
