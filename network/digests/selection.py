"""What a digest tells: the changes of its topics in a part of the log, as the present identity may see them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Q

from deals.selectors.commitments import own_commitments
from deals.selectors.matching import fitting
from deals.selectors.naming import OF_PROJECTS, TOLD_TABLES, Label, labels_of, names_for, subject_of
from deals.selectors.tasks import TABLES, Kind, Task, tasks_of
from deals.sentences import Names, Weight, merged, weight
from institutions.isolation.levels import Level
from institutions.journal.reading import Position, events_between
from institutions.models import Event, Staff, Standing, State
from network.digests.refused import refused_addresses
from network.digests.scope import Scope
from network.digests.watched import watched_subjects, watches_of
from network.models import Follow, RefusedAddress, Topic

# Beyond this a digest says that there is more; the deals' pages have it all.
MOST_EVENTS = 2_000


@dataclass(frozen=True)
class Change:
    """An event to be told, with the size that came with it; `public` when everyone may see the row, then and now."""

    event: Event
    size: Event | None
    weight: Weight
    public: bool

    @property
    def owner(self) -> UUID:
        return UUID(str((self.event.after or {})["owner_id"]))


@dataclass(frozen=True)
class Changes:
    """What changed in one deal or project of one topic, most important first."""

    topic: Topic
    about: Label
    changes: list[Change]


@dataclass(frozen=True)
class News:
    """What waits, and what changed in which deals and projects, most important first, with the names to tell it by."""

    waiting: list[Task]
    parts: list[Changes]
    labels: Mapping[UUID, Label]
    names: Names
    # Colleagues whose address takes no mail, for who keeps the accounts.
    refused: list[RefusedAddress]
    # When the first of what was not told yet happened; None where nothing did.
    since: datetime | None
    # Whether more happened than one mail tells.
    cut: bool


def news_for(person: Staff, scope: Scope) -> News:
    """The news of what `person` wants to hear of. Call it as that person: what went out of sight is not told of."""
    waiting, since = _waiting(person, scope)
    about = _about(person, scope)
    labels = labels_of([*about.subjects, *(task.deal for task in waiting if task.deal)])
    found = _told(person, about, [labels[each] for each in about.subjects if each in labels], scope)
    cut, found = len(found) > MOST_EVENTS, found[:MOST_EVENTS]
    events, told = [event for event, _ in found], {event.pk: topic for event, topic in found}
    names, levels = names_for(events), _present_levels(events)
    parts: dict[tuple[Topic, UUID], list[Change]] = defaultdict(list)
    for event, size in merged(events):
        public = all(_is_public(part, levels) for part in (event, size) if part)
        parts[_together(told[event.pk]), subject_of(event)].append(Change(event, size, weight(event, names), public))
    told_of = [
        Changes(topic, labels[subject], sorted(changes, key=lambda c: c.weight))
        for (topic, subject), changes in parts.items()
    ]
    told_of.sort(key=lambda d: (d.changes[0].weight, d.about.outside, str(d.about.id), d.topic))
    first = min([*since, *(event.recorded_at for event in events)], default=None)
    return News(waiting, told_of, labels, names, _refused(scope), first, cut)


def _waiting(person: Staff, scope: Scope) -> tuple[list[Task], list[datetime]]:
    """What waits and, in a mail at once, when each that is new began to."""
    if Topic.WAITS not in scope.covered:
        return [], []
    if not scope.only_new:
        return tasks_of(person), []
    new = _begun(person, scope)
    waiting = [(task, new[key]) for task in tasks_of(person) if (key := _key(task, new))] if new else []
    return [task for task, _ in waiting], [since for _, since in waiting]


def _begun(person: Staff, scope: Scope) -> dict[UUID, datetime]:
    """What began to wait, and when: rows, and deals whose questions do so since somebody else leads."""
    happened = (
        events_between(scope.told(Topic.WAITS), scope.to)
        .filter(table__in=(*TABLES, "deals_allocationacceptance", "deals_dealrole"))
        .order_by("-xact", "-seq")
        .values_list("table", "row_id", "after", "recorded_at")[:MOST_EVENTS]
    )
    begun: dict[UUID, datetime] = {}
    for table, row, held, recorded_at in happened:
        # What went out of sight holds nothing.
        after = held or {}
        match table:
            case "deals_allocationacceptance":
                # Where an answer was rejected, its line waits again.
                if after.get("state") == State.REJECTED:
                    begun[UUID(after["line_id"])] = recorded_at
            case "deals_dealrole":
                if after.get("institution_id") == str(person.institution_id):
                    begun[UUID(after["deal_id"])] = recorded_at
            case _:
                begun[row] = recorded_at
    return begun


def _key(task: Task, begun: Mapping[UUID, datetime]) -> UUID | None:
    """By which a task is among what began to wait."""
    if task.row in begun:
        return task.row
    return task.deal if task.kind is Kind.QUESTION and task.deal in begun else None


def _refused(scope: Scope) -> list[RefusedAddress]:
    return refused_addresses() if Topic.WAITS in scope.covered and not scope.only_new else []


def _together(topic: Topic) -> Topic:
    """What one's institution did in a deal stands with what others did in it."""
    return Topic.DEALS if topic is Topic.COMMITMENTS else topic


