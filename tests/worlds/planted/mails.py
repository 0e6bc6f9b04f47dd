"""Digests that are made as somebody else, or of more than their reader may see."""

from dataclasses import replace
from typing import Any

import pytest

from institutions.isolation.session import acting_as
from institutions.models import Event, Staff
from network.digests import delivering, selection
from network.digests.composing import compose
from network.models import Topic
from tests.worlds.planted.leak import Leak, how_many


def _as_the_first_reader(patch: pytest.MonkeyPatch) -> None:
    """The log of a batch, read once, as whoever came first."""
    read = selection._told

    def told(*asked: Any) -> list[tuple[Event, Topic]]:
        with acting_as(Staff.objects.get(email="mina@hanok.example")):
            return read(*asked)

    patch.setattr(selection, "_told", told)


def _how_many_more(patch: pytest.MonkeyPatch) -> None:
    """A subject with the number of changes, counted once for all readers."""

    def counting(person: Any, news: Any, unsubscribe: str) -> Any:
        letter = compose(person, news, unsubscribe)
        changes = how_many("institutions_event", "\"table\" = 'deals_commitment'")
        return letter and replace(letter, subject=f"{letter.subject} ({changes} changes in all)")

    patch.setattr(delivering, "compose", counting)


MAILS = (
    Leak("a digest made as its first reader", "a rival's officer", patch=_as_the_first_reader, mail=True, short=True),
    Leak("a digest's subject with the number of all changes", "a rival's officer", patch=_how_many_more, mail=True),
)
