"""The first load: all that an asker sees, kind by kind, and the place in the log to go on from."""

from collections.abc import Callable, Iterator

from django.db import DatabaseError

from institutions.api.conventions.pages import after
from institutions.isolation.session import Actor, acting_as
from institutions.selectors.reading import Reading, Row, Shape
from network.export.chunks import CHUNK, access_ended, not_read_on


def objects_of(reading: Reading, who: Callable[[], Actor | None]) -> Iterator[Shape]:
    """All of a kind, a few hundred at a time, each time as the asker then stands and sees. Raises Ended.

    What changes meanwhile is told by the feed to whoever goes on from a position of before: nothing is missed, and what
    is told twice is the same.
    """
    last: Row | None = None
    while True:
        actor = who()
        if actor is None:
            raise access_ended()
        try:
            with acting_as(actor):
                rows = reading.rows()
                if last is not None:
                    rows = rows.filter(after(reading.order, [last[name] for name in reading.order]))
                page = list(rows.order_by(*reading.order)[:CHUNK])
                shapes = [reading.shape(row) for row in page]
        except DatabaseError as error:
            raise not_read_on(error) from None
        yield from shapes
        if len(page) < CHUNK:
            return
        last = page[-1]
