"""What rows look like to their owner: a hash over their log, which changes with each change of any of them."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection


def fingerprint(rows: Sequence[UUID]) -> str:
    """64 hexadecimal digits; the same while nothing about the rows was changed. The database compares it as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wall.fingerprint(%s)", [list(rows)])
        found: str = cursor.fetchone()[0]
        return found
