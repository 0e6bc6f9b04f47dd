"""What a sandbox says of itself, everywhere: a band on each page, a header on each answer, 503 while it is reset."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.sandbox.nights import HOUR
from institutions.isolation.middleware import OUTSIDE, unavailable

HEADER = "Orebook-Environment"
# Said anew by each step of a reset. One that was killed closes the sandbox for no longer than this.
_KEY, LONGEST = "sandbox-is-reset", 900
RETRY_AFTER = 60


def close() -> None:
    """From now on who asks is told to come back."""
    cache.set(_KEY, "1", LONGEST)


def reopen() -> None:
    """Answers again."""
    cache.delete(_KEY)


def is_closed() -> bool:
    return cache.get(_KEY) is not None


class SandboxMiddleware:
    """Of a sandbox alone: elsewhere it is not among the middleware (config/settings/base.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Whoever watches the processes is answered all the same.
        if request.path not in OUTSIDE and is_closed():
            says = "The sandbox is being reset: all that was made in it is gone. Come back in a minute, and load anew."
            response: HttpResponseBase = unavailable(request, says, RETRY_AFTER)
        else:
            response = self.get_response(request)
        response.headers[HEADER] = settings.ENVIRONMENT
        return response


def banner(_request: HttpRequest) -> dict[str, object]:
    """For templates: whether this is a sandbox, and at what hour (UTC) it is reset, where something does that."""
    return {"sandbox": settings.SANDBOX, "sandbox_reset_at": f"{HOUR:02}:00" if settings.SANDBOX_IS_RESET else ""}
