"""Sealing the log: one head an hour, whatever happened; made by the database, and kept outside it as well."""

from datetime import timedelta

from django.db import connection

from institutions.journal.kept import keep_head
from institutions.selectors.heads import Head, head
from institutions.selectors.reading import instant

# A ring that comes some seconds early is not lost, and two rings make one head.
EVERY = timedelta(minutes=55)


def seal(*, every: timedelta = EVERY) -> Head | None:
    """Seals what is new; None where the last head is younger than `every`, or somebody else seals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT journal.seal(make_interval(secs => %s))", [every.total_seconds()])
        (number,) = cursor.fetchone()
    made = head(number) if number is not None else None
    if made:
        keep_head(made.number, made.root.hex(), str(instant(made.sealed_at)))
    return made
