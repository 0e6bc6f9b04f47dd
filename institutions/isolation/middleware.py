"""One transaction per request, with the identity of whoever is logged in; API clients are recognised by their doors."""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import get_user
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from institutions.asked import asked_by
from institutions.isolation.session import become

# Answers without the database, and says that it is down.
OUTSIDE = ("/health/", "/livez", "/readyz", "/metrics", "/status")
RETRY_AFTER_SECONDS = 5
# How many requests of one process may wait for news at a time; the others keep their threads.
WAITING = threading.BoundedSemaphore(settings.MOST_WAITING)


class WallMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in OUTSIDE:
            return self.get_response(request)
        response = self._answered(request)
        if pause_of(response) and WAITING.acquire(blocking=False):
            try:
                while pause := pause_of(response):
                    time.sleep(pause)
                    # Asked anew, so that who lost a right meanwhile is told nothing.
                    _forget_who_asks(request)
                    response = self._answered(request)
            finally:
                WAITING.release()
        return response

    def _answered(self, request: HttpRequest) -> HttpResponseBase:
        try:
            with transaction.atomic():
                # Also for nobody: it must never inherit an identity. Whoever brings a token is recognised at the door,
                # or refused there.
                if not (request.path.startswith("/api/") and bearer_of(request)):
                    who = request.user if request.user.is_authenticated else None
                    become(who)
                    if who:
                        asked_by("person", who.pk)
                response = self.get_response(request)
                if response.status_code >= HTTPStatus.BAD_REQUEST:
                    # An error leaves nothing half-written; Django has made the exception a response by now.
                    transaction.set_rollback(True)
        except (OperationalError, InterfaceError):
            return unavailable(request)
        return response


def bearer_of(request: HttpRequest) -> str | None:
    """The bearer token that a request brings."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


def _forget_who_asks(request: HttpRequest) -> None:
    """As AuthenticationMiddleware left it: a view may have put a client in its place, and a person may be suspended."""
    request.__dict__.pop("_cached_user", None)
    request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]


def pause_of(response: HttpResponseBase) -> float:
    """The seconds after which to ask again, where a view has nothing to tell yet; 0 for an answer.

    Whoever waits holds neither a transaction nor what it could see when it began.
    """
    found: float = getattr(response, "pause", 0)
    return found


def unavailable(
    request: HttpRequest,
    detail: str = "The database does not answer. Nothing was changed; try again in a moment.",
    after: int = RETRY_AFTER_SECONDS,
) -> HttpResponse:
    """503 with what is the matter, and the seconds after which to ask again."""
    response: HttpResponse
    if request.path.startswith(("/api/", "/oauth/")):
        body = {"type": "urn:orebook:problem:unavailable", "title": "Service Unavailable", "status": 503}
        response = JsonResponse(body | {"detail": detail, "errors": []}, content_type="application/problem+json")
    else:
        response = HttpResponse(detail, content_type="text/plain")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(after)
    return response
