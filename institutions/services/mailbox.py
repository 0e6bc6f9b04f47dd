"""An institution's functional mailbox: an address that gets warnings whatever its people chose."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from institutions.models import Staff
from institutions.permissions import Permission, Role
from institutions.refusals import Forbidden, Refusal


class AddressTaken(Refusal):
    code = "address_taken"
    says = gettext_noop("This address cannot be used. Choose another.")


class OfAnotherDomain(Refusal):
    code = "another_domain"
    says = gettext_noop("Give an address of your own institution's domain.")


def domain_of(address: str) -> str:
    """What stands behind the @, by which an institution's people are known."""
    return address.lower().rpartition("@")[2]


def mailbox_of(institution: UUID) -> Staff | None:
    """The institution's mailbox, if it has one."""
    return Staff.objects.filter(institution=institution, mailbox=True, is_active=True).first()


@transaction.atomic
def set_mailbox(*, by: Staff, email: str, time_zone: str = "UTC") -> Staff | None:
    """Makes `email` the address of the institution's warnings; "" ends them. Raises Forbidden, OfAnotherDomain and
    AddressTaken.

    It is an account that nobody logs in to, so that walls, deal teams, bounces and the ledger hold for it as for a
    colleague who is on no deal team.
    """
    if not by.may(Permission.STAFF_MANAGE):
        raise Forbidden(
            act=gettext_noop("set the functional mailbox"), needs=gettext_noop("the role of an institution admin")
        )
    # Of any other domain the answer would tell who has an account here, and take an address from its owner.
    if email and domain_of(email) != domain_of(by.email):
        raise OfAnotherDomain(pointer="/mailbox")
    now = mailbox_of(by.institution_id)
    if now and now.email == email.lower():
        return now
    if now:
        now.is_active = False
        now.save(update_fields=["is_active"])
    if not email:
        return None
    former = Staff.objects.filter(email__iexact=email).first()
    if former and not (former.mailbox and former.institution_id == by.institution_id):
        raise AddressTaken(pointer="/mailbox")
    if former:
        former.is_active = True
        former.save(update_fields=["is_active"])
        return former
    return Staff.objects.create_user(
        email, None, institution_id=by.institution_id, role=Role.VIEWER.value, name="Functional mailbox",
        time_zone=time_zone, language=by.language, mailbox=True, demo=by.demo,
    )  # fmt: skip
