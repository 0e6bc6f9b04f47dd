"""No person of the secretariat alone lets anybody in: what one tries, with the application out of the way."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from institutions.checklists import VERIFIED
from institutions.isolation.session import System, acting_as
from institutions.models import (
    Admission,
    Approval,
    ChangeKind,
    Checkmark,
    Contact,
    Decision,
    Institution,
    Membership,
    MembershipChange,
    MembershipStatus,
    Network,
    Staff,
    State,
)
from institutions.refusals import Forbidden
from institutions.services.admitting import Person, invite_first_admin, prepare_admission
from institutions.services.approvals import decide, prepare
from institutions.services.checking import mark
from institutions.services.rows import settle
from institutions.services.standing import prepare_change
from tests.admission import AINO, confirmed, nomination, prepared, verified
from tests.cast import PASSWORD, Cast


def refused(act: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        act()
    cause = raised.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint


def first(row: Admission, *, email: str = AINO.email, password: str | None = None, **other: Any) -> Callable[[], Staff]:
    """The account of the first admin."""
    facts = {"institution_id": row.member, "name": "Aino", "role": "institution_admin"} | other
    return lambda: Staff.objects.create_user(email, password, **facts)


def test_an_institution_and_its_membership_are_made_by_two(cast: Cast) -> None:
    fund = {
        "name": "Aurora Fund", "short_name": "Aurora", "slug": "aurora", "country": "FI",
        "kind": "public_investment_fund",
    }  # fmt: skip
    corner = {"institution": cast.bank("corner"), "network": cast.network, "status": "member", "since": date.today()}
    waiting = prepared(cast)
    for who in (cast.dora, cast.dirk):
        with acting_as(who):
            refused(lambda: Institution.objects.create(**fund), "members_by_two")
            refused(lambda: Institution.objects.create(id=waiting.member, **fund), "members_by_two")
            refused(lambda: Membership.objects.create(**corner), "members_by_two")


def test_the_letters_admission_makes_no_other_institution_or_standing(cast: Cast) -> None:
    row = prepared(cast)
    own = {
        "id": row.member, "name": "Borealis", "short_name": "Borealis", "slug": "borealis", "country": "FI",
        "kind": row.kind,
    }  # fmt: skip
    with acting_as(cast.dirk):
        Approval.objects.filter(row_id=row.pk).update(
            decision="confirmed", decided_by=cast.dirk, decided_at="2026-01-01T00:00Z"
        )
        refused(lambda: Institution.objects.create(**own), "members_by_two")
        Institution.objects.create(**own | {"name": row.name})
        for wrong in ({"status": "observer"}, {"since": date.today() - timedelta(days=400)}):
            facts = {"status": "member", "since": row.since} | wrong
            made = lambda facts=facts: Membership.objects.create(  # noqa: E731
                institution_id=row.member, network=cast.network, **facts
            )
            refused(made, "members_by_two")


def test_nothing_is_confirmed_before_what_comes_first_is_done(cast: Cast) -> None:
    with acting_as(cast.dora):
        row = prepare_admission(by=cast.dora, nomination=nomination(cast))
        standing = Membership.objects.get(institution=cast.bank("maple"), until=None)
        leaving = prepare_change(by=cast.dora, membership=standing, kind=ChangeKind.EXIT, on=date.today(), reason="x")
        hurry = Membership.objects.get(institution=cast.bank("rhein"), until=None)
        at_once = prepare_change(
            by=cast.dora, membership=hurry, kind=ChangeKind.SUSPENSION, on=date.today(), reason="An attack"
        )
    with acting_as(cast.dirk):
        for each in (row, leaving):
            approval = Approval.objects.get(row_id=each.pk)
            refused(partial(_decided, cast, approval), "checked_first")
        # What may be the answer to an attack waits for no list.
        assert _decided(cast, Approval.objects.get(row_id=at_once.pk)) == 1


def _decided(cast: Cast, approval: Approval) -> int:
    """Confirmed by Dirk, with the services' own looking out of the way."""
    return settle(decide(by=cast.dirk, approval=approval, decision=Decision.CONFIRMED), State.CONFIRMED)


