"""How much one asker may ask: counted in the broker for all processes, in this one's memory while that is away."""

import time
from typing import Any, cast

from django.conf import settings
from limits import RateLimitItem
from limits.storage import MemoryStorage, Storage, storage_from_string
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from institutions.api.conventions.identity import actor
from institutions.isolation.sealing import digest

# So long the broker is not asked after it did not answer: no request waits for it twice.
AWAY_SECONDS = 10
TIMEOUT_SECONDS = 0.2
KEPT_ENDS = 10_000


class Counter:
    """Counts in the broker, or here."""

    def __init__(self) -> None:
        self.here: Storage = MemoryStorage()
        self.shared: Storage | None = None
        self.away_until = 0.0
        self._ends: dict[str, float] = {}

    def ask(self, limit: RateLimitItem, who: str) -> tuple[bool, int, float]:
        """Counts one request: whether it may be, how many are left, and when counting begins anew (seconds of time)."""
        if time.monotonic() >= self.away_until:
            try:
                return self._counted(self._in_the_broker(), limit, who)
            except Exception:  # whatever the client of the broker raises: counting must keep nobody from an answer
                self.away_until = time.monotonic() + AWAY_SECONDS
        return self._counted(self.here, limit, who)

    def _in_the_broker(self) -> Storage:
        if self.shared is None:
            # Celery writes a socket's address in another way.
            address = settings.CELERY_BROKER_URL.replace("redis+socket://", "redis+unix://")
            found = storage_from_string(address, socket_connect_timeout=TIMEOUT_SECONDS, socket_timeout=TIMEOUT_SECONDS)
            self.shared = cast(Storage, found)
        return self.shared

    def _counted(self, counting: Storage, limit: RateLimitItem, who: str) -> tuple[bool, int, float]:
        # As limits' own fixed window counts, without asking once more for what counting has told.
        key = limit.key_for(who)
        count = counting.incr(key, limit.get_expiry())
        return count <= limit.amount, max(0, limit.amount - count), self._end_of(counting, key, first=count == 1)

    def _end_of(self, counting: Storage, key: str, *, first: bool) -> float:
        """When counting begins anew: asked once for each window, since it does not move."""
        end = self._ends.get(key, 0.0)
        if first or end <= time.time():
            if len(self._ends) >= KEPT_ENDS:
                self._ends.clear()
            end = self._ends[key] = counting.get_expiry(key)
        return end


COUNTER = Counter()


class PerAsker(BaseThrottle):
    """Each client and each person for itself. What is left is told with every answer."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.user is None or not hasattr(request.user, "identity"):
            # The door refuses whoever it does not know.
            return True
        limit: RateLimitItem = settings.RATE_LIMIT
        # By a hash: the broker learns nobody's id.
        allowed, left, reset = COUNTER.ask(limit, digest(f"rate {actor(request)}")[:32])
        self.seconds = max(1, round(reset - time.time()))
        request._request.META["orebook.rate"] = (limit, left, self.seconds)
        return allowed

    def wait(self) -> float | None:
        return self.seconds


def told(request: Request, response: Response) -> None:
    """Puts what the asker has left into the answer's headers (IETF draft on RateLimit fields)."""
    found = request._request.META.get("orebook.rate")
    if found is None:
        return
    limit, left, seconds = found
    response.headers["RateLimit-Policy"] = f'"asker";q={limit.amount};w={limit.get_expiry()}'
    response.headers["RateLimit"] = f'"asker";r={left};t={seconds}'
    if response.status_code == 429:
        response.headers["Retry-After"] = str(seconds)
