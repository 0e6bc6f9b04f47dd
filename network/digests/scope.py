"""What one digest tells of: which topics, from where on in the log, and which of several topics tells a change."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import connection

from institutions.isolation.moment import Moment
from institutions.journal.reading import Position
from institutions.models import Event
from network.models import Cadence, Topic

_WEEK = timedelta(days=7)
# Of a change that is of several topics in one mail it stands under the quickest; no other mail tells it again.
_QUICKEST = [Cadence.AT_ONCE, Cadence.DAILY, Cadence.WEEKLY]


@dataclass(frozen=True)
class Interest:
    """A topic: how often its reader hears of it, whether this digest tells it, until where it was told, and from which
    transaction on it is wanted (or was not looked through yet)."""

    topic: Topic
    cadence: Cadence
    covered: bool
    told: Position
    since: int


@dataclass(frozen=True)
class Scope:
    """All topics of one digest, in the order in which they come."""

    interests: tuple[Interest, ...]
    to: Position

    @property
    def covered(self) -> set[Topic]:
        return {each.topic for each in self.interests if each.covered}

    def told(self, topic: Topic) -> Position:
        """Until where a topic was told, or need not be looked through."""
        of = next(each for each in self.interests if each.topic is topic)
        return max(of.told, Position(of.since, 0))

    @property
    def only_new(self) -> bool:
        """Whether of what waits only that is told which began to wait since: a mail at once repeats nothing."""
        return any(each.topic is Topic.WAITS and each.cadence is Cadence.AT_ONCE for each in self.interests)

    @property
    def after(self) -> Position:
        """Up to here everything was told that this digest could tell."""
        return min(
            (max(each.told, Position(each.since, 0)) for each in self.interests if each.covered), default=self.to
        )

    def tells(self, place: Position, topics: Collection[Topic]) -> Topic | None:
        """The topic under which a change of these topics is told now; None where another digest does, or did."""
        of = [each for each in self.interests if each.topic in topics and place.xact >= each.since]
        covered = [each for each in of if each.covered]
        if not covered or any(place <= each.told for each in of):
            return None
        # Whichever mail comes first tells it: were it left to a quicker topic, that one would find it told.
        return min(covered, key=lambda each: _QUICKEST.index(each.cadence)).topic


def scope_of(digest: UUID, to: Position) -> Scope:
    """Of a digest of whoever acts; without topics where it is another's."""
    return _scope("SELECT * FROM network.scope(%s)", digest, to)


def scope_now(person: UUID) -> Scope:
    """What a digest would tell `person`, who acts, at this moment: each topic that is wanted at all."""
    return _scope("SELECT * FROM network.scope_now(%s)", person, _horizon())


def scope_before(person: UUID, moment: Moment) -> Scope:
    """What a digest of the week up to `moment` tells `person`, who acts, of what that person wants to hear of now. Call
    it as the registry stood then."""
    now = scope_now(person)
    begun = Event.objects.filter(recorded_at__gte=moment.known - _WEEK).order_by("xact", "seq")
    first = begun.values_list("xact", "seq").first()
    told = Position(first[0], first[1] - 1) if first else now.to
    return Scope(tuple(replace(each, told=told, since=0) for each in now.interests), now.to)


def scope_once(person: UUID) -> Scope:
    """What `person`, who acts, is to be told at once and was neither told nor looked for before."""
    return _scope("SELECT * FROM network.scope_once(%s)", person, _horizon())


def _horizon() -> Position:
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal.horizon()")
        (xact,) = cursor.fetchone()
    return Position(xact, 0)


def _scope(query: str, of: UUID, to: Position) -> Scope:
    with connection.cursor() as cursor:
        cursor.execute(query, [of])
        rows = cursor.fetchall()
    return Scope(tuple(_interest(*row, to=to) for row in rows), to)


def _interest(topic: str, cadence: str, covered: bool, xact: int, seq: int, since: int, *, to: Position) -> Interest:
    # After a restore transaction ids may begin lower than where anything was told: then all of it is still to be told.
    told = Position(xact, seq)
    return Interest(
        Topic(topic),
        Cadence(cadence),
        covered,
        told if told <= to else Position(0, 0),
        since if since <= to.xact else 0,
    )
