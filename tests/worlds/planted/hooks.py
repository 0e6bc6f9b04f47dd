"""Webhooks that are read as somebody else, or that say how much happens."""

import json
from typing import Any

import pytest

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network import feed
from network.webhooks import message
from tests.worlds.planted.leak import Leak


def _as_another(patch: pytest.MonkeyPatch) -> None:
    """The feed of a tick, read once for all endpoints as whoever came first: what is sent is asked for again, but rows
    are entered, and their number is told."""
    read = feed.read

    def reading_once(*asked: Any, **how: Any) -> Any:
        with acting_as(Staff.objects.get(email="mina@hanok.example")):
            return read(*asked, **how)

    patch.setattr(feed, "read", reading_once)


def _numbered(patch: pytest.MonkeyPatch) -> None:
    """Each message with its number in the log, so that receivers find gaps."""
    write = message.of_event

    def numbering(key: Any, told: Any) -> str:
        return json.dumps(json.loads(write(key, told)) | {"sequence": told.position.seq})

    patch.setattr(message, "of_event", numbering)


HOOKS = (
    Leak("a webhook's feed read once for all", "a rival's officer", patch=_as_another, hook=True, short=True),
    Leak("a webhook's message with its number in the log", "a rival's officer", patch=_numbered, hook=True),
)
