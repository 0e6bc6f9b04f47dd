"""Lists and objects as they stood: `as_of`, `known_at` and `told_to` of a request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from rest_framework.request import Request

from institutions.api.conventions.filters import PAST, as_moment, as_uuid
from institutions.api.conventions.problems import Fault, Problem
from institutions.isolation.moment import Moment, as_it_stood, midnight_after, settled
from institutions.models import Institution
from institutions.selectors.reading import instant

AS_OF, KNOWN_AT, TOLD_TO = PAST
# What each parameter asks, for the schema.
ASKS = {
    AS_OF: "A day (its end in UTC) or a moment: as it stood then, of what you could see then and may see now",
    KNOWN_AT: "With as_of: of what had taken effect by then, as it was known at this other day or moment",
    TOLD_TO: "With as_of: an institution's id or slug; of what you own, what it could see then",
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)


@contextmanager
def as_asked(request: Request) -> Iterator[Moment | None]:
    """What is read within stands as the request asks; in the present where it asks for no other time."""
    moment = moment_of(request)
    if moment is None:
        yield None
        return
    with as_it_stood(moment):
        yield moment


def moment_of(request: Request) -> Moment | None:
    """The moment that is asked for, None for the present. Raises a 400 problem for what is no moment of the past that
    is settled."""
    given = {name: request.query_params[name] for name in PAST if name in request.query_params}
    if not given:
        return None
    if AS_OF not in given:
        faults = [Fault(f"/{name}", "without_as_of", f"{name} comes with as_of.", "query") for name in given]
        raise Problem.invalid(faults)
    day, until = _read(AS_OF, given[AS_OF])
    known = _read(KNOWN_AT, given[KNOWN_AT])[1] if KNOWN_AT in given else until
    whom = _whom(given[TOLD_TO]) if TOLD_TO in given else None
    bound = settled()
    for name, moment in ((AS_OF, until), (KNOWN_AT, known)):
        if name in given and moment > bound:
            raise Problem.invalid([Fault(f"/{name}", "not_settled", _wait(moment, bound), "query")])
    return Moment(day, known, whom)


def _read(name: str, text: str) -> tuple[date, datetime]:
    """The day, and the moment up to which what was recorded counts."""
    until = _end_of(text) if _DAY.fullmatch(text) else as_moment(text)
    if until is None or until < _FIRST:
        detail = "Give a day as YYYY-MM-DD, or a moment with its zone, such as 2026-03-31T12:00:00Z."
        raise Problem.invalid([Fault(f"/{name}", "invalid", detail, "query")])
    return (until - timedelta(microseconds=1)).date(), until


def _end_of(day: str) -> datetime | None:
    try:
        return midnight_after(date.fromisoformat(day))
    except (ValueError, OverflowError):
        return None


def _wait(asked: datetime, bound: datetime) -> str:
    if asked > datetime.now(UTC):
        return "This is not over yet. Ask for an earlier day or moment, or without as_of for now."
    latest = instant(bound.replace(microsecond=0))
    return f"What was recorded by then may still be on its way. Ask for {latest} or earlier, or again in some minutes."


def _whom(named: str) -> UUID:
    key = as_uuid(named)
    found = Institution.objects.filter(**({"pk": key} if key else {"slug": named})).values_list("pk", flat=True)
    for whom in found:
        return UUID(str(whom))
    raise Problem.invalid([Fault(f"/{TOLD_TO}", "not_found", "There is no such institution.", "query")])
