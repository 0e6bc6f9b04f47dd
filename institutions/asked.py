"""Which request is being answered: an id that stands in its answer, in its problem and in each line of the log, and who
asks. Whatever is refused or fails is a line of the log."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

log = logging.getLogger("django.request")
HEADER = "X-Request-ID"
# The addresses of which a part opens something.
OPENING = ("/accounts/welcome/", "/mail/stop/")
_AFTER = re.compile(rf"({'|'.join(OPENING)})\S+")
_ID: ContextVar[str] = ContextVar("request_id", default="")
_BY: ContextVar[str] = ContextVar("who_asks", default="")


def request_id() -> str:
    """32 hexadecimal digits; '' outside any request."""
    return _ID.get()


def who_asks() -> str:
    """Such as `person:` with its id; '' for nobody, and before it is known."""
    return _BY.get()


def asked_by(kind: str, key: object) -> None:
    """Told to the log from here on, until the request is answered."""
    _BY.set(f"{kind}:{key}")


class RequestIdMiddleware:
    """Gives each request an id of ours: what a client calls it would be a way to write into the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        before, nobody = _ID.set(uuid4().hex), _BY.set("")
        try:
            response = self.get_response(request)
            response.headers[HEADER] = request_id()
            if response.status_code >= 400:
                _tell(request, response)
            return response
        finally:
            _BY.reset(nobody)
            _ID.reset(before)


def _tell(request: HttpRequest, response: HttpResponseBase) -> None:
    """Django tells it once, but only when it is forgotten which request it was, and whose."""
    if not getattr(response, "_has_been_logged", False):
        level = logging.ERROR if response.status_code >= 500 else logging.WARNING
        log.log(level, "%s: %s", response.reason_phrase, place(request))
        response._has_been_logged = True  # type: ignore[attr-defined]  # as Django marks it


def place(request: HttpRequest) -> str:
    """The address without its question, and without what opens something."""
    return closed(request.path)


def closed(text: str) -> str:
    """A text without the token of an address in it: also where that was refused before anybody looked which page it is
    of, or has something after it."""
    return _AFTER.sub(r"\1<token>", text)
