"""The ledger of digests as jobs see it: ids, times and states, through the functions of network/sql/3_ledger.sql.

`at` is another clock than the database's, for tests of other days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from institutions.journal.reading import Position
from network.models import DigestStatus

# Beyond the longest that composing and an SMTP server that hangs can take.
LEASE_SECONDS = 180


@dataclass(frozen=True)
class Lease:
    """A digest taken for some time: whose it is, the how-manieth attempt, up to where in the log it tells, and whether
    it is a mail at once."""

    digest: UUID
    person: UUID
    attempt: int
    to: Position
    at_once: bool


@dataclass(frozen=True)
class Standing:
    """How a digest stands. `goes_on`: it is being sent, or could be now."""

    status: DigestStatus
    person: UUID
    error: str
    goes_on: bool


def make_due(at: datetime | None = None) -> list[UUID]:
    """Makes the digests whose period has come; all that are due, also from before."""
    return _ids("SELECT network.make_due(coalesce(%s, clock_timestamp()))", at)


def make_now(at: datetime | None = None) -> list[UUID]:
    """Makes a digest for everyone who wants to hear of anything, whatever the hour; all that are open, also those that
    somebody else is sending."""
    return _ids("SELECT network.make_now(coalesce(%s, clock_timestamp()))", at)


def lanes(digests: list[UUID]) -> list[list[UUID]]:
    """These digests, those to one domain of addresses together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network.lanes(%s)", [digests])
        return [lane for (lane,) in cursor.fetchall()]


def alerted(at: datetime | None = None) -> list[UUID]:
    """The persons for whom news is to be looked for at once."""
    return _ids("SELECT network.alerted(coalesce(%s, clock_timestamp()))", at)


def make_once(at: datetime | None = None) -> UUID | None:
    """Makes a mail at once for the person who acts; None where one is open already."""
    (made,) = _ids("SELECT network.make_once(coalesce(%s, clock_timestamp()))", at)
    return made


def lease(digest: UUID, at: datetime | None = None) -> Lease | None:
    """Takes this digest, or None: it is another's at the moment, or was dealt with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM network.lease_due(1, %s, coalesce(%s, clock_timestamp()), %s)", [LEASE_SECONDS, at, digest]
        )
        row = cursor.fetchone()
    return Lease(row[0], row[1], row[2], Position(row[3], row[4]), row[5]) if row else None


def mark(
    lease: Lease,
    status: DigestStatus,
    *,
    at: datetime | None = None,
    pause: timedelta | None = None,
    subject: str = "",
    error: str = "",
) -> bool:
    """Says what became of a lease; with `pause` it stays pending until then. False when another attempt began since."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT network.mark(%(digest)s, %(attempt)s, %(status)s, coalesce(%(at)s, clock_timestamp())"
            " + make_interval(secs => %(pause)s),"
            " coalesce(%(at)s, clock_timestamp()), %(subject)s, %(error)s)",
            {
                "digest": lease.digest,
                "attempt": lease.attempt,
                "status": status.value,
                "at": at,
                "pause": pause.total_seconds() if pause else None,
                "subject": subject,
                "error": error[:60],
            },
        )
        (marked,) = cursor.fetchone()
    return bool(marked)


def standing(digest: UUID) -> Standing | None:
    """How this digest stands, or None where it went with its person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM network.standing(%s, clock_timestamp())", [digest])
        row = cursor.fetchone()
    return Standing(DigestStatus(row[0]), *row[1:]) if row else None


def refuse_address(digest: UUID, address: str, code: str, at: datetime | None = None) -> bool:
    """Notes that `address`, to which a digest went, takes no mail. False when its person has another by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT network.refuse_address(%s, %s, %s, coalesce(%s, clock_timestamp()))",
            [digest, address, code[:20], at],
        )
        (noted,) = cursor.fetchone()
    return bool(noted)


def try_address(person: UUID) -> bool:
    """Lets mail go again to an address that took none, of whoever acts or a colleague. False where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT network.try_address(%s)", [person])
        (found,) = cursor.fetchone()
    return bool(found)


def _ids(query: str, at: datetime | None) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(query, [at])
        return [digest for (digest,) in cursor.fetchall()]
