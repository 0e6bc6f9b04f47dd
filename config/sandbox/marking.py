"""What a sandbox says of itself, everywhere: a band on each page, a header on each answer, 503 while it is reset."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from config.sandbox.nights import HOUR

HEADER = "Orebook-Environment"
# Says for how long at most, so that a reset that broke off does not close the sandbox for good.
_KEY, LONGEST = "sandbox-is-reset", 900
RETRY_AFTER = 60
# Whoever watches the processes is answered all the same.
OPEN = ("/health/", "/livez", "/readyz", "/metrics", "/status")


def close() -> None:
    """From now on who asks is told to come back."""
    cache.set(_KEY, "1", LONGEST)


def reopen() -> None:
    """Answers again."""
    cache.delete(_KEY)


def is_closed() -> bool:
    return cache.get(_KEY) is not None


class SandboxMiddleware:
    """Of a sandbox alone: elsewhere it is not among the middleware (config/settings/sandbox.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        closed = request.path not in OPEN and is_closed()
        response = _closed(request) if closed else self.get_response(request)
        response.headers[HEADER] = settings.ENVIRONMENT
        return response


def banner(_request: HttpRequest) -> dict[str, object]:
    """For templates: whether this is a sandbox, and when it is reset (UTC)."""
    return {"sandbox": settings.SANDBOX, "sandbox_reset_at": f"{HOUR:02}:00"}


def _closed(request: HttpRequest) -> HttpResponse:
    detail = "The sandbox is being reset: all that was made in it is gone. Come back in a minute, and load anew."
    response: HttpResponse
    if request.path.startswith(("/api/", "/oauth/")):
        body = {"type": "urn:orebook:problem:unavailable", "title": "Service Unavailable", "status": 503}
        response = JsonResponse(body | {"detail": detail, "errors": []}, content_type="application/problem+json")
    else:
        response = HttpResponse(detail, content_type="text/plain")
    response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    response["Retry-After"] = str(RETRY_AFTER)
    return response
