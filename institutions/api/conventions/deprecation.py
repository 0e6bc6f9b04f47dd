"""Routes on their way out: told to whoever still uses one, long before it goes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime

from django.http import HttpResponseBase

RULES = "/api/v1/docs"


@dataclass(frozen=True)
class Deprecation:
    """`since`: from when on nothing new should use it. `sunset`: the first day on which it may be gone."""

    since: date
    sunset: date
    instead: str

    def tell(self, response: HttpResponseBase) -> None:
        """`Deprecation` (RFC 9745), `Sunset` (RFC 8594), and where to go on."""
        response.headers["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        response.headers["Sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        response.headers["Link"] = f'<{self.instead}>; rel="successor-version", <{RULES}>; rel="deprecation"'


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
