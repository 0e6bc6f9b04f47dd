"""A receiver's lane: taken from the ledger, led through what is to be done for it, given back.

Nobody's call happens inside a transaction: a step of the ledger, then the call, then what came of it.
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.utils import timezone

from network.webhooks import ledger, notices, sending
from network.webhooks.ledger import Lease
from network.webhooks.reading import look, replay

logger = logging.getLogger(__name__)

# Then the lane is given back, for another turn: far less than a lease lasts, with the slowest call added.
BUDGET_SECONDS = 40
# At one time, of one institution: nobody's receivers take up all that there is.
OF_ONE = 4


def run(endpoint: UUID, institution: UUID, at: datetime | None = None) -> int:
    """Does what is due for one endpoint; how many calls were made. Safe to ring twice: one lease at a time.

    `at` is another clock than the machine's, for tests of other days.
    """
    lease = ledger.take(endpoint, institution, at or timezone.now())
    if lease is None:
        return 0
    try:
        return _led(lease, at)
    except ledger.Lost:
        # Another took the lane over, and speaks now.
        return 0
    except Exception as error:  # Whatever it is, the other lanes go on, and a later turn tries again.
        # The id and the kind of error: messages of the database may quote what they refused.
        logger.warning("webhook lane %s failed: %s", endpoint, type(error).__name__)
        return 0
    finally:
        ledger.give_back(lease)


def run_all(at: datetime | None = None) -> int:
    """Does what is due for all endpoints, each in a lane of its own; how many calls were made."""
    due = ledger.due(OF_ONE, at or timezone.now())
    if not due:
        return 0
    with ThreadPoolExecutor(max_workers=len(due)) as lanes:
        turns = [lanes.submit(_alone, endpoint, institution, at) for endpoint, institution in due]
        return sum(each.result() for each in turns)


def _alone(endpoint: UUID, institution: UUID, at: datetime | None) -> int:
    try:
        return run(endpoint, institution, at)
    finally:
        connections.close_all()


def _led(lease: Lease, at: datetime | None) -> int:
    ends = time.monotonic() + BUDGET_SECONDS
    notices.send_due(lease, at or timezone.now())
    for step in _steps(lease, at):
        if not step or time.monotonic() > ends:
            break
    calls = 0
    while time.monotonic() < ends:
        ready = ledger.next_ready(lease, at or timezone.now())
        if ready is None:
            break
        outcome = sending.post(ready.url, ready.headers, ready.body.encode()) if ready.headers else ledger.NO_SECRET
        calls += 1
        # Dying here, it is sent once more under the same webhook-id: a receiver cannot be had without that.
        ledger.mark(lease, ready, outcome, at or timezone.now())
    # Of what was just given up its owner hears at once.
    notices.send_due(lease, at or timezone.now())
    return calls


def _steps(lease: Lease, at: datetime | None) -> Iterable[bool]:
    """Writes down what happened since, and what is asked for again, a page at a time; False where there is no more."""
    while True:
        more = look(lease, at or timezone.now())
        again = replay(lease, at or timezone.now())
        yield more or again
