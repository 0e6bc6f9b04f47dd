"""The people of an institution as its admin keeps them: invited, given a role, let out, let in again."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.models import Staff
from institutions.permissions import Permission, Role
from institutions.refusals import NotFound, Refusal
from institutions.services.account_mail import invite_by_mail, note_change, reset_by_mail
from institutions.services.acting import must
from institutions.services.mailbox import AddressTaken, OfAnotherDomain, domain_of


class NotOneself(Refusal):
    code = "not_oneself"
    says = gettext_noop("Nobody changes their own account so. Ask another admin of your institution.")
    status = 403


class SuspendedAlready(Refusal):
    code = "suspended"
    says = gettext_noop("{who} is suspended. Let them in again first.")
    status = 409


def _mine(by: Staff, person: Staff, act: str) -> Staff:
    """The colleague, locked; raises Forbidden, NotFound, NotOneself."""
    must(by, Permission.STAFF_MANAGE, act)
    found = (
        Staff.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=person.pk, institution_id=by.institution_id, mailbox=False)
        .first()
    )
    if found is None:
        raise NotFound(what="person")
    if found.pk == by.pk:
        raise NotOneself
    return found


@transaction.atomic
def invite(*, by: Staff, email: str, name: str, role: Role, **facts: Any) -> Staff:
    """Makes the account of a colleague, whom a mail lets in. Raises Forbidden, OfAnotherDomain, AddressTaken."""
    must(by, Permission.STAFF_MANAGE, gettext_noop("invite people"))
    # Of any other domain the answer would tell who has an account here.
    if domain_of(email) != domain_of(by.email):
        raise OfAnotherDomain(pointer="/email")
    if Staff.objects.filter(email__iexact=email).exists():
        raise AddressTaken(pointer="/email")
    with rules_hold():
        person = Staff.objects.create_user(
            email, None, institution_id=by.institution_id, name=name, role=role.value, demo=by.demo, **facts
        )
    invite_by_mail(person)
    return person


@transaction.atomic
def give_role(*, by: Staff, person: Staff, role: Role) -> None:
    """Another role, from the next question on; they are told."""
    found = _mine(by, person, gettext_noop("give roles"))
    if found.role == role.value:
        return
    found.role = role.value
    found.save(update_fields=["role"])
    note_change(found, "role")


@transaction.atomic
def suspend(*, by: Staff, person: Staff) -> None:
    """Out at once: sessions end, systems that they answer for act no more, mail stops."""
    found = _mine(by, person, gettext_noop("suspend people"))
    found.is_active = False
    found.save(update_fields=["is_active"])
    _end_sessions(found)


@transaction.atomic
def let_in_again(*, by: Staff, person: Staff) -> None:
    """With the password and the second factor of before."""
    found = _mine(by, person, gettext_noop("let people in again"))
    found.is_active = True
    found.save(update_fields=["is_active"])


@transaction.atomic
def send_link(*, by: Staff, person: Staff) -> None:
    """A mail with which they choose another password; who never came in gets the invitation again."""
    found = _active(_mine(by, person, gettext_noop("send links")))
    (reset_by_mail if found.last_login else invite_by_mail)(found)


@transaction.atomic
def take_off_factors(*, by: Staff, person: Staff) -> None:
    """For who lost them: sessions end, and the next log-in, with the password, sets up another. They are told."""
    found = _active(_mine(by, person, gettext_noop("take off second factors")))
    Authenticator.objects.filter(user=found).delete()
    _end_sessions(found)
    note_change(found, "factors")


@transaction.atomic
def end_sessions(*, by: Staff, person: Staff) -> None:
    """Logs them out everywhere. They are told."""
    found = _mine(by, person, gettext_noop("end sessions"))
    _end_sessions(found)
    note_change(found, "sessions")


def _active(person: Staff) -> Staff:
    if not person.is_active:
        raise SuspendedAlready(who=person.name)
    return person


def _end_sessions(person: Staff) -> None:
    for session in UserSession.objects.filter(user=person):
        session.end()
