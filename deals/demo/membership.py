"""Whom to call at a fictional bank."""

from deals.demo.people import Bank
from institutions.isolation.session import acting_as
from institutions.models import Contact, ContactKind


def load_contacts(bank: Bank, desk: Bank) -> int:
    """Whom to call at a bank; how many were made now."""
    with acting_as(bank.officer):
        there = set(Contact.objects.values_list("kind", flat=True))
        for kind in (missing := [kind for kind in ContactKind.values if kind not in there]):
            domain = bank.officer.email.rpartition("@")[2]
            Contact.objects.create(
                owner=bank.institution, secretariat=desk.institution, kind=kind, name=f"{kind.title()} desk",
                email=f"{kind}@{domain}", phone="+61 0 0000 0000", demo=True,
            )  # fmt: skip
    return len(missing)
