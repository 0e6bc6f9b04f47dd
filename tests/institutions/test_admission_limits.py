"""What an admission is not used for: to fill letter boxes, to take another's name, to write the past anew."""

from datetime import date, timedelta

import psycopg
import pytest
from django.db import IntegrityError, transaction

from institutions.isolation.session import System, acting_as
from institutions.models import AccountMail, Admission, Approval, Institution, Membership, MembershipStatus
from institutions.services.admitting import (
    MOST_INVITATIONS,
    BeforeItBegan,
    InvitedEnough,
    NameTaken,
    invite_again,
    invite_first_admin,
    prepare_admission,
)
from tests.admission import confirmed, nomination, prepared, verified
from tests.cast import Cast


def test_a_first_admin_is_not_mailed_again_and_again(cast: Cast) -> None:
    row = verified(cast)
    with acting_as(cast.dirk):
        invite_first_admin(by=cast.dirk, admission=row)
        for _ in range(MOST_INVITATIONS - 1):
            invite_again(by=cast.dirk, admission=row)
    for who in (cast.dirk, cast.dora):
        with acting_as(who), pytest.raises(InvitedEnough):
            invite_again(by=who, admission=row)
    assert AccountMail.objects.filter(occasion="invited").count() == MOST_INVITATIONS
    AccountMail.objects.update(made_at="2020-01-01T00:00Z")
    with acting_as(cast.dora):
        invite_again(by=cast.dora, admission=row)


def test_institutions_whose_names_are_in_other_alphabets_are_told_apart_in_addresses(cast: Cast) -> None:
    rows = [
        confirmed(cast, prepared(cast, name=name, short_name=short))
        for name, short in (("한국광물금고", "KMF"), ("国際鉱物基金", "鉱物"), ("광물은행", "광물"))
    ]
    slugs = [Institution.objects.get(pk=row.member).slug for row in rows]
    assert slugs == ["kmf", str(rows[1].member), str(rows[2].member)]


def test_no_second_institution_has_the_name_of_one_that_is_there(cast: Cast) -> None:
    """Its slug may be another than its name makes."""
    with acting_as(System("operator", cast.bank("desk").pk)):
        Institution.objects.filter(slug="hanok").update(slug="hanok-eximbank")
    hanok = cast.bank("hanok").name.upper()
    with acting_as(cast.dora), pytest.raises(NameTaken):
        prepare_admission(by=cast.dora, nomination=nomination(cast, name=hanok))
    assert not Admission.objects.exists()


def test_another_standing_begins_when_the_one_before_had_begun(cast: Cast) -> None:
    early = {
        "institution": cast.bank("hanok"), "status": MembershipStatus.OBSERVER, "since": date(2000, 1, 1),
        "letter_on": date(1999, 1, 1),
    }  # fmt: skip
    with acting_as(cast.dora), pytest.raises(BeforeItBegan):
        prepare_admission(by=cast.dora, nomination=nomination(cast, **early))
    row = prepared(cast, **early | {"since": date.today()})
    began = Membership.objects.get(institution=row.member, until=None).since
    # Nor does the database let it end before, were it asked for so.
    with acting_as(cast.dirk):
        Approval.objects.filter(row_id=row.pk).update(
            decision="confirmed", decided_by=cast.dirk, decided_at="2026-01-01T00:00Z"
        )
        with pytest.raises(IntegrityError) as raised, transaction.atomic():
            Membership.objects.filter(institution=row.member).update(until=began - timedelta(days=1))
    assert isinstance(raised.value.__cause__, psycopg.Error)
    assert raised.value.__cause__.diag.constraint_name == "membership_ends_after_it_began"
