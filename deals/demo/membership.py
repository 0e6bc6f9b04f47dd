"""A fictional fund that is to be admitted, so that the secretariat's pages have something to show; and whom to call."""

from datetime import timedelta

from django.utils import timezone

from deals.demo.people import Bank
from deals.demo.reference import FORGE, network_id
from institutions.checklists import ADMISSION
from institutions.isolation.session import acting_as
from institutions.models import Admission, Contact, ContactKind, MembershipStatus, Network
from institutions.services.admitting import Nomination, Person, prepare_admission
from institutions.services.checking import mark

NAME = "Example Northern Minerals Fund"
_DOMAIN = "northern.example"
_PHONE = "+47 000 00 000"


def load_admission(desk: Bank) -> int:
    """The letter that an officer of the secretariat has entered; 1 where it was made now."""
    today = timezone.localdate()
    with acting_as(desk.officer):
        if Admission.objects.filter(name=NAME).exists():
            return 0
        made = prepare_admission(
            by=desk.officer,
            nomination=Nomination(
                network=Network.objects.get(pk=network_id(FORGE)),
                status=MembershipStatus.OBSERVER,
                since=today,
                letter_from="Ingrid Example, Deputy Minister",
                letter_on=today - timedelta(days=9),
                # Of no file: there is no letter.
                letter_digest="0" * 64,
                admin=Person("Astrid Example", f"astrid@{_DOMAIN}", _PHONE),
                contacts={
                    kind: Person(f"{kind.title()} desk", f"{kind}@{_DOMAIN}", _PHONE) for kind in ContactKind.values
                },
                name=NAME,
                short_name="ENMF",
                kind="public_investment_fund",
                country="NO",
            ),
        )
        first, *_ = ADMISSION
        mark(by=desk.officer, subject=made, line=first.code, on=today, note="Fictional: the ministry's own site")
    return 1


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
