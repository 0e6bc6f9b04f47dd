"""A beat that may run more than once: one ticks, the others stand by until it does not come any more.

The lock is the broker's, where the ticks go as well: who cannot reach it could ring nobody. Two that tick for a moment,
because one hung and woke again, do no harm: who is due is asked of the database, and told once.
"""

import logging
from contextlib import suppress
from typing import Any

from celery.beat import PersistentScheduler
from redis import Redis
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from config.embedded import addresses

logger = logging.getLogger("orebook.beat")

NAME = "orebook:beat"
# So long after its last sign of life another takes over.
LASTS = 15.0
# How often a sign is given, and looked for.
EACH = 3.0
# A broker that does not answer holds the beat no longer than this.
PATIENCE = 2.0


class OneOfSeveral(PersistentScheduler):  # type: ignore[misc]  # Celery carries no types
    """Celery's own scheduler, which ticks only while it holds the lock."""

    def __init__(self, *args: Any, **options: Any) -> None:
        broker = Redis.from_url(addresses.broker_client_url(), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._lock: Lock = broker.lock(NAME, timeout=LASTS, blocking=False, thread_local=False)
        self._ticks = False
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Seconds until the next tick."""
        held = self._held()
        if held != self._ticks:
            logger.info("this beat %s", "ticks" if held else "stands by")
            self._ticks = held
        if not held:
            return EACH
        wait: float = super().tick(*args, **options)
        return min(EACH, wait)

    def _held(self) -> bool:
        try:
            try:
                return bool(self._lock.reacquire())
            except LockError:
                # It was never this one's, or is another's meanwhile.
                return bool(self._lock.acquire())
        except RedisError:
            return False

    def close(self) -> None:
        """Whoever stops in order hands over at once."""
        with suppress(RedisError):
            self._lock.release()
        super().close()
