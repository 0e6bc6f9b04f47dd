"""Mail to an institution's own admins and its technical contact: an endpoint of theirs needs them. It says nothing of
any deal, nor where the endpoint is.
"""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from institutions.isolation.session import acting_as
from institutions.models import Contact, ContactKind, Staff
from institutions.permissions import Role
from institutions.services.contacts import is_mailed
from network.digests.composing import Letter
from network.digests.message import NoAddress, message_for
from network.models import WebhookNotice
from network.webhooks.ledger import Lease, held

# After a mail server said no, and then each day.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 15, 60, 360, 1440))
SUBJECT = "A webhook endpoint of your institution needs attention"


def send_due(lease: Lease, at: datetime) -> None:
    """Mails what is due about this endpoint, outside any transaction. One that fails comes again later."""
    with acting_as(lease.job):
        home = held(lease).endpoint
        due = WebhookNotice.objects.filter(endpoint=home, done_at=None, not_before__lte=at).order_by("on", "id").first()
        if due is None:
            return
        due.attempts += 1
        due.not_before = at + PAUSES[min(due.attempts, len(PAUSES)) - 1]
        due.save(update_fields=["attempts", "not_before"])
        people = _whom(home.owner_id, home.made_by_id)
        # An admin who is the technical contact too is told once.
        whom: list[Staff | Contact] = [*people, *_technical(home.owner_id, people)]
        once: dict[str, Staff | Contact] = {}
        for person in whom:
            once.setdefault(person.email.lower(), person)
        mails = [mail for person in once.values() if (mail := _mail(person, due))]
    for mail in mails:
        try:
            mail.send()
        except SMTPRecipientsRefused:
            # No such mailbox: the others are told all the same.
            continue
        except OSError:
            # SMTP's own errors are of this kind too. The ledger has it come again.
            return
    with acting_as(lease.job):
        WebhookNotice.objects.filter(pk=due.pk).update(done_at=at)


def _whom(institution: UUID, made_by: UUID) -> list[Staff]:
    """The institution's admins; where it has none, whoever set the endpoint up."""
    own = Staff.objects.filter(institution=institution, is_active=True)
    return list(own.filter(role=Role.INSTITUTION_ADMIN).order_by("email")) or list(own.filter(pk=made_by))


def _technical(institution: UUID, people: list[Staff]) -> list[Contact]:
    found = Contact.objects.filter(owner=institution, kind=ContactKind.TECHNICAL)
    return [one for one in found if is_mailed(one, people)]


def _mail(person: Staff | Contact, notice: WebhookNotice) -> EmailMultiAlternatives | None:
    where = reverse("admin:webhook", args=[notice.endpoint_id])
    facts = {"name": person.name, "url": settings.PUBLIC_URL.rstrip("/") + where}
    letter = Letter(
        SUBJECT,
        render_to_string("network/webhook_notice.txt", facts),
        render_to_string("network/webhook_notice.html", facts),
    )
    try:
        return message_for(person, notice.pk, letter, kind=f"webhook.{person.pk.hex}")
    except NoAddress:
        return None
