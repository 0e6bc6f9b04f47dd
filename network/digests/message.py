"""A letter as an e-mail: one recipient, headers that no typed text can reach, the Message-ID of the ledger's row."""

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email

from institutions.models import Contact, Staff
from network.digests.composing import Letter


class NoAddress(ValueError):
    """The person's address is not one that mail can be sent to."""


def message_id(row: UUID, kind: str = "digest") -> str:
    """The same for every attempt, so that a repeat after a crash is recognised as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{kind}.{row.hex}@{domain}>"


def message_for(
    person: Staff | Contact, row: UUID, letter: Letter, unsubscribe: str = "", kind: str = "digest"
) -> EmailMultiAlternatives:
    """The letter of a ledger's row. `unsubscribe`: the address that ends such mails, by one click in the mail program
    (RFC 8058); none where they can't be ended. Raises NoAddress when the stored address is not one single address."""
    try:
        validate_email(person.email)
    except ValidationError as error:
        raise NoAddress from error
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[person.email],
        reply_to=[settings.REPLY_TO_EMAIL],
        headers={"Message-ID": message_id(row, kind), "Auto-Submitted": "auto-generated"} | _list(unsubscribe),
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _list(unsubscribe: str) -> dict[str, str]:
    if not unsubscribe:
        return {}
    return {"List-Unsubscribe": f"<{unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
