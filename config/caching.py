"""What is counted for a time (log-ins that failed): in the broker for all processes, in this one's memory while that is
away, so that a broken broker keeps nobody out and counting goes on."""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

AWAY_SECONDS = 10


class Shared(BaseCache):
    """The broker's memory, or one's own."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._there = RedisCache(server, params)
        self._here = LocMemCache("while the broker is away", {})
        self._away_until = 0.0

    def _ask(self, what: Callable[[BaseCache], Any]) -> Any:
        if time.monotonic() >= self._away_until:
            try:
                return what(self._there)
            except (RedisError, OSError):
                self._away_until = time.monotonic() + AWAY_SECONDS
        return what(self._here)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def delete(self, key: Any, version: Any = None) -> bool:
        return bool(self._ask(lambda cache: cache.delete(key, version)))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._ask(lambda cache: cache.touch(key, timeout, version)))

    def clear(self) -> None:
        """This process's alone: the broker holds more than what is counted here."""
        self._here.clear()
