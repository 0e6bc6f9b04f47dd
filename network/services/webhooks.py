"""An institution's webhook endpoints: set up, changed, tried, told once more. Nothing is sent from here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.journal.reading import START, Position, horizon
from institutions.models import Client, Event, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must, person_of
from institutions.services.overlap import check_overlap
from institutions.services.rows import hold
from network.feed import TYPES
from network.models import (
    DeliveryStatus,
    Stopped,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookLane,
    WebhookReplay,
    WebhookSecret,
)
from network.webhooks import addresses, signing


class TooManyEndpoints(Refusal):
    code = "too_many_endpoints"
    says = gettext_noop("An institution has 20 active endpoints at most. Switch one off first.")
    status = 409


class UnknownType(Refusal):
    code = "unknown_event_type"
    says = gettext_noop("There is no type of event '{type}'. Choose from the code list event_types, or leave it empty.")


class TestWaits(Refusal):
    code = "test_waits"
    says = gettext_noop("A test of this endpoint waits to be sent. Look at what comes of it first.")
    status = 409


class ReplayRuns(Refusal):
    code = "replay_runs"
    says = gettext_noop("A replay to this endpoint is under way. Ask again when it is done.")
    status = 409


class EndsBeforeItBegins(Refusal):
    code = "ends_before_it_begins"
    says = gettext_noop("A range ends after its beginning. Give a later end, or none.")


@dataclass(frozen=True)
class Made:
    """The secret is shown once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def make_endpoint(*, by: Staff | Client, url: str, description: str = "", events: tuple[str, ...] = ()) -> Made:
    """An endpoint that is told of what happens from now on. Raises AddressNotAllowed, UnknownType, TooManyEndpoints."""
    must(by, Permission.WEBHOOKS_MANAGE, "set up webhooks")
    addresses.check(url)
    _known(events)
    with rules_hold():
        endpoint = WebhookEndpoint.objects.create(
            owner_id=by.institution_id,
            url=url,
            description=description,
            events=list(dict.fromkeys(events)),
            made_by=person_of(by),
            client=by if isinstance(by, Client) else None,
        )
    now = timezone.now()
    # Whatever is still being written now is told: it could not be seen yet.
    WebhookLane.objects.create(endpoint=endpoint, read_xact=horizon())
    return Made(endpoint, _new_secret(endpoint, now))


@transaction.atomic
def change_endpoint(*, by: Staff | Client, endpoint: WebhookEndpoint, **changes: Any) -> WebhookEndpoint:
    """Another url, description, events, or active. Switched on, or at another address, it goes on where it stopped.

    Raises AddressNotAllowed, UnknownType, TooManyEndpoints.
    """
    must(by, Permission.WEBHOOKS_MANAGE, "change webhooks")
    if "url" in changes and changes["url"] != endpoint.url:
        addresses.check(changes["url"])
    _known(changes.get("events", ()))
    hold(endpoint)
    wakes = changes.get("active") or changes.get("url", endpoint.url) != endpoint.url
    for name, value in changes.items():
        setattr(endpoint, name, list(dict.fromkeys(value)) if name == "events" else value)
    with rules_hold():
        endpoint.save(update_fields=list(changes))
    if wakes:
        _wake(endpoint)
    return endpoint


@transaction.atomic
def rotate_secret(*, by: Staff | Client, endpoint: WebhookEndpoint, overlap: timedelta) -> str:
    """A new secret; messages are signed with the present one too until `overlap` is over. Raises BadOverlap."""
    must(by, Permission.WEBHOOKS_MANAGE, "change webhooks")
    check_overlap(overlap)
    hold(endpoint)
    now = timezone.now()
    own = WebhookSecret.objects.filter(endpoint=endpoint)
    # Two at most: one that an earlier rotation left valid ends now.
    own.filter(ends_at__gt=now).update(ends_at=now)
    own.filter(ends_at=None).update(ends_at=now + overlap)
    return _new_secret(endpoint, now)


@transaction.atomic
def try_endpoint(*, by: Staff | Client, endpoint: WebhookEndpoint) -> WebhookDelivery:
    """A test, sent once within seconds, whatever the endpoint's state. Raises TestWaits."""
    must(by, Permission.WEBHOOKS_MANAGE, "try webhooks")
    hold(endpoint)
    now = timezone.now()
    with rules_hold():
        return WebhookDelivery.objects.create(endpoint=endpoint, made_at=now, not_before=now)


@transaction.atomic
def replay_events(
    *,
    by: Staff | Client,
    endpoint: WebhookEndpoint,
    after: Position | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> WebhookReplay:
    """Has the events after a place of the log, or of a time, sent again: as they may be seen when they are sent.

    From the beginning where neither is given. Raises EndsBeforeItBegins, ReplayRuns.
    """
    must(by, Permission.WEBHOOKS_MANAGE, "replay events")
    if since and until and until <= since:
        raise EndsBeforeItBegins(pointer="/until")
    hold(endpoint)
    begins = after or _first(since)
    with rules_hold():
        return WebhookReplay.objects.create(
            endpoint=endpoint,
            asked_by=person_of(by),
            asked_at=timezone.now(),
            read_xact=begins.xact,
            read_seq=begins.seq,
            to_xact=_end(until),
            since=since,
            until=until,
        )


def _first(since: datetime | None) -> Position:
    """Where the log that the asker sees begins at that time. Of transactions that overlapped, a later one may have
    begun earlier: whoever walks through asks each event for its time."""
    if since is None:
        return START
    found = Event.objects.filter(recorded_at__gte=since).order_by("xact", "seq").values_list("xact", "seq").first()
    return Position(found[0], found[1] - 1) if found else Position(horizon(), 0)


def _end(until: datetime | None) -> int:
    """The first transaction beyond all that is asked for."""
    safe = horizon()
    if until is None:
        return safe
    last = Event.objects.filter(recorded_at__lt=until).order_by("-xact", "-seq").values_list("xact", flat=True).first()
    return min(safe, (last or 0) + 1)


def _known(events: tuple[str, ...] | list[str]) -> None:
    for place, each in enumerate(events):
        if each not in TYPES:
            raise UnknownType(type=each[:60], pointer=f"/events/{place}")


def _new_secret(endpoint: WebhookEndpoint, now: datetime) -> str:
    secret = signing.new_secret()
    WebhookSecret.objects.create(endpoint=endpoint, sealed=signing.sealed(secret, endpoint.pk), made_at=now)
    return secret


def _wake(endpoint: WebhookEndpoint) -> None:
    """Whatever stopped it is forgotten, and what waits is due now, with all its attempts before it."""
    WebhookLane.objects.filter(endpoint=endpoint).update(
        stopped=Stopped.NOT, stopped_at=None, failures=0, failing_since=None, rests_until=None
    )
    WebhookDelivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING).update(
        not_before=timezone.now(), first_tried_at=None, tries=0
    )
