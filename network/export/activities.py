"""What is public of all commitments, as one file of IATI activities that is sent while it is read."""

from collections.abc import Callable, Iterator

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from deals.selectors.activities import ACTIVITIES, activities_of
from institutions.isolation.session import Actor, acting_as
from institutions.selectors.reading import Rows, Shape, instant
from network.export.chunks import Ended, chunks
from network.iati.activity import as_xml
from network.iati.codes import VERSION

MEDIA_TYPE = "application/xml"


def are_any(rows: Callable[[], Rows]) -> bool:
    """Whether anybody may see any of these rows: a file without an activity would not be valid."""
    with acting_as(None):
        return rows().exists()


def answer(rows: Callable[[], Rows], who: Callable[[], Actor | None]) -> HttpResponseBase:
    """The whole file, or one that is not closed: no reader of XML takes that for whole."""
    found = chunks(ACTIVITIES, _told, rows=rows, who=who, public=True)
    return named(StreamingHttpResponse(_lines(found)))


def named(response: HttpResponseBase) -> HttpResponseBase:
    """The answer as a file."""
    response["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    response["Content-Disposition"] = 'attachment; filename="activities.xml"'
    response["Cache-Control"] = "private, no-store"
    return response


def _told(commitments: list[Shape]) -> list[str]:
    return [as_xml(activity) for activity in activities_of(commitments)]


def _lines(found: Iterator[list[str]]) -> Iterator[bytes]:
    now = instant(timezone.now())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="{VERSION}"'.encode()
    yield f' generated-datetime="{now}">\n'.encode()
    try:
        for elements in found:
            yield "".join(f"{element}\n" for element in elements if element).encode()
    except Ended as ended:
        yield f"<!-- ERROR: this file is not complete. {ended} -->\n".encode()
        return
    yield b"</iati-activities>\n"