@dataclass(frozen=True)
class About:
    """What belongs to a person's topics."""

    institution: str
    # Followed deals, and since which transaction.
    follows: Mapping[UUID, int]
    # The institution's own commitments, and their deals.
    commitments: Mapping[str, UUID]
    # Projects, and deals, of what the person watches, and since which transaction.
    watched: Mapping[UUID, int]
    # Deals in the market that fit a mandate of the institution, which takes no part in them.
    matching: frozenset[str]

    @property
    def subjects(self) -> set[UUID]:
        return {*self.follows, *self.commitments.values(), *self.watched, *map(UUID, self.matching)}

    def topics(self, event: Event, to: Position) -> set[Topic]:
        """The topics that a change is of."""
        after, found = event.after or {}, set()
        if event.table == "deals_expirynotice" and after.get("owner_id") == self.institution:
            found.add(Topic.EXPIRES)
        if {str(event.row_id), after.get("commitment_id")} & self.commitments.keys():
            found.add(Topic.COMMITMENTS)
        for topic, since in ((Topic.DEALS, self.follows), (Topic.WATCHED, self.watched)):
            begun = since.get(subject_of(event))
            # Of after the person began to; transaction ids begin lower after a restore.
            if begun is not None and (event.xact >= begun or begun > to.xact):
                found.add(topic)
        # What the deal seeks; what others do in it is told to whoever follows it.
        if event.table in ("deals_deal", "deals_tranche") and str(subject_of(event)) in self.matching:
            found.add(Topic.MATCHING)
        return found


def _about(person: Staff, scope: Scope) -> About:
    follows = Follow.objects.filter(person=person, ended_at__isnull=True).values_list("deal_id", "since_xact")
    own = own_commitments(person.institution_id)
    watched = watched_subjects(watches_of(person))
    wanted = any(each.topic is Topic.MATCHING for each in scope.interests)
    matching = frozenset(map(str, fitting(person.institution_id))) if wanted else frozenset[str]()
    return About(
        str(person.institution_id), dict(follows), {str(pk): deal for pk, deal in own.items()}, watched, matching
    )


def _told(person: Staff, about: About, subjects: list[Label], scope: Scope) -> list[tuple[Event, Topic]]:
    """The events to be told and the topic of each, the oldest first: one more than a digest tells, where there are."""
    happened = events_between(scope.after, scope.to).filter(
        table__in=TOLD_TABLES, action__in=["created", "updated", "revealed"], recorded_at__gte=person.joined_at
    )
    deals, projects = ([str(each.id) for each in subjects if each.of_project is which] for which in (False, True))
    of_these = Q(row_id__in=deals + projects) | Q(after__deal_id__in=deals)
    if projects:
        of_these |= Q(table__in=OF_PROJECTS, after__project_id__in=projects)
    # Read on to the end: among those before it there may be thousands that another mail tells, or told.
    each = happened.filter(of_these).iterator(chunk_size=MOST_EVENTS)
    told = (
        (event, topic)
        for event in each
        if (topic := scope.tells(Position(event.xact, event.seq), about.topics(event, scope.to)))
    )
    return list(islice(told, MOST_EVENTS + 1))


def _present_levels(events: list[Event]) -> dict[UUID, str]:
    rows = {event.row_id for event in events}
    return dict(Standing.objects.filter(row_id__in=rows).values_list("row_id", "audience__level"))


def _is_public(event: Event, levels: dict[UUID, str]) -> bool:
    """Public when it happened, before it, and still: what was narrowed since is no public fact any more."""
    after, before = event.after or {}, event.before or {}
    stood = {after.get("level"), before.get("level", Level.PUBLIC), levels.get(event.row_id)}
    return stood == {Level.PUBLIC}
