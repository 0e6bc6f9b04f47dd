"""What was sent to a person, as the person's own page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from institutions.models import Staff
from network.digests.capture import captured, capturing
from network.digests.message import message_id
from network.models import Digest, DigestStatus

# A line that breaks once or twice mends by itself.
REPEATED = 3


@dataclass(frozen=True)
class SentMail:
    """One digest that went out. `text` and `html` only where mail is captured on this machine."""

    digest: UUID
    subject: str
    sent_at: datetime
    message_id: str
    text: str = ""
    html: str = ""


def in_trouble(person: Staff) -> Digest | None:
    """The latest mail to `person`, where it could not be handed over again and again (it is tried still), or was given
    up (what it would have told comes with the next one); else None."""
    last = Digest.objects.filter(person=person).order_by("-made_at", "pk").first()
    if last is None or last.status == DigestStatus.PARKED:
        return last
    return last if last.status == DigestStatus.PENDING and last.error and last.attempts >= REPEATED else None


def captured_mail(person: Staff, limit: int = 50) -> list[SentMail]:
    """The latest digests of `person`, newest first. Empty unless that person is acting."""
    rows = Digest.objects.filter(person=person, status=DigestStatus.DONE).order_by("-sent_at", "pk")[:limit]
    return [_sent(person, row) for row in rows]


def _sent(person: Staff, row: Digest) -> SentMail:
    mark = message_id(row.pk)
    mail = captured(person.email, mark) if capturing() else None
    return SentMail(
        digest=row.pk,
        subject=row.subject,
        sent_at=row.sent_at or row.made_at,
        message_id=mark,
        text=mail.text if mail else "",
        html=mail.html if mail else "",
    )
