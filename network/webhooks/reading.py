"""Finding what an endpoint is to be told: the feed, read as its institution, a page at a time.

Where reading stands and what was found are written in one transaction: nothing is passed over, whatever crashes.
"""

from collections.abc import Iterable
from datetime import datetime

from institutions.isolation.session import acting_as
from institutions.journal.reading import Position, horizon
from network import feed
from network.feed import Told
from network.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint, WebhookReplay
from network.webhooks.ledger import Lease, held, is_awake, wants

PAGE = 200


def look(lease: Lease, at: datetime) -> bool:
    """Enters what happened since it was last looked; whether there may be more."""
    with acting_as(lease.job):
        lane = held(lease)
        if not is_awake(lane, at):
            return False
        safe = Position(horizon(), 0)
        # A delivery is of one place of the log, so what merely names what happened there is left to the feed.
        # After a restore, transaction ids may begin lower than where reading stood.
        page = feed.read(min(Position(lane.read_xact, lane.read_seq), safe), limit=PAGE, alone=True)
        _enter(lane.endpoint, page.told, at)
        lane.read_xact, lane.read_seq = page.next.xact, page.next.seq
        lane.save(update_fields=["read_xact", "read_seq"])
        return page.next < safe


def replay(lease: Lease, at: datetime) -> bool:
    """Has the next events of a range sent again that was asked for; whether there may be more."""
    with acting_as(lease.job):
        lane = held(lease)
        asked = WebhookReplay.objects.filter(endpoint=lease.endpoint, done_at=None).first()
        if asked is None or not is_awake(lane, at):
            return False
        end = Position(asked.to_xact, 0)
        page = feed.read(Position(asked.read_xact, asked.read_seq), limit=PAGE, alone=True)
        wanted = [told for told in page.told if told.position < end and _within(told, asked)]
        asked.told += _again(lane.endpoint, wanted, at)
        asked.read_xact, asked.read_seq = page.next.xact, page.next.seq
        asked.done_at = at if page.next >= min(end, Position(horizon(), 0)) else None
        asked.save(update_fields=["told", "read_xact", "read_seq", "done_at"])
        return asked.done_at is None


def _within(told: Told, asked: WebhookReplay) -> bool:
    if told.time is None:
        return False
    moment = datetime.fromisoformat(told.time)
    return (asked.since is None or moment >= asked.since) and (asked.until is None or moment < asked.until)


def _enter(endpoint: WebhookEndpoint, events: Iterable[Told], at: datetime) -> int:
    rows = [
        WebhookDelivery(endpoint=endpoint, xact=told.position.xact, seq=told.position.seq, made_at=at, not_before=at)
        for told in events
        if wants(endpoint, told.type)
    ]
    # What a replay entered before is there already.
    WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _again(endpoint: WebhookEndpoint, events: list[Told], at: datetime) -> int:
    """Under the same ids where they were sent before, so that a receiver knows them again; under new ones where that is
    so long ago that it is forgotten."""
    known = WebhookDelivery.objects.filter(
        endpoint=endpoint,
        xact__in={told.position.xact for told in events},
        seq__in={told.position.seq for told in events},
    )
    known.exclude(status=DeliveryStatus.PENDING).update(
        status=DeliveryStatus.PENDING, settled_at=None, not_before=at, first_tried_at=None, tries=0
    )
    return _enter(endpoint, events, at)
