"""What a monitoring system may count: requests by route, method and status, and whether the registry's work is done.

No label holds an institution, a deal, a person or anything else that somebody typed: the route is the name of its
pattern, and what matches none is one route.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

# All processes of the web server count into files of one folder; the package looks for it when it is imported.
FOLDER = os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(Path(settings.ORE_DATA) / "metrics"))
Path(FOLDER).mkdir(parents=True, exist_ok=True)

from prometheus_client import (  # noqa: E402
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.values import ValueClass  # noqa: E402

from config.health import broker_answers  # noqa: E402
from config.observing import allowed  # noqa: E402
from institutions.selectors.heads import newest_head  # noqa: E402

REQUESTS = Counter("orebook_requests_total", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram("orebook_request_seconds", "Seconds until the answer", ["route", "method"])
_LOCAL = frozenset({"127.0.0.1", "::1"})


class MetricsMiddleware:
    """Counts and times each request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        route = (found.view_name or found.route) if found else "none"
        # Whatever a client calls its method is no label of ours.
        method = allowed.method(request.method)
        REQUESTS.labels(route, method, str(response.status_code)).inc()
        SECONDS.labels(route, method).observe(time.perf_counter() - begun)
        return response


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In Prometheus' text format, for whoever has the token (ORE_METRICS_TOKEN); without one set, for this machine."""
    if not _may_read(request):
        raise Http404
    state = CollectorRegistry()
    state.register(_State())
    return HttpResponse(generate_latest(_counted()) + generate_latest(state), content_type=CONTENT_TYPE_LATEST)


def _counted() -> CollectorRegistry:
    """What all processes counted; this one alone where the package was imported before it was told of the folder."""
    found = CollectorRegistry()
    if getattr(ValueClass, "_multiprocess", False):
        MultiProcessCollector(found, path=FOLDER)  # type: ignore[no-untyped-call]
    else:
        found.register(REQUESTS)
        found.register(SECONDS)
    return found


def _may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    # What came through a proxy came from elsewhere.
    return request.META.get("REMOTE_ADDR") in _LOCAL and "X-Forwarded-For" not in request.headers


class _State:
    """What holds at this moment, asked when it is read: no process keeps it."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("orebook_broker_up", "Whether the broker answers", broker_answers() == "ok")
        try:
            head = newest_head()
        except (DatabaseError, InterfaceError):
            yield _gauge("orebook_database_up", "Whether the database answers", 0)
            return
        yield _gauge("orebook_database_up", "Whether the database answers", 1)
        age = (timezone.now() - head.sealed_at).total_seconds() if head else float("nan")
        yield _gauge("orebook_seal_age_seconds", "Since the newest head of the sealed log", age)


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value)
