"""The ledger of webhooks: lanes are leased, deliveries marked, each step in a transaction of its own.

All of it as the institution whose endpoint it is, in the one transaction in which its rights are asked: a job that acts
for it, so that it sees what all of its people see, and nothing of a deal that it walled off for some of them.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from institutions.isolation.session import System, acting_as
from institutions.journal.reading import Position
from institutions.selectors.heads import newest_head
from network.feed import told_at
from network.models import (
    DeliveryStatus,
    Stopped,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookLane,
    WebhookNotice,
    WebhookSecret,
)
from network.webhooks import message, signing
from network.webhooks.sending import Outcome

# Beyond the longest turn of a lane.
LEASE = timedelta(seconds=120)
# After each failure. Together they are a little less than GIVE_UP.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 120, 300, 600, 840, 1200, 1200))
GIVE_UP = timedelta(days=3)
# So much more or less, so that those who failed together do not come back together.
JITTER = 0.1
# A receiver may ask for more time, but not for ever.
LONGEST_WAIT = timedelta(hours=12)
# No call was made: the secret cannot be had any more.
NO_SECRET = Outcome(None, "no_secret", 0)


class Lost(RuntimeError):
    """The lease ran out and another took the lane."""


@dataclass(frozen=True)
class Lease:
    """A lane that was taken for some time, and the how-manieth time it was."""

    endpoint: UUID
    institution: UUID
    taken: int

    @property
    def job(self) -> System:
        """Who acts for it."""
        return System("webhooks", self.institution)


@dataclass(frozen=True)
class Ready:
    """A message that may go out now; without headers where nothing can sign it."""

    delivery: UUID
    attempt: int
    test: bool
    url: str
    headers: dict[str, str]
    body: str


def due(most: int, at: datetime) -> list[tuple[UUID, UUID]]:
    """The endpoints with something to do, each with its institution: at most `most` of one institution."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM network.webhooks_due(%s, %s)", [most, at])
        return [(endpoint, institution) for endpoint, institution in cursor.fetchall()]


def take(endpoint: UUID, institution: UUID, at: datetime) -> Lease | None:
    """Takes the lane, or None: it is another's at the moment, or no lane of this institution."""
    with acting_as(System("webhooks", institution)):
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        lane = WebhookLane.objects.select_for_update(skip_locked=True).filter(free, endpoint=endpoint).first()
        if lane is None:
            return None
        lane.taken, lane.taken_at, lane.leased_until = lane.taken + 1, at, at + LEASE
        lane.save(update_fields=["taken", "taken_at", "leased_until"])
        return Lease(endpoint, institution, lane.taken)


def give_back(lease: Lease) -> None:
    with acting_as(lease.job):
        WebhookLane.objects.filter(endpoint=lease.endpoint, taken=lease.taken).update(leased_until=None)


def held(lease: Lease) -> WebhookLane:
    """The lane, locked. Raises Lost where it is another's by now."""
    rows = WebhookLane.objects.select_for_update(of=("self",)).select_related("endpoint")
    lane = rows.filter(endpoint=lease.endpoint, taken=lease.taken).first()
    if lane is None:
        raise Lost
    return lane


def is_awake(lane: WebhookLane, at: datetime) -> bool:
    """Whether anything but a test may go out now."""
    endpoint = lane.endpoint
    resting = lane.rests_until is not None and lane.rests_until > at
    return endpoint.active and lane.stopped == Stopped.NOT and not resting and speaks(endpoint)


