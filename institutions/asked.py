"""Which request is being answered: an id that stands in its answer, in its problem and in each line of the log."""

from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
_ID: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """32 hexadecimal digits; '' outside any request."""
    return _ID.get()


class RequestIdMiddleware:
    """Gives each request an id of ours: what a client calls it would be a way to write into the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _ID.set(uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id()
            return response
        finally:
            _ID.reset(before)
