"""A list from its first row to its last, a few hundred at a time, each time as the asker then stands and sees."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError

from institutions.api.conventions.pages import after
from institutions.isolation.moment import Moment, as_it_stood
from institutions.isolation.session import Actor, acting_as
from institutions.isolation.standby import on_standby
from institutions.selectors.reading import Reading, Row, Rows, Shape
from network.export.written import Written

logger = logging.getLogger("orebook.api")

T = TypeVar("T")
Who = Callable[[], Actor | None]
CHUNK = 1_000
# At the end all rows that were written are asked for once more, so many at a time.
_AT_ONCE = 5_000


class Ended(Exception):
    """A file that can't be finished, and why."""


def access_ended() -> Ended:
    return Ended("Your access ended while it was written.")


def not_read_on(error: DatabaseError | sqlite3.Error) -> Ended:
    """Also where nobody answers for the asker any more: the wall lets it act no further."""
    # The kind of error alone: the database's messages may quote what it read.
    logger.warning("a file broke off: %s", type(error).__name__)
    return Ended("The registry could not read on. Ask again in a moment.")


def chunks(
    reading: Reading,
    told: Callable[[list[Shape]], list[T]],
    *,
    rows: Callable[[], Rows],
    who: Who,
    public: bool = False,
    then: Moment | None = None,
) -> Iterator[list[T]]:
    """What is told of the list's rows. Each chunk is a transaction of its own; no row is written twice. `public`: as
    anybody may see them, for whoever may still read. `then`: as they stood.

    Raises Ended when the asker may read no more, or when a row that was written has gone out of its sight since.
    """
    last: Row | None = None
    latest: list[UUID] = []
    with closing(Written()) as written:
        while True:
            try:
                with _reading(who, public, then):
                    _still_seen(reading, latest)
                    found = (
                        rows()
                        if last is None
                        else rows().filter(after(reading.order, [last[n] for n in reading.order]))
                    )
                    page = list(found.order_by(*reading.order)[:CHUNK])
                    there = written.among([row["id"] for row in page])
                    fresh = [row for row in page if row["id"] not in there]
                    chunk = told([reading.shape(row) for row in fresh])
                latest = [row["id"] for row in fresh]
                written.add(latest)
            except (DatabaseError, sqlite3.Error) as error:
                raise not_read_on(error) from None
            yield chunk
            if len(page) < CHUNK:
                break
            last = page[-1]
        _all_still_seen(reading, written, who, public, then)


def _all_still_seen(reading: Reading, written: Written, who: Who, public: bool, then: Moment | None) -> None:
    for some in written.by(_AT_ONCE):
        with _reading(who, public, then):
            _still_seen(reading, some)


@contextmanager
def _reading(who: Who, public: bool, then: Moment | None) -> Iterator[None]:
    """Who may still read is asked of the primary; what it reads, of a standby where there is one. The past is read from
    the primary, which knows what is settled."""
    actor = who()
    if actor is None:
        raise access_ended()
    if then:
        with acting_as(None if public else actor), as_it_stood(then):
            yield
    else:
        with on_standby(), acting_as(None if public else actor):
            yield


def _still_seen(reading: Reading, keys: list[UUID]) -> None:
    if keys and reading.rows().order_by().filter(pk__among=keys).count() < len(keys):
        raise Ended("What you may see changed while it was written: purge it, and ask for it anew.")
