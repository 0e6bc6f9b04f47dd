"""The route that is being answered, by the name of its pattern; and, where traces are sent, a span for it."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.observing import allowed

_ROUTE: ContextVar[str] = ContextVar("route", default="")


def route() -> str:
    """'' outside any request, and where none matched."""
    return _ROUTE.get()


class ObservedMiddleware:
    """Stands after the one that gives each request its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = self._answer = get_response
        if settings.TRACES_TO:
            from config.observing.traces import traced

            self._answer = traced(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before = _ROUTE.set("")
        try:
            return self._answer(request)
        finally:
            _ROUTE.reset(before)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """A view's name, else its pattern: never the path, which has ids in it."""
        found = request.resolver_match
        _ROUTE.set(allowed.meet(found.view_name or found.route) if found else "")
