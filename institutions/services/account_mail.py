"""What people are mailed about their accounts: rows that the worker sends."""

from django.utils.translation import gettext_noop

from institutions.models import AccountMail, Occasion, Staff

# What happened to an account, each a sentence of the mail.
WHAT = {
    "password": gettext_noop("Your password was changed."),
    "role": gettext_noop("Your institution's admin gave you another role."),
    "factors": gettext_noop("Your institution's admin took off your second factors: set up another when you log in."),
    "sessions": gettext_noop("Your institution's admin ended your sessions."),
    "email_changed": gettext_noop("Your address was changed."),
    "totp_activated": gettext_noop("An authenticator app was added as your second factor."),
    "totp_deactivated": gettext_noop("The authenticator app was taken off your second factors."),
    "recovery_codes_generated": gettext_noop("New recovery codes were made."),
    "webauthn_added": gettext_noop("A passkey was added."),
    "webauthn_removed": gettext_noop("A passkey was taken off."),
}


def invite_by_mail(person: Staff) -> None:
    """Has the link mailed with which somebody comes in for the first time."""
    AccountMail.objects.create(person=person, occasion=Occasion.INVITED)


def reset_by_mail(person: Staff) -> None:
    """Has the link mailed with which somebody chooses another password."""
    AccountMail.objects.create(person=person, occasion=Occasion.RESET)


def note_change(person: Staff, what: str) -> None:
    """Has somebody told that something of their account was changed, so that who did not do it notices."""
    AccountMail.objects.create(person=person, occasion=Occasion.CHANGED, what=what)
