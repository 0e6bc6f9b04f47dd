"""Every error is a problem (RFC 9457): what happened, where, and what to do next. Never a trace, never a row."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response

from institutions.asked import request_id
from institutions.constraints import refusal_of
from institutions.refusals import Refusal, Unmet

log = logging.getLogger("orebook.api")
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; `pointer` is a JSON pointer into the body, or names the query parameter."""

    pointer: str
    code: str
    detail: str
    # `query` where the pointer names a parameter of the address, `header` where it names a header.
    place: str = "body"

    def as_json(self) -> dict[str, str]:
        told = {"pointer": self.pointer, "code": self.code, "detail": self.detail}
        return told if self.place == "body" else told | {"in": self.place}


class Problem(Exception):
    """A request that a door refuses by itself, before any service is asked."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.faults = status, code, detail, tuple(faults)
        self.headers, self.more = dict(headers or {}), dict(more or {})

    @classmethod
    def invalid(cls, faults: Sequence[Fault], status: int = 400) -> "Problem":
        """Several wrong fields or parameters at once."""
        detail = faults[0].detail if len(faults) == 1 else f"{len(faults)} values are wrong; see errors."
        return cls(status, faults[0].code if len(faults) == 1 else "invalid", detail, faults)

    @classmethod
    def of(cls, refusal: Refusal, **more: Any) -> "Problem":
        """What a service refused, in its own words."""
        if isinstance(refusal, Unmet):
            faults = [Fault(pointer, "required", says) for pointer, says in refusal.unmet.items()]
        elif refusal.pointer:
            faults = [Fault(refusal.pointer, refusal.code, refusal.detail)]
        else:
            faults = []
        headers = {"Retry-After": "1"} if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return cls(refusal.status, refusal.code, refusal.detail, faults, headers, more=more)

    def body(self) -> dict[str, Any]:
        return {
            "type": f"urn:orebook:problem:{self.code}",
            "title": _title(self.status),
            "status": self.status,
            "detail": self.detail,
            "errors": [fault.as_json() for fault in self.faults],
            "request_id": request_id() or uuid4().hex,
        } | self.more


def missing(what: str) -> Problem:
    """Hidden and missing alike."""
    return Problem(404, "not_found", f"There is no such {what} that you may see. Check the id.")


def handle(error: Exception, _context: Mapping[str, Any]) -> Response:
    """What every API view answers when something was raised in it."""
    problem = problem_of(error)
    body = problem.body()
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log(error, body["request_id"])
    return Response(body, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """What is told of whatever was raised; an error of ours is a 500 that says nothing of it."""
    match error:
        case Problem():
            return error
        case Refusal():
            return Problem.of(error)
        case exceptions.ValidationError():
            return Problem.invalid(list(_faults(error.detail)), status=422)
        case exceptions.APIException():
            return _from_framework(error)
        case Http404():
            return Problem(404, "not_found", "There is nothing here that you may see. Check the address.")
        case PermissionDenied():
            return Problem(403, "forbidden", "You may not do this.")
        case SuspiciousOperation():
            # Such as a form of too many fields.
            return Problem(400, "bad_request", "The request holds more than is read. Send what the schema names.")
        case DatabaseError():
            return _from_database(error)
    return _internal()


def _internal() -> Problem:
    return Problem(500, "internal", "Something went wrong here, and nothing was changed. Try again later.")


def _from_framework(error: exceptions.APIException) -> Problem:
    code = str(error.default_code)
    headers = {"WWW-Authenticate": header} if (header := getattr(error, "auth_header", None)) else {}
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait) + 1)
    return Problem(error.status_code, code, str(error.detail), headers=headers)


def _from_database(error: DatabaseError) -> Problem:
    refusal = refusal_of(error)
    return Problem.of(refusal) if refusal else _internal()


def _faults(detail: Any, pointer: str = "") -> Iterator[Fault]:
    """The framework's nested errors as one flat list with pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _faults(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            # A list of messages is about its field; a list of mappings is about its members.
            yield from _faults(inner, f"{pointer}/{place}" if isinstance(inner, Mapping | list) else pointer)
    else:
        yield Fault(pointer, str(getattr(detail, "code", "invalid")), str(detail))


def _title(status: int) -> str:
    return HTTPStatus(status).phrase


def _log(error: BaseException, request_id: str) -> None:
    # The message of a database error quotes the row: what is logged of an exception is its type and the places in the
    # code alone (config/log_lines.py).
    log.error("request %s failed: %s", request_id, type(error).__qualname__, exc_info=error)


def plain(problem: Problem) -> JsonResponse:
    """A problem outside any API view."""
    return JsonResponse(problem.body(), status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: what failed outside a view, such as when the transaction was closed."""
    if not request.path.startswith(("/api/", "/oauth/")):
        return defaults.server_error(request)
    error = sys.exc_info()[1] or RuntimeError()
    problem = problem_of(error) if isinstance(error, DatabaseError) else problem_of(RuntimeError())
    _log(error, request.path)
    return plain(problem)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: a request that Django refuses before any view sees it."""
    if not request.path.startswith(("/api/", "/oauth/")):
        return defaults.bad_request(request, exception)
    return plain(Problem(400, "bad_request", "The request could not be read. Check its headers and address."))
