"""Webhooks that are read as somebody else, or that say how much happens."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network import feed
from network.webhooks import ledger, message
from tests.worlds.planted.leak import Leak


def _as_the_first(patch: pytest.MonkeyPatch) -> None:
    """What happened, read once for all endpoints, as whoever came first."""

    def of(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*asked: Any, **how: Any) -> Any:
            with acting_as(Staff.objects.get(email="mina@hanok.example")):
                return read(*asked, **how)

        return reading

    patch.setattr(feed, "read", of(feed.read))
    patch.setattr(ledger, "told_at", of(feed.told_at))


def _numbered(patch: pytest.MonkeyPatch) -> None:
    """Each message with its number in the log, so that receivers find gaps."""
    write = message.of_event

    def numbering(key: Any, told: Any, head: Any) -> str:
        return json.dumps(json.loads(write(key, told, head)) | {"sequence": told.position.seq})

    patch.setattr(message, "of_event", numbering)


HOOKS = (
    Leak("a webhook read as the first institution", "a rival's officer", patch=_as_the_first, hook=True, short=True),
    Leak("a webhook's message with its number in the log", "a rival's officer", patch=_numbered, hook=True),
)
