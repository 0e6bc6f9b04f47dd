"""`/api/v1/events`: the feed over REST."""

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
    parameters = {"after": "The cursor to go on from; from the beginning where none is given", "limit": "1 to 500"}

    def get(self, request: Request) -> Response:
        """Events after a cursor, oldest first. An event is never handed out while an older transaction is open."""
        refuse_unknown(request.query_params, ("after", "limit"))
        limit, era = limit_of(request), epoch()
        page = feed.read(_position(request, era), limit=limit)
        return Response(
            {
                "results": [_event(request, era, told) for told in page.told],
                "next_cursor": _cursor(request, era, page.next),
            }
        )


def _event(request: Request, era: int, told: feed.Told) -> dict[str, Any]:
    return {
        "cursor": _cursor(request, era, told.position),
        "type": told.type,
        "time": told.time,
        "institution": told.institution,
        "object": {"type": told.object_type, "id": told.object_id},
        "data": told.data,
    }


def _reader(request: Request) -> str:
    return f"{actor(request)} events"


def _cursor(request: Request, era: int, position: Position) -> str:
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
