"""What was sent to a person, as the person's own page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from institutions.models import Staff
from network.digests.capture import captured, capturing
from network.digests.message import message_id
from network.models import Digest, DigestStatus


@dataclass(frozen=True)
class SentMail:
    """One digest that went out. `text` and `html` only where mail is captured on this machine."""

    digest: UUID
    subject: str
    sent_at: datetime
    message_id: str
    text: str = ""
    html: str = ""


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
