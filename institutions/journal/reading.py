"""Reading the log as the present identity: in the order in which nothing is missed, or about certain rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from institutions.models import Epoch, Event


@dataclass(frozen=True, order=True)
class Position:
    """A place in the log: transaction, then sequence within it. Transaction ids of another epoch mean nothing."""

    xact: int
    seq: int


START = Position(0, 0)


@dataclass(frozen=True)
class Page:
    """Events in order, and where to go on: beyond everything that was safe to read, seen or not."""

    events: list[Event]
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


def events_after(position: Position, *, limit: int, tables: Sequence[str] | None = None) -> Page:
    """The visible events after `position`, at most `limit`, never one while an older transaction is open."""
    safe = horizon()
    found = Event.objects.filter(xact__lt=safe).filter(
        Q(xact__gt=position.xact) | Q(xact=position.xact, seq__gt=position.seq)
    )
    if tables is not None:
        found = found.filter(table__in=tables)
    events = list(found.order_by("xact", "seq")[:limit])
    if len(events) == limit:
        return Page(events, Position(events[-1].xact, events[-1].seq), complete=False)
    # All below the horizon is read; what the horizon's own transaction writes has a higher sequence number than 0.
    return Page(events, max(position, Position(safe, 0)), complete=True)


def events_between(after: Position, to: Position) -> QuerySet[Event]:
    """The visible events after one position and up to another that was a horizon once, in order."""
    return (
        Event.objects.filter(Q(xact__gt=after.xact) | Q(xact=after.xact, seq__gt=after.seq))
        .filter(Q(xact__lt=to.xact) | Q(xact=to.xact, seq__lte=to.seq))
        .order_by("xact", "seq")
    )


def events_at(places: Sequence[Position]) -> QuerySet[Event]:
    """The visible events at these positions."""
    # By both, so that the index of positions finds them; a sequence number comes once.
    return Event.objects.filter(xact__in={place.xact for place in places}, seq__in={place.seq for place in places})
