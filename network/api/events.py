"""`/api/v1/events`: the feed over REST."""

import time
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.identity import actor
from institutions.api.conventions.pages import limit_of
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.shapes import Documented, ObjectShape
from institutions.isolation.sealing import seal, unseal
from institutions.journal.reading import START, Position, epoch
from network import feed

LONGEST_WAIT = 25
# Seconds between two looks: a question each, and no thread of PostgreSQL's in between.
EACH_PAUSE = 0.5


class EventShape(Documented):
    cursor = serializers.CharField(help_text="Go on after this event with it")
    type = serializers.CharField(help_text="Such as commitment.created, commitment.revealed or object.concealed")
    time = serializers.DateTimeField()
    institution = serializers.UUIDField(allow_null=True, help_text="Who acted")
    object = ObjectShape()
    data_ = serializers.DictField(allow_null=True, help_text="The object as you see it now; null once out of sight")


class FeedShape(Documented):
    results = EventShape(many=True)
    next_cursor = serializers.CharField(help_text="Ask again with it; never null")


class Events(Door):
    """What happened, in an order in which nothing is missed. Purge what `object.concealed` names."""

    answers = {"GET": {200: FeedShape}}
    parameters = {
        "after": "The cursor to go on from; from the beginning where none is given",
        "limit": "1 to 500",
        "wait": "So many seconds to wait for an event where there is none yet, 25 at most",
        "type": "Only these types, with commas between them; object.concealed is told in any case",
    }

    def get(self, request: Request) -> Response:
        """Events after a cursor, oldest first. An event is never handed out while an older transaction is open."""
        refuse_unknown(request.query_params, self.parameters)
        limit, era, wait, types = limit_of(request), epoch(), _wait_of(request), _types_of(request)
        page = feed.read(_position(request, era), limit=limit, types=types)
        response = Response(
            {
                "results": [_event(request, era, told) for told in page.told],
                "next_cursor": cursor_of(request, era, page.next),
            }
        )
        if page.complete and not page.told:
            response.pause = _pause(request, wait)  # type: ignore[attr-defined]  # what WallMiddleware asks for
        return response


def _wait_of(request: Request) -> int:
    given = request.query_params.get("wait", "0")
    if not (given.isascii() and given.isdigit() and len(given) < 3 and int(given) <= LONGEST_WAIT):
        raise Problem.invalid([Fault("/wait", "invalid", f"wait goes from 0 to {LONGEST_WAIT} seconds.", "query")])
    return int(given)


def _pause(request: Request, wait: int) -> float:
    """The seconds until the feed is read again; 0 once the request has waited as long as it wanted."""
    if wait == 0:
        return 0
    # Of the request as it came in, which is asked anew after each pause.
    came = request._request
    until: float = came.META.setdefault("orebook.waits_until", time.monotonic() + wait)
    return max(0.0, min(EACH_PAUSE, until - time.monotonic()))


def _types_of(request: Request) -> list[str]:
    asked = [name for name in request.query_params.get("type", "").split(",") if name]
    wrong = [name[:60] for name in asked if name not in feed.TYPES]
    if wrong or (not asked and "type" in request.query_params):
        kinds = ", ".join(sorted(feed.READINGS))
        detail = (
            f"There is no type '{', '.join(wrong)}'. A type is one of {kinds}, a dot, and created, updated or revealed."
        )
        raise Problem.invalid([Fault("/type", "unknown_type", detail, "query")])
    return asked


def _event(request: Request, era: int, told: feed.Told) -> dict[str, Any]:
    return {
        "cursor": cursor_of(request, era, told.position),
        "type": told.type,
        "time": told.time,
        "institution": told.institution,
        "object": {"type": told.object_type, "id": told.object_id},
        "data": told.data,
    }


def _reader(request: Request) -> str:
    return f"{actor(request)} events"


def cursor_of(request: Request, era: int, position: Position) -> str:
    """The place in the log as this asker is given it."""
    return seal(f"{era}:{position.xact}:{position.seq}", to=_reader(request))


def _position(request: Request, era: int) -> Position:
    given = request.query_params.get("after")
    return opened(request, given, era) if given else START


def opened(request: Request, cursor: str, era: int, place: str = "query") -> Position:
    """Where a cursor of the asker's stands. `place` is where the request named it, as `after`."""
    text = unseal(cursor, to=_reader(request))
    if text is None:
        detail = "This is no cursor of yours. Start again without 'after', from the beginning."
        raise Problem.invalid([Fault("/after", "invalid_cursor", detail, place)])
    began, xact, seq = (int(part) for part in text.split(":"))
    if began != era:
        detail = (
            "The registry was restored since: this cursor is void. Start again without 'after', from the beginning."
        )
        raise Problem(410, "cursor_void", detail, [Fault("/after", "cursor_void", detail, place)])
    return Position(xact, seq)