def speaks(endpoint: WebhookEndpoint) -> bool:
    """Whether the client that set it up, if one did, may still do so (network/sql/4_webhooks.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network.webhook_speaks(%s, %s)", [endpoint.client_id, endpoint.owner_id])
        (may,) = cursor.fetchone()
    return bool(may)


def next_ready(lease: Lease, at: datetime) -> Ready | None:
    """The next message that is due and may still be told, taken for as long as the lease; None where there is none."""
    while True:
        with acting_as(lease.job):
            lane = held(lease)
            waiting = WebhookDelivery.objects.filter(
                endpoint=lease.endpoint, status=DeliveryStatus.PENDING, not_before__lte=at
            )
            if not is_awake(lane, at):
                waiting = waiting.filter(xact=None)
            delivery = waiting.order_by("not_before", F("xact").asc(nulls_first=True), "seq").first()
            if delivery is None:
                return None
            body = _body(delivery, lane.endpoint, at)
            if body is not None:
                return _taken(delivery, lane.endpoint, body, at)
            delivery.status, delivery.settled_at = DeliveryStatus.WITHDRAWN, at
            delivery.save(update_fields=["status", "settled_at"])


def _body(delivery: WebhookDelivery, endpoint: WebhookEndpoint, at: datetime) -> str | None:
    """What is to be said, read with the rights of now; None where that is nothing any more."""
    if delivery.xact is None or delivery.seq is None:
        return message.of_test(delivery.pk, endpoint.pk, at)
    place = Position(delivery.xact, delivery.seq)
    told = told_at([place]).get(place)
    if told is None or not wants(endpoint, told.type):
        return None
    return message.of_event(delivery.pk, told, newest_head())


def wants(endpoint: WebhookEndpoint, type_: str) -> bool:
    return not endpoint.events or type_ in endpoint.events


def _taken(delivery: WebhookDelivery, endpoint: WebhookEndpoint, body: str, at: datetime) -> Ready:
    delivery.attempts += 1
    delivery.tries += 1
    delivery.first_tried_at = delivery.first_tried_at or at
    # Whoever dies before the mark leaves it to the next one.
    delivery.not_before = at + LEASE
    delivery.save(update_fields=["attempts", "tries", "first_tried_at", "not_before"])
    keys = [signing.opened(each.sealed, endpoint.pk) for each in valid_secrets(endpoint.pk, at)]
    signed = signing.headers(delivery.pk, body, [key for key in keys if key], at) if all(keys) else {}
    return Ready(delivery.pk, delivery.attempts, delivery.xact is None, endpoint.url, signed, body)


def valid_secrets(endpoint: UUID, at: datetime) -> QuerySet[WebhookSecret]:
    """The present one first; beside it the one before, while that is valid."""
    found = WebhookSecret.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), endpoint=endpoint)
    return found.order_by(F("ends_at").asc(nulls_first=True))


def mark(lease: Lease, ready: Ready, outcome: Outcome, at: datetime) -> None:
    """Writes down what came of an attempt. Raises Lost where the lane is another's by now."""
    with acting_as(lease.job):
        # Also of a late worker: the call was made.
        WebhookAttempt.objects.create(
            endpoint_id=lease.endpoint,
            delivery_id=ready.delivery,
            at=at,
            status=outcome.status,
            error=outcome.error,
            milliseconds=outcome.milliseconds,
        )
    with acting_as(lease.job):
        lane = held(lease)
        mine = WebhookDelivery.objects.filter(pk=ready.delivery, attempts=ready.attempt, status=DeliveryStatus.PENDING)
        if ready.test:
            mine.update(status=DeliveryStatus.DONE if outcome.taken else DeliveryStatus.PARKED, settled_at=at)
        elif outcome.taken:
            mine.update(status=DeliveryStatus.DONE, settled_at=at)
            _well(lane)
        else:
            _failed(lane, mine.get(), outcome, at)


def _well(lane: WebhookLane) -> None:
    if lane.failures or lane.failing_since:
        lane.failures, lane.failing_since, lane.rests_until = 0, None, None
        lane.save(update_fields=["failures", "failing_since", "rests_until"])


def _failed(lane: WebhookLane, delivery: WebhookDelivery, outcome: Outcome, at: datetime) -> None:
    delivery.not_before = at + pause(delivery.tries, outcome.retry_after)
    began = delivery.first_tried_at or at
    if outcome.gone:
        _stop(lane, Stopped.GONE, at)
    elif outcome.of_all:
        # Nobody answers there: the message is not to blame, and all of them wait.
        lane.failures += 1
        lane.failing_since = lane.failing_since or at
        lane.rests_until = at + pause(lane.failures, outcome.retry_after)
        if lane.rests_until > lane.failing_since + GIVE_UP:
            _stop(lane, Stopped.PARKED, at)
        lane.save(update_fields=["failures", "failing_since", "rests_until"])
    elif delivery.not_before > began + GIVE_UP:
        delivery.status, delivery.settled_at = DeliveryStatus.PARKED, at
        _warn_of(lane, at)
    delivery.save(update_fields=["not_before", "status", "settled_at"])


def pause(failures: int, asked: timedelta | None) -> timedelta:
    """How long to wait after so many failures; longer where the receiver asks for it, within reason."""
    own = PAUSES[min(failures, len(PAUSES)) - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
    return max(own, min(asked or timedelta(), LONGEST_WAIT))


def _stop(lane: WebhookLane, why: Stopped, at: datetime) -> None:
    lane.stopped, lane.stopped_at = why, at
    lane.save(update_fields=["stopped", "stopped_at"])
    _warn_of(lane, at)


def _warn_of(lane: WebhookLane, at: datetime) -> None:
    WebhookNotice.objects.bulk_create(
        [WebhookNotice(endpoint=lane.endpoint, on=at.date(), not_before=at)], ignore_conflicts=True
    )
