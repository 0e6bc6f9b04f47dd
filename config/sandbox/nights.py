"""When a sandbox is reset."""

from datetime import UTC, datetime, timedelta

# In no partner's office hours but those of the Pacific's far side.
HOUR = 3


def next_night(after: datetime) -> datetime:
    """The next reset, in UTC."""
    tonight = after.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > after else tonight + timedelta(days=1)