def test_a_standing_is_neither_changed_nor_ended_by_one(cast: Cast) -> None:
    hanok = Membership.objects.filter(institution=cast.bank("hanok"))
    for who in (cast.dora, cast.dirk):
        with acting_as(who):
            refused(lambda: hanok.update(until=date.today()), "members_by_two")
            refused(lambda: hanok.update(status=MembershipStatus.SUSPENDED), "membership_is_ended_only")
            refused(lambda: hanok.update(institution=cast.bank("corner")), "membership_is_ended_only")


@pytest.mark.parametrize("made", [{"slug": "desk"}, {"name": "Rhein"}, {"kind": "commercial_bank"}, {"country": "FI"}])
def test_an_institution_stays_what_two_saw_whatever_one_says(cast: Cast, made: dict[str, str]) -> None:
    """With the slug of another its people would come in by that one's sign-in."""
    with acting_as(System("operator", cast.bank("desk").pk)):
        Institution.objects.filter(slug="desk").update(slug="desk-before")
    hanok = Institution.objects.filter(pk=cast.bank("hanok").pk)
    with acting_as(cast.dora):
        refused(lambda: hanok.update(**made), "institution_stays_as_admitted")
        assert hanok.update(website="https://hanok.example") == 1


def test_no_network_is_made_the_heir_of_another_by_one_person(cast: Cast) -> None:
    """Its members would be told all that the other's were."""
    with acting_as(System("operator", cast.bank("desk").pk)):
        other = Network.objects.create(code="other", name="Other", founded_on=date(2025, 1, 1))
    heir = {"code": "heir", "name": "Heir", "founded_on": date.today(), "predecessor": cast.network}
    changes: tuple[tuple[Network, dict[str, Any]], ...] = (
        (cast.network, {"ended_on": date.today()}),
        (other, {"predecessor": cast.network}),
    )
    for who in (cast.dora, cast.dirk):
        with acting_as(who):
            for network, change in changes:
                refused(
                    partial(Network.objects.filter(pk=network.pk).update, **change),
                    "network_is_handed_over_by_its_operator",
                )
            refused(lambda: Network.objects.create(**heir), "network_is_handed_over_by_its_operator")


def test_who_prepared_it_does_not_say_who_the_first_admin_is(cast: Cast) -> None:
    row = confirmed(cast)
    tick = lambda: Checkmark.objects.create(  # noqa: E731
        owner=cast.bank("desk"), subject=row.pk, line=VERIFIED, on=date.today()
    )
    with acting_as(cast.dora):
        refused(tick, "verified_by_another")
        # In another's name it is still Dora who acts.
        made = Checkmark(owner=cast.bank("desk"), subject=row.pk, line=VERIFIED, on=date.today(), by=cast.dirk)
        refused(made.save, "verified_by_another")
    with acting_as(cast.dirk):
        assert Checkmark.objects.get(pk=tick().pk).by == cast.dirk


@pytest.mark.parametrize("role", ["viewer", "institution_admin"])
def test_who_looks_on_or_keeps_accounts_marks_nothing(cast: Cast, role: str) -> None:
    row = confirmed(cast)
    with acting_as(System("operator", cast.bank("desk").pk)):
        looks = Staff.objects.create_user(
            "looks@desk.example", None, institution=cast.bank("desk"), role=role, name="Looks on"
        )
    for line in (VERIFIED, "contacts_called"):
        mark_it = partial(Checkmark.objects.create, owner=cast.bank("desk"), subject=row.pk, line=line, on=date.today())
        with acting_as(looks):
            refused(mark_it, "marked_by_who_answers")
    with acting_as(looks), pytest.raises(Forbidden):
        invite_first_admin(by=looks, admission=row)


def test_nothing_is_marked_before_it_was_done(cast: Cast) -> None:
    row = prepared(cast)
    with acting_as(cast.dirk):
        refused(
            lambda: Checkmark.objects.create(
                owner=cast.bank("desk"), subject=row.pk, line="contacts_called", on=date.today() + timedelta(days=3)
            ),
            "marked_when_done",
        )


