"""The registry as it stood: what is asked within reads the log instead of the tables (journal/sql/past.sql)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone


@dataclass(frozen=True)
class Moment:
    """`day` is today in what is asked; what was recorded before `known` counts, as far as it had taken effect by `day`.

    `whom`: only what the asker owns, as far as that institution, network or everyone could see it then.
    """

    day: date
    known: datetime
    whom: UUID | None = None

    @classmethod
    def end_of(cls, day: date, *, known: datetime | None = None, whom: UUID | None = None) -> Self:
        """A day's end in UTC, as it was known then or at another moment."""
        return cls(day, known or midnight_after(day), whom)

    @classmethod
    def at(cls, known: datetime, *, whom: UUID | None = None) -> Self:
        """A moment as it was known then."""
        return cls((known.astimezone(UTC) - timedelta(microseconds=1)).date(), known, whom)


_MOMENT: ContextVar[Moment | None] = ContextVar("moment", default=None)


def midnight_after(day: date) -> datetime:
    """The first moment that is no more of the day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def today() -> date:
    """The day that is today in what is asked: of the moment that is looked back at, else of now. In UTC."""
    then = _MOMENT.get()
    return then.day if then else timezone.now().date()


def now() -> datetime:
    """The moment that is looked back at, else now."""
    then = _MOMENT.get()
    return then.known if then else timezone.now()


def looked_back_at() -> Moment | None:
    """The moment that is looked back at, None in the present."""
    return _MOMENT.get()


def settled() -> datetime:
    """Up to which moment nothing that was recorded can still appear: what is written is recorded at its transaction's
    beginning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT past.settled()")
        found: datetime = cursor.fetchone()[0]
        return found


@contextmanager
def as_it_stood(moment: Moment) -> Iterator[None]:
    """What is asked within is answered as it stood: what the asker could see then and may see now. Nothing can be
    written. Whatever is lazy must be read before it ends.

    Raises OperationalError where the moment is not settled, ProgrammingError where `whom` is nobody to the asker.
    """
    before = _MOMENT.set(moment)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT past.stand(%s, %s, %s)", [moment.day, moment.known, moment.whom])
                # The views have the tables' names and come first. A function can't set this for its caller.
                cursor.execute("SELECT set_config('search_path', 'past, public', true)")
            yield
            # Brings back the tables, and lets the transaction write again.
            transaction.set_rollback(True)
    finally:
        _MOMENT.reset(before)
