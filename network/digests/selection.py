"""What a digest tells: the changes of followed deals in a part of the log, as the present identity may see them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from deals.selectors.naming import TOLD_TABLES, DealLabel, deal_of, labels_of, names_for
from deals.sentences import Names, Weight, merged, weight
from institutions.isolation.levels import Level
from institutions.journal.reading import Position, events_between
from institutions.models import Event, Staff, Standing
from network.models import Follow

# Beyond this a digest says how many more there are; the deal's page has them all.
MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Change:
    """An event to be told, with the size that came with it; `public` when everyone may see the row, then and now."""

    event: Event
    size: Event | None
    weight: Weight
    public: bool


@dataclass(frozen=True)
class DealChanges:
    """What changed in one deal, most important first."""

    deal: DealLabel
    changes: list[Change]


@dataclass(frozen=True)
class News:
    """What changed in all followed deals, the most important deal first, and the names to tell it by."""

    deals: list[DealChanges]
    names: Names


def news_for(person: Staff, after: Position, to: Position) -> News:
    """The news of what `person` follows. Call it as that person: a deal that went out of sight is not told of."""
    follows = dict(Follow.objects.filter(person=person, ended_at__isnull=True).values_list("deal_id", "since_xact"))
    labels = labels_of(list(follows))
    events = [event for event in _events(list(labels), after, to) if _since(event, follows[deal_of(event)], to)]
    names = names_for(events)
    levels = _present_levels(events)
    by_deal: dict[UUID, list[Change]] = defaultdict(list)
    for event, size in merged(events):
        public = all(_is_public(part, levels) for part in (event, size) if part)
        by_deal[deal_of(event)].append(Change(event, size, weight(event, names), public))
    deals = [DealChanges(labels[deal], sorted(told, key=lambda c: c.weight)) for deal, told in by_deal.items()]
    deals.sort(key=lambda d: (d.changes[0].weight, d.deal.outside, str(d.deal.id)))
    return News(deals, names)


def _events(deals: list[UUID], after: Position, to: Position) -> list[Event]:
    told = events_between(after, to).filter(table__in=TOLD_TABLES, action__in=["created", "updated", "revealed"])
    of_deals = Q(row_id__in=deals) | Q(after__deal_id__in=[str(deal) for deal in deals])
    return list(told.filter(of_deals)[:MOST_EVENTS])


def _since(event: Event, since_xact: int, to: Position) -> bool:
    """Whether the event is of after the person began to follow; transaction ids begin lower after a restore."""
    return event.xact >= since_xact or since_xact > to.xact


def _present_levels(events: list[Event]) -> dict[UUID, str]:
    rows = {event.row_id for event in events}
    return dict(Standing.objects.filter(row_id__in=rows).values_list("row_id", "audience__level"))


def _is_public(event: Event, levels: dict[UUID, str]) -> bool:
    """Public when it happened, before it, and still: what was narrowed since is no public fact any more."""
    after, before = event.after or {}, event.before or {}
    stood = {after.get("level"), before.get("level", Level.PUBLIC), levels.get(event.row_id)}
    return stood == {Level.PUBLIC}
