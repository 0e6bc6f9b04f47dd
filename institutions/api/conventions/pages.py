"""Pages: by key, never by offset, with cursors that tell nothing and fit one asker's one question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from institutions.api.conventions.filters import written
from institutions.api.conventions.identity import actor
from institutions.api.conventions.problems import Fault, Problem
from institutions.compiled import compiled
from institutions.isolation.sealing import seal, unseal
from institutions.selectors.reading import Reading, Row

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 500
LARGEST_COUNT = 10_000
# How the parts of a key are read back, which are moments otherwise.
_READ: dict[str, Callable[[str], Any]] = {"id": UUID, "date": date.fromisoformat, "line": int}
# Stand in the kept SQL for the key of the row after which a page begins.
_MARKS: dict[type, Any] = {UUID: UUID(int=1), date: date(1, 1, 1), datetime: datetime(1, 1, 1, tzinfo=UTC)}


@dataclass(frozen=True)
class Page:
    """`next` is the address of the following page, None at the end."""

    rows: list[Row]
    next: str | None


def limit_of(request: Request) -> int:
    """`limit`, from 1 to 500."""
    given = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (given.isascii() and given.isdigit() and len(given) < 9 and 1 <= int(given) <= LARGEST_LIMIT):
        raise Problem.invalid([Fault("/limit", "invalid", f"limit goes from 1 to {LARGEST_LIMIT}.", "query")])
    return int(given)


def page_of(request: Request, rows: QuerySet[Any, Row], order: tuple[str, ...]) -> Page:
    """The rows after the request's cursor, in `order`."""
    limit, key = limit_of(request), _key_of(request, order)
    return _page(request, list(_after(rows, order, key)[: limit + 1]), order, limit)


def whole_page_of(request: Request, reading: Reading, order: tuple[str, ...]) -> Page:
    """The same of all rows of a reading: what is asked most, whose SQL is kept."""
    limit, key = limit_of(request), _key_of(request, order)
    marks = [_MARKS[type(part)] for part in key]
    asked = compiled(
        ("page", reading.rows, order, limit, bool(key)),
        lambda: _after(reading.rows(), order, marks)[: limit + 1],
        *marks,
    )
    return _page(request, asked.rows(*key), order, limit)


def _key_of(request: Request, order: tuple[str, ...]) -> list[Any]:
    """The key of the row after which to go on; empty at the beginning."""
    cursor = request.query_params.get("cursor")
    return _opened(cursor, _reader(request), order) if cursor else []


def _after(rows: QuerySet[Any, Row], order: tuple[str, ...], key: list[Any]) -> QuerySet[Any, Row]:
    return (rows.filter(after(order, key)) if key else rows).order_by(*order)


def _page(request: Request, found: list[Row], order: tuple[str, ...], limit: int) -> Page:
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    sealed = seal("|".join(str(_plain(last[column(name)])) for name in order), to=_reader(request))
    query = {**_asked(request), "cursor": sealed}
    return Page(found[:limit], f"{request.build_absolute_uri(request.path)}?{urlencode(query)}")


def count_of(request: Request, rows: QuerySet[Any, Row]) -> dict[str, Any]:
    """`count` where it was asked for, at most 10,000."""
    match request.query_params.get("count", "false"):
        case "false":
            return {}
        case "true":
            found = rows.order_by().values("pk")[: LARGEST_COUNT + 1].count()
            return {"count": min(found, LARGEST_COUNT), "count_capped": found > LARGEST_COUNT}
    raise Problem.invalid([Fault("/count", "invalid", "count is true or false.", "query")])


def _asked(request: Request) -> dict[str, str]:
    return {name: written(request.query_params, name) for name in sorted(request.query_params) if name != "cursor"}


def _reader(request: Request) -> str:
    """For whom a cursor is: this asker, at this address, with these filters; how many at a time may change."""
    question = urlencode({name: value for name, value in _asked(request).items() if name not in ("limit", "count")})
    return f"{actor(request)} {request.path} {question}"


def _opened(cursor: str, reader: str, order: tuple[str, ...]) -> list[Any]:
    text = unseal(cursor, to=reader)
    if text is None:
        detail = "This cursor is not of this list with these filters. Start again without it."
        raise Problem.invalid([Fault("/cursor", "invalid_cursor", detail, "query")])
    parts = text.split("|")
    return [_READ.get(column(name), datetime.fromisoformat)(part) for name, part in zip(order, parts, strict=True)]


def column(name: str) -> str:
    """Of a part of an order, without its sign."""
    return name.removeprefix("-")


def after(order: tuple[str, ...], key: list[Any]) -> Q:
    """What comes after the row with this key."""
    if len(order) == 1:
        return Q(**{f"{order[0]}__gt": key[0]})
    first, second = order
    beyond = "lt" if first.startswith("-") else "gt"
    first = column(first)
    # The first part lets an index find the place; the second breaks ties.
    return Q(**{f"{first}__{beyond}e": key[0]}) & (Q(**{f"{first}__{beyond}": key[0]}) | Q(**{f"{second}__gt": key[1]}))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
