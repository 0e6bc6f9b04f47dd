"""Whether mail and webhooks get through: for the secretariat, without what they say, how late or how many."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_NAMES = {"mail": gettext_noop("Mail"), "webhooks": gettext_noop("Webhooks")}
# Beyond a tick each minute, some minutes of gathering, and a server that takes its time.
LATE = timedelta(minutes=15)
_REMEMBERED = timedelta(days=7)


@dataclass(frozen=True)
class Channel:
    """One way in which things are told: whether something that is due is late, and whether anything was given up in the
    last seven days."""

    name: str
    late: bool
    given_up: bool


def channels(at: datetime | None = None) -> list[Channel]:
    """Every channel; nothing where no member of the secretariat acts."""
    at = at or datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, late, given_up FROM network.health(%s, %s)", [at - LATE, at - _REMEMBERED])
        return [Channel(_(_NAMES[name]), late, given_up) for name, late, given_up in cursor.fetchall()]
