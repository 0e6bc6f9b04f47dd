"""Reading the log as the present identity: in the order in which nothing is missed, or about certain rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT

from institutions.compiled import compiled
from institutions.models import Epoch, Event


@dataclass(frozen=True, order=True)
class Position:
    """A place in the log: transaction, then sequence within it. Transaction ids of another epoch mean nothing."""

    xact: int
    seq: int


START = Position(0, 0)


class Logged(NamedTuple):
    """An event as the feed needs it: what the log holds of before is left out, and of the row everything but `whole`,
    the id of what it is part of."""

    xact: int
    seq: int
    recorded_at: datetime
    institution_id: UUID | None
    table: str
    row_id: UUID
    action: str
    whole: str | None

    @property
    def position(self) -> Position:
        return Position(self.xact, self.seq)


@dataclass(frozen=True)
class Page:
    """Events in order, and where to go on: beyond everything that was safe to read, seen or not."""

    events: list[Logged]
    next: Position
    complete: bool


def horizon() -> int:
    """Every transaction below this has ended, so that nothing can still appear below it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal.horizon()")
        (found,) = cursor.fetchone()
    return int(found)


def epoch() -> int:
    """Raised by a restore; a position of another epoch is void."""
    return Epoch.objects.order_by("-number").values_list("number", flat=True)[0]


def events_after(position: Position, *, limit: int, tables: Sequence[str], wholes: Mapping[str, str]) -> Page:
    """The visible events of these tables after `position`, at most `limit`; none while an older transaction is open.

    `wholes`: of which tables the rows are parts, with the column that names the whole.
    """
    safe = horizon()
    asked = compiled(
        ("events", tuple(tables), tuple(wholes.items()), limit),
        lambda: _after(*_MARKS, limit=limit, tables=tables, wholes=wholes),
        *_MARKS,
    )
    events = [Logged(**row) for row in asked.rows(position.xact, position.seq, safe)]
    if len(events) == limit:
        return Page(events, events[-1].position, complete=False)
    # All below the horizon is read; what the horizon's own transaction writes has a higher sequence number than 0.
    return Page(events, max(position, Position(safe, 0)), complete=True)


# Stand in the kept SQL for a position and the horizon.
_MARKS = (-(2**62), -(2**62) + 1, -(2**62) + 2)


def _after(
    xact: int, seq: int, safe: int, *, limit: int, tables: Sequence[str], wholes: Mapping[str, str]
) -> QuerySet[Any, Any]:
    # The first part lets the index of positions find the place; the second breaks ties.
    found = Event.objects.filter(xact__gte=xact, xact__lt=safe, table__in=tables)
    found = found.filter(Q(xact__gt=xact) | Q(seq__gt=seq)).order_by("xact", "seq")
    return _logged(found, wholes)[:limit]


def _logged(events: QuerySet[Event], wholes: Mapping[str, str]) -> QuerySet[Any, Any]:
    parts = [When(table=table, then=KT(f"after__{column}")) for table, column in wholes.items()]
    named = Case(*parts, default=Value(None), output_field=TextField())
    found: QuerySet[Any, Any] = events.values(*Logged._fields[:-1], whole=named)
    return found


def events_at(places: Sequence[Position], *, tables: Sequence[str], wholes: Mapping[str, str]) -> list[Logged]:
    """The visible events of these tables at these positions."""
    # By both, so that the index of positions finds them; a sequence number comes once.
    found = Event.objects.filter(xact__in={place.xact for place in places}, seq__in={place.seq for place in places})
    return [Logged(**row) for row in _logged(found.filter(table__in=tables), wholes)]


def events_between(after: Position, to: Position) -> QuerySet[Event]:
    """The visible events after one position and up to another that was a horizon once, in order."""
    # The index of positions finds both ends by the transaction; the sequence within it breaks ties.
    return (
        Event.objects.filter(xact__gte=after.xact, xact__lte=to.xact)
        .filter(Q(xact__gt=after.xact) | Q(seq__gt=after.seq))
        .filter(Q(xact__lt=to.xact) | Q(seq__lte=to.seq))
        .order_by("xact", "seq")
    )
