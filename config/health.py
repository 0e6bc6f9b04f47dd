"""Whether this process lives, whether it can serve, and whether its services answer: a word for each, and nothing else
about them."""

import asyncio
from functools import cache
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from health_check.checks import Database
from health_check.contrib.redis import Redis
from health_check.views import HealthCheckView
from redis import Redis as Plain
from redis import RedisError
from redis.asyncio import Redis as Client

from config.embedded import addresses
from institutions.isolation.guard import problems
from institutions.selectors.heads import LATE, newest_head

SECONDS = 2


def _broker() -> "Client":
    return Client.from_url(addresses.broker_client_url(), socket_timeout=SECONDS, socket_connect_timeout=SECONDS)


class Health(HealthCheckView):  # type: ignore[misc]  # the package carries no types
    """200 when both answer, else 503. The package's own pages name hosts, ports and errors, so they are not used."""

    http_method_names = ("get", "head")

    async def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> JsonResponse:
        """One word for each service."""
        checks = {"database": Database(), "broker": Redis(client_factory=_broker)}
        results = await asyncio.gather(*(check.get_result() for check in checks.values()))
        words = {name: "down" if result.error else "ok" for name, result in zip(checks, results, strict=True)}
        well = all(word == "ok" for word in words.values())
        return JsonResponse(words, status=HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE)


view = Health.as_view()


@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """That the process answers; it asks nobody. Whoever restarts processes asks this."""
    return JsonResponse({"state": "live"})


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 while nothing can be served: no database, a schema that is older than the code, walls that do not stand.

    Without the broker everything is served and mail waits, and a log that is sealed late is still written: that is
    `degraded`, and no reason to send people elsewhere.
    """
    words = readiness()
    status = HTTPStatus.SERVICE_UNAVAILABLE if words["state"] == "not ready" else HTTPStatus.OK
    return JsonResponse(words, status=status)


def readiness() -> dict[str, str]:
    """The state as a whole (`ready`, `degraded`, `not ready`), and a word for each part that was asked."""
    try:
        words = {"database": "ok", "migrations": _migrations(), "walls": "open" if problems() else "ok"}
        seal = _seal()
    except (DatabaseError, InterfaceError):
        connection.close()
        words, seal = {"database": "down"}, "unknown"
    if any(word != "ok" for word in words.values()):
        state = "not ready"
    else:
        words |= {"broker": broker_answers(), "seal": seal}
        state = "ready" if all(word == "ok" for word in words.values()) else "degraded"
    return {"state": state} | words


@cache
def _known() -> frozenset[tuple[str, str]]:
    """The migrations that this code has."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())


def _migrations() -> str:
    """A database that is ahead of the code is the next release's, which is being rolled out."""
    return "behind" if _known() - MigrationRecorder(connection).applied_migrations().keys() else "ok"


def _seal() -> str:
    head = newest_head()
    # Before the first hour there is none.
    return "late" if head and head.sealed_at < timezone.now() - LATE else "ok"


def broker_answers() -> str:
    """`ok` or `down`."""
    try:
        with Plain.from_url(
            addresses.broker_client_url(), socket_timeout=SECONDS, socket_connect_timeout=SECONDS
        ) as broker:
            broker.ping()
    except (RedisError, OSError):
        return "down"
    return "ok"
