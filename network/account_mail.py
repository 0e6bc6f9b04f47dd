"""Mail to people about their accounts: an invitation, a link to another password, that something was changed."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from institutions.languages import speaking
from institutions.models import AccountMail, Occasion
from institutions.services.account_mail import WHAT
from institutions.services.welcome import token_for
from network.digests.composing import Letter
from network.digests.message import NoAddress, message_for

# After a mail server said no; a link would be too old after the last.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 360, 1440))
MOST = 50


def send_due(at: datetime | None = None) -> int:
    """Sends what is due, each outside any transaction and at most once at a time. Returns how many went out."""
    at = at or timezone.now()
    return sum(_send(row, at) for row in _due(at))


def _due(at: datetime) -> list[UUID]:
    found = AccountMail.objects.filter(done_at=None, not_before__lte=at).order_by("not_before", "id")
    return list(found.values_list("pk", flat=True)[:MOST])


def _send(key: UUID, at: datetime) -> bool:
    with transaction.atomic():
        due = (
            AccountMail.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("person__institution")
            .filter(pk=key, done_at=None, not_before__lte=at)
            .first()
        )
        if due is None:
            return False
        due.attempts += 1
        due.not_before = at + PAUSES[min(due.attempts, len(PAUSES)) - 1]
        # Nobody is let in, or told anything, who was suspended meanwhile.
        if not due.person.is_active or due.attempts > len(PAUSES):
            due.done_at = at
        due.save(update_fields=["attempts", "not_before", "done_at"])
    if due.done_at:
        return False
    try:
        _mail(due).send()
    except (NoAddress, SMTPRecipientsRefused):
        pass
    except OSError:
        # SMTP's own errors are of this kind too. The ledger has it come again.
        return False
    AccountMail.objects.filter(pk=key).update(done_at=at)
    return True


def _mail(row: AccountMail) -> EmailMultiAlternatives:
    person = row.person
    with speaking(person.language):
        link = settings.PUBLIC_URL.rstrip("/")
        if row.occasion == Occasion.CHANGED:
            link += reverse("mfa_index")
        else:
            link += reverse("welcome", args=[token_for(person)])
        subjects = {
            Occasion.INVITED: _("Your account in Orebook"),
            Occasion.RESET: _("Choose another password in Orebook"),
            Occasion.CHANGED: _("Your account in Orebook was changed"),
        }
        facts = {
            "name": person.name,
            "institution": person.institution.name,
            "occasion": row.occasion,
            "what": _(WHAT[row.what]) if row.what else "",
            "link": link,
            "language": person.language,
            "subject": subjects[Occasion(row.occasion)],
        }
        letter = Letter(
            facts["subject"],
            render_to_string("network/account_mail.txt", facts),
            render_to_string("network/account_mail.html", facts),
        )
    return message_for(person, row.pk, letter, kind="account")
