"""Who acts: a person, or a client for which a person answers."""

from django.utils.translation import gettext_noop

from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Forbidden, Refusal


class NobodyAnswers(Refusal):
    code = "no_responsible_person"
    says = gettext_noop("The client {name} has no responsible staff member. Have your institution's admin name one.")
    status = 403


def person_of(by: Staff | Client) -> Staff:
    """The person who acts, or who answers for the client that does."""
    if isinstance(by, Staff):
        return by
    if by.responsible is None:
        raise NobodyAnswers(name=by.name)
    responsible: Staff = by.responsible
    return responsible


def must(by: Staff | Client, permission: Permission, act: str) -> None:
    """Raises Forbidden unless `by` has the right."""
    if not by.may(permission):
        word = "scope" if isinstance(by, Client) else "right"
        raise Forbidden(act=act, needs=f"the {word} '{permission.value}'")


def as_it_stands(who: Staff) -> Staff | None:
    """The person as it now is, None where it may read no more or has moved to another institution."""
    found = Staff.objects.filter(pk=who.pk, institution_id=who.institution_id).first()
    return found if found and found.may(Permission.READ) else None
