"""Admissions as tests make them: Dora of the secretariat prepares, Dirk confirms and calls the first admin."""

from dataclasses import replace
from datetime import date
from typing import Any

from deals.services import approving
from institutions.checklists import ADMISSION, VERIFIED
from institutions.isolation.session import acting_as
from institutions.models import Admission, Approval, MembershipStatus
from institutions.services.admitting import Nomination, Person, prepare_admission
from institutions.services.checking import mark
from tests.cast import Cast

AINO = Person("Aino Laine", "aino@aurora.example", "+358 9 1234 567")


def nomination(cast: Cast, **other: Any) -> Nomination:
    """Of Aurora Fund, which is in no list yet."""
    given = Nomination(
        network=cast.network, status=MembershipStatus.MEMBER, since=date.today(),
        letter_from="Eeva Korhonen, Director General", letter_on=date.today(), letter_digest="5" * 64, admin=AINO,
        contacts={kind: Person(f"{kind} desk", f"{kind}@aurora.example", "+358 9 1") for kind in KINDS},
        name="Aurora Fund", short_name="Aurora", kind="public_investment_fund", country="FI",
    )  # fmt: skip
    return replace(given, **other)


KINDS = ("technical", "legal", "duty")


def prepared(cast: Cast, **other: Any) -> Admission:
    """Prepared by Dora, who checked the letter and the name."""
    with acting_as(cast.dora):
        made = prepare_admission(by=cast.dora, nomination=nomination(cast, **other))
        for line in ADMISSION:
            if line.first:
                mark(by=cast.dora, subject=made, line=line.code, on=date.today())
    return made


def confirmed(cast: Cast, row: Admission | None = None) -> Admission:
    """Confirmed by Dirk."""
    row = row or prepared(cast)
    with acting_as(cast.dirk):
        approving.confirm(by=cast.dirk, approval=Approval.objects.get(row_id=row.pk))
        row.refresh_from_db()
    return row


def verified(cast: Cast) -> Admission:
    """Dirk called the first admin."""
    row = confirmed(cast)
    with acting_as(cast.dirk):
        mark(by=cast.dirk, subject=row, line=VERIFIED, on=date.today(), note="Switchboard of the ministry")
    return row
