"""`/api/v1/snapshot`: the first load, as lines of JSON."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.identity import still
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.rendering import Renderer
from institutions.journal.reading import Position, epoch, horizon
from network import feed
from network.api.events import cursor_of
from network.export.chunks import Ended
from network.snapshot import objects_of

MEDIA_TYPE = "application/x-ndjson"


class Snapshot(Door):
    """All that the asker sees."""

    answers = {"GET": {(200, MEDIA_TYPE): OpenApiTypes.BINARY}}
    parameters = {"type": "Only these kinds of objects, with commas between them"}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # The address says what is sent; what goes wrong is told in JSON all the same.
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request) -> HttpResponseBase:
        """A line for each object, `{"type", "data"}`. The first line has the `cursor` to follow `/events` from; only a
        whole snapshot ends with the line `{"type": "end", "objects": …}`."""
        refuse_unknown(request.query_params, self.parameters)
        kinds = _kinds_of(request)
        # Before anything is read: what changes while it is read is told after this.
        cursor = cursor_of(request, epoch(), Position(horizon(), 0))
        response = StreamingHttpResponse(_lines(request, kinds, cursor), content_type=MEDIA_TYPE)
        response["Cache-Control"] = "private, no-store"
        return response


def _kinds_of(request: Request) -> list[str]:
    asked = [name for name in request.query_params.get("type", "").split(",") if name]
    wrong = [name[:60] for name in asked if name not in feed.READINGS]
    if wrong or (not asked and "type" in request.query_params):
        detail = f"There is no kind '{', '.join(wrong)}'. Known: {', '.join(sorted(feed.READINGS))}."
        raise Problem.invalid([Fault("/type", "unknown_type", detail, "query")])
    return asked or list(feed.READINGS)


def _lines(request: Request, kinds: list[str], cursor: str) -> Iterator[bytes]:
    render = Renderer().render
    count = 0
    yield render({"type": "snapshot", "cursor": cursor}) + b"\n"
    try:
        for kind in kinds:
            for shape in objects_of(feed.READINGS[kind], lambda: still(request)):
                count += 1
                yield render({"type": kind, "data": shape}) + b"\n"
    except Ended as ended:
        yield render({"type": "error", "detail": str(ended)}) + b"\n"
        return
    yield render({"type": "end", "objects": count}) + b"\n"
