"""Looking back in tests: the past begins when nothing that was recorded can still appear."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.db import connection

from config.embedded.processes import wait_until
from institutions.isolation.moment import settled
from institutions.selectors.reading import instant

# Longer than what a test's transaction takes, or it is ended, also where the machine pauses: who asks much takes more.
# The past is settled so much, and a second, later.
LONGEST = "2s"


def clock() -> datetime:
    """The database's time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found.astimezone(UTC)


@contextmanager
def soon(longest: str = LONGEST) -> Iterator[Callable[[datetime], str]]:
    """In which the past is settled soon. Yields what waits until a moment is, and gives it as a parameter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_timeout')")
        (usual,) = cursor.fetchone()
        cursor.execute("SELECT set_config('transaction_timeout', %s, false)", [longest])

    def settle(moment: datetime) -> str:
        wait_until(lambda: settled() >= moment, seconds=30)
        return str(instant(moment))

    try:
        yield settle
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('transaction_timeout', %s, false)", [usual])