def test_a_second_request_about_it_makes_its_preparer_no_other_person(cast: Cast) -> None:
    """Dirk asks for something of the same row, and a third confirms that: Dora has prepared the admission still."""
    row = confirmed(cast)
    with acting_as(System("operator", cast.bank("desk").pk)):
        dana = Staff.objects.create_user(
            "dana@desk.example", None, institution=cast.bank("desk"), role="approver", name="Dana"
        )
    with acting_as(cast.dirk):
        again = prepare(by=cast.dirk, subject=row, deal_id=None, asks={}, summary="Look at it once more")
    with acting_as(dana):
        decide(by=dana, approval=again, decision=Decision.CONFIRMED)
    with acting_as(cast.dora):
        refused(
            lambda: Checkmark.objects.create(owner=cast.bank("desk"), subject=row.pk, line=VERIFIED, on=date.today()),
            "verified_by_another",
        )


def test_nobody_is_called_before_it_is_confirmed(cast: Cast) -> None:
    row = prepared(cast)
    with acting_as(cast.dirk):
        refused(
            lambda: Checkmark.objects.create(
                owner=cast.bank("desk"), subject=row.pk, line=VERIFIED, on=date.today()
            ),
            "verified_by_another",
        )  # fmt: skip


def test_no_account_before_the_first_admin_is_verified(cast: Cast) -> None:
    for row in (prepared(cast), confirmed(cast, prepared(cast, name="Borealis", short_name="Borealis"))):
        for who in (cast.dora, cast.dirk):
            with acting_as(who):
                refused(first(row), "accounts_are_kept_inside")


def test_the_first_account_is_that_of_the_letter_with_no_password_known(cast: Cast) -> None:
    row = verified(cast)
    wrongs: tuple[dict[str, Any], ...] = (
        {"email": "somebody@aurora.example"},
        {"password": PASSWORD},
        {"role": "officer"},
        {"institution_id": cast.bank("hanok").pk},
    )
    for wrong in wrongs:
        for who in (cast.dora, cast.dirk):
            with acting_as(who):
                refused(first(row, **wrong), "accounts_are_kept_inside")
    # Nobody of another institution uses what the secretariat may.
    with acting_as(cast.mary):
        refused(first(row), "accounts_are_kept_inside")
    with acting_as(cast.dora):
        first(row)()
        refused(first(row, email="second@aurora.example"), "accounts_are_kept_inside")


def test_the_secretariat_makes_no_admin_whose_mail_it_reads(cast: Cast) -> None:
    row = confirmed(cast, prepared(cast, admin=Person("Aino", "aino@Desk.example", "1")))
    with acting_as(cast.dirk):
        mark(by=cast.dirk, subject=row, line=VERIFIED, on=date.today())
        refused(first(row, email="aino@desk.example"), "accounts_are_kept_inside")


def test_no_first_admin_of_an_institution_that_has_rows(cast: Cast) -> None:
    """Its people are gone, and what it owns is there."""
    row = verified(cast)
    with acting_as(System("loader", row.member)):
        Contact.objects.create(
            owner_id=row.member, secretariat=cast.bank("desk"), kind="duty", name="x", email="x@x.example", phone="1"
        )
    with acting_as(cast.dora):
        refused(first(row), "accounts_are_kept_inside")


def test_nobody_else_reads_admissions_or_contacts(cast: Cast) -> None:
    row = verified(cast)
    with acting_as(cast.dirk):
        invite_first_admin(by=cast.dirk, admission=row)
        assert Contact.objects.filter(owner=row.member).count() == 3
    for who in (cast.ada, cast.mina, cast.finn, cast.cora):
        with acting_as(who):
            for model in (Admission, Checkmark, MembershipChange, Contact):
                assert not model._default_manager.exists()
    with acting_as(Staff.objects.get(email=AINO.email)):
        assert Contact.objects.count() == 3
        assert not Admission.objects.exists()


def test_the_secretariat_changes_no_contact_of_an_institution(cast: Cast) -> None:
    row = verified(cast)
    with acting_as(cast.dirk):
        invite_first_admin(by=cast.dirk, admission=row)
        assert Contact.objects.filter(kind="technical").update(email="mine@desk.example") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            Contact.objects.create(
                owner_id=row.member,
                secretariat=cast.bank("desk"),
                kind="duty",
                name="x",
                email="x@x.example",
                phone="1",
            )
