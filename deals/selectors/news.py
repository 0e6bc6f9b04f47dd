"""What changed since a person last looked, by others, as the log tells it to that person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, F, Func, Q, QuerySet
from django.utils import timezone

from deals.models import DeskState
from deals.selectors.naming import TOLD_TABLES
from institutions.models import Event, Staff

# An event that tells of a row's disappearance has nothing more to say to a person.
SAID = ("created", "updated", "revealed")
# Of somebody who never looked.
AT_FIRST = timedelta(days=7)
SHOWN, COUNTED = 8, 100


@dataclass(frozen=True)
class News:
    """`events`: the newest; `more`: how many came before them, COUNTED at most; `position`: of the newest."""

    since: datetime | None
    events: tuple[Event, ...]
    more: int
    position: tuple[int, int] | None


def told_events() -> QuerySet[Event]:
    """Events that can be said in sentences, newest first."""
    return Event.objects.filter(table__in=TOLD_TABLES, action__in=SAID).order_by("-xact", "-seq")


def desk_of(person: Staff) -> DeskState | None:
    return DeskState.objects.filter(pk=person.pk).first()


def news_for(person: Staff, state: DeskState | None) -> News:
    """One question; `state` as desk_of has it. What is not yet behind every open transaction comes with the next look,
    so that nothing is passed over that is committed later with a lower position."""
    found = told_events().exclude(actor=f"person:{person.pk}")
    found = found.alias(settled=Func(function="journal.horizon", output_field=BigIntegerField())).filter(
        xact__lt=F("settled")
    )
    if state and state.looked_at:
        # The first part lets the index of positions find where to stop.
        found = found.filter(xact__gte=state.xact).filter(Q(xact__gt=state.xact) | Q(seq__gt=state.seq))
    else:
        # In the order of the index of times, which so ends where the week began.
        found = found.filter(recorded_at__gte=timezone.now() - AT_FIRST).order_by("-recorded_at", "-xact", "-seq")
    events = list(found[: COUNTED + SHOWN])
    position = max(((event.xact, event.seq) for event in events), default=None)
    return News(state.looked_at if state else None, tuple(events[:SHOWN]), max(len(events) - SHOWN, 0), position)
