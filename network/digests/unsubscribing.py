"""The address in a mail by which whoever holds it ends that kind of mail: signed, and good for nothing else."""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from institutions.models import Staff
from network.models import Mails

_SALT = "orebook.unsubscribe"


def address(person: UUID, mails: Mails) -> str:
    """Where one list of one person ends: the same in every mail, without an end, since mail is read years later."""
    token = signing.Signer(salt=_SALT).sign_object([person.hex, mails.value])
    return settings.PUBLIC_URL.rstrip("/") + reverse("unsubscribe", args=[token])


def opened(token: str) -> tuple[Staff, Mails] | None:
    """Whose list a token ends; None where nobody signed it, or there is no such person any more."""
    try:
        person, mails = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    found = Staff.objects.filter(pk=UUID(hex=person), is_active=True).first()
    return (found, Mails(mails)) if found else None
