"""Whom to call at an institution, as its admin keeps it."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_noop

from institutions.constraints import rules_hold
from institutions.models import Contact, ContactKind, Institution, Kind, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must
from institutions.services.mailbox import domain_of


class NobodyToTell(Refusal):
    code = "no_secretariat"
    says = gettext_noop("No secretariat has people here yet, to whom this could be told. Ask who runs the registry.")
    status = 409


@transaction.atomic
def keep_contact(*, by: Staff, kind: ContactKind, name: str, email: str, phone: str) -> Contact:
    """Whom to call for what, from now on; the secretariat sees it. Raises Forbidden, NobodyToTell."""
    must(by, Permission.STAFF_MANAGE, gettext_noop("say whom to call"))
    facts = {"name": name, "email": email, "phone": phone}
    with rules_hold():
        found = Contact.objects.select_for_update(no_key=True).filter(owner=by.institution_id, kind=kind).first()
        if found is None:
            return Contact.objects.create(
                owner_id=by.institution_id, secretariat=_secretariat(), kind=kind.value, demo=by.demo, **facts
            )
        for field, value in facts.items():
            setattr(found, field, value)
        found.save()
    return found


def is_mailed(contact: Contact, people: Iterable[Staff]) -> bool:
    """Whether mail goes to a contact of these people's institution: at their domains alone, as to those whom they
    invite. Else it had strangers mailed, with words of its own."""
    return domain_of(contact.email) in {domain_of(person.email) for person in people}


def _secretariat() -> Institution:
    """The one that keeps the memberships: the first with people, where a registry has several."""
    kept = Institution.objects.filter(kind=Kind.SECRETARIAT, staff__is_active=True)
    found = kept.order_by("slug", "id").first()
    if found is None:
        raise NobodyToTell
    return found
