"""The way in for somebody who has no password yet, or is given another: a link that works once, for three days."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from institutions.isolation.sealing import digests, seal, unseal
from institutions.models import Staff
from institutions.services.account_mail import note_change

GOOD_FOR = timedelta(days=3)
_PURPOSE = "welcome"


def token_for(person: Staff, *, at: datetime | None = None) -> str:
    """What the link holds: for whom, as the account stands now, and until when."""
    until = (at or datetime.now(UTC)) + GOOD_FOR
    return seal(f"{person.pk} {_states(person)[0]} {int(until.timestamp())}", to=_PURPOSE)


def invited_by(token: str, *, at: datetime | None = None) -> Staff | None:
    """Whom a link lets in; None where it was used, is too old, or the account is suspended."""
    text = unseal(token, to=_PURPOSE)
    if text is None:
        return None
    key, state, until = text.split(" ")
    person = Staff.objects.filter(pk=UUID(key), is_active=True, mailbox=False).first()
    if person is None or (at or datetime.now(UTC)).timestamp() > int(until):
        return None
    return person if state in _states(person) else None


@transaction.atomic
def choose_password(person: Staff, password: str) -> None:
    """Sets it; the link that led here works no more, and all sessions end. Raises ValidationError for a weak one."""
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    note_change(person, "password")


def _states(person: Staff) -> list[str]:
    """Changes with the password, so that a link works once; by the present key first."""
    return [each[:16] for each in digests(f"welcome {person.pk} {person.password}")]
