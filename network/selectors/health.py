"""Whether mail and webhooks get through: for the secretariat, without what they say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection

_NAMES = {"mail": "Daily and weekly mail", "mail_at_once": "Mail at once", "webhooks": "Webhooks"}
# A tick each minute, and one mail server that takes its time.
LATE = timedelta(minutes=5)


@dataclass(frozen=True)
class Channel:
    """One way in which things are told: how long the oldest that is due waits (None: nothing does), and how many were
    given up in the last seven days (of webhooks: endpoints)."""

    name: str
    waits: timedelta | None
    given_up: int

    @property
    def late(self) -> bool:
        return self.waits is not None and self.waits > LATE

    @property
    def minutes(self) -> int:
        return int(self.waits.total_seconds() // 60) if self.waits else 0


def channels(at: datetime | None = None) -> list[Channel]:
    """Every channel; nothing where no member of the secretariat acts."""
    at = at or datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT channel, oldest, given_up FROM network.health(%s)", [at])
        rows = cursor.fetchall()
    return [Channel(_NAMES[name], at - oldest if oldest else None, given_up) for name, oldest, given_up in rows]
