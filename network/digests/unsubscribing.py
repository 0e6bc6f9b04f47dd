"""The address in a mail by which whoever holds it ends that kind of mail: signed, and good for nothing else."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from institutions.models import Staff
from network.models import Mails

_SALT = "orebook.unsubscribe"


def address(person: UUID, mails: Mails) -> str:
    """Where one list of one person ends. It never runs out: a mail may be read years later."""
    token = signing.dumps([person.hex, mails.value], salt=_SALT, compress=False)
    return settings.PUBLIC_URL.rstrip("/") + reverse("unsubscribe", args=[token])


def opened(token: str) -> tuple[Staff, Mails] | None:
    """Whose list a token ends; None where nobody signed it, or there is no such person any more."""
    try:
        person, mails = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    found = Staff.objects.filter(pk=UUID(hex=person), is_active=True).first()
    return (found, Mails(mails)) if found else None
