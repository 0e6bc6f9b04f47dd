"""`/health/`: whether the database and the broker answer, and nothing else about them."""

import asyncio
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from health_check.checks import Database
from health_check.contrib.redis import Redis
from health_check.views import HealthCheckView
from redis.asyncio import Redis as Client

from config.embedded import addresses


def _broker() -> "Client":
    return Client.from_url(addresses.broker_client_url(), socket_timeout=2, socket_connect_timeout=2)


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
