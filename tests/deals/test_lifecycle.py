"""Stages, held by the database: what it refuses even when the code asks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from deals.lifecycle import RENEWED, STAGES, Class, goes_back, moves_from
from deals.models import Commitment, Instrument, Size, Step
from deals.money import Money
from deals.services.approving import confirm, reject
from deals.services.commitments import change_commitment, register_commitment
from deals.services.moves import move_commitment
from deals.services.owning import ApprovedStands
from deals.services.requirements import Refused
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Forbidden, Unmet
from institutions.services.approvals import AlreadyWaiting, SamePerson, Voided
from tests.acts import confirm_waiting, letter
from tests.cast import Cast, in_a_year


def constraint_of(error: pytest.ExceptionInfo[IntegrityError]) -> str:
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def test_a_letter_without_a_date_or_past_its_date_is_refused(cast: Cast) -> None:
    with acting_as(cast.mina), pytest.raises(Unmet) as refused:
        register_commitment(by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest")
    assert list(refused.value.unmet) == ["/valid_until"]
    with acting_as(cast.mina), pytest.raises(Unmet):
        register_commitment(
            by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=date.today() - timedelta(days=1),
        )  # fmt: skip
    with acting_as(cast.mina):
        assert not Commitment.objects.exists()


@pytest.mark.parametrize("stage", [s.code for s in STAGES.values() if s.cls is not Class.INDICATIVE])
def test_the_database_registers_nothing_beyond_indicative(cast: Cast, stage: str) -> None:
    with acting_as(cast.mina):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.create(
                owner=cast.bank("hanok"), institution=cast.bank("hanok"), deal=cast.deal, stage=stage,
                instrument="senior_loan", valid_until=in_a_year(),
            )  # fmt: skip
        assert constraint_of(refused) == "commitment_begins_indicative"


@pytest.mark.parametrize(
    ("stage", "constraint"),
    [
        ("conditional_approval", "stage_requires_tranche"),
        ("approved", "stage_requires_tranche"),
        ("signed", "stage_requires_tranche"),
        ("declined", "stage_requires_reason"),
    ],
)
def test_the_database_refuses_a_move_whose_requirements_are_not_met(cast: Cast, stage: str, constraint: str) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage=stage)
        assert constraint_of(refused) == constraint


def test_the_database_refuses_firm_money_that_one_person_made(cast: Cast) -> None:
    made = letter(cast, stage="due_diligence")
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=made.pk).update(tranche=cast.base)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="approved")
        assert constraint_of(refused) == "stage_requires_four_eyes"
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            made.prepare(Level.PARTIES)
            Commitment.objects.filter(pk=made.pk).update(level="parties")
        assert constraint_of(refused) == "widening_needs_four_eyes"


def test_an_approval_is_confirmed_by_another_person_and_then_done(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
        made.refresh_from_db()
        assert made.stage == "letter_of_interest"
        with pytest.raises(Forbidden):
            confirm(by=cast.mina, approval=waiting)
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waiting)
        made.refresh_from_db()
        assert made.stage == "approved"
        assert list(Step.objects.filter(commitment=made).values_list("stage", flat=True)) == [
            "enquiry",
            "letter_of_interest",
            "approved",
        ]


def test_the_database_lets_nobody_approve_what_they_prepared(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
    # An officer who became an approver in between is still the same person.
    cast.mina.role = "approver"
    cast.mina.save()
    with acting_as(cast.mina):
        with pytest.raises(SamePerson):
            confirm(by=cast.mina, approval=waiting)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Approval.objects.filter(pk=waiting.pk).update(
                decision="confirmed", decided_by=cast.mina, decided_at=timezone.now()
            )
        assert constraint_of(refused) == "approval_needs_a_second_person"
        # Nor can it be signed with a colleague's name.
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Approval.objects.filter(pk=waiting.pk).update(
                decision="confirmed", decided_by=cast.joon, decided_at=timezone.now()
            )
        assert constraint_of(refused) == "approval_is_decided_by_the_actor"


def test_a_change_after_preparing_voids_the_approval(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
        change_commitment(by=cast.mina, commitment=made, note="After the site visit")
    with acting_as(cast.joon), pytest.raises(Voided):
        confirm(by=cast.joon, approval=waiting)
    with acting_as(cast.joon):
        reject(by=cast.joon, approval=waiting, reason="The note was changed")
        made.refresh_from_db()
        assert made.stage == "letter_of_interest"


def test_what_two_persons_approved_stands(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waiting)
    with acting_as(cast.mina):
        made.refresh_from_db()
        assert made.tranche_id == cast.base.pk
        with pytest.raises(ApprovedStands):
            change_commitment(by=cast.mina, commitment=made, size=SizeDraft(Money.of("1", "USD")))
        with pytest.raises(ApprovedStands):
            change_commitment(by=cast.mina, commitment=made, valid_until=in_a_year())
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(tranche=None)
        assert constraint_of(refused) == "approved_facts_stand"
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Size.objects.filter(commitment=made).update(amount=1)
        assert constraint_of(refused) == "approved_size_stands"


def test_nothing_lapses_by_hand(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        with pytest.raises(Refused):
            move_commitment(by=cast.mina, commitment=made, to="lapsed")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="lapsed")
        assert constraint_of(refused) == "lapses_by_its_date"


def test_a_size_waits_with_its_commitment(cast: Cast) -> None:
    with acting_as(cast.mina):
        made = register_commitment(
            by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), level=Level.PARTIES, size=SizeDraft(Money.of("1", "USD"), level=Level.LEAD),
        )  # fmt: skip
    with acting_as(cast.ada):
        assert not Size.objects.filter(commitment=made).exists()
    confirm_waiting(cast, made)
    with acting_as(cast.ada):
        assert Size.objects.get(commitment=made).level == "lead"
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(pk=made.pk).exists()
        assert not Size.objects.filter(commitment=made).exists()


def test_only_one_request_about_a_row_waits_at_a_time(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        with pytest.raises(AlreadyWaiting), transaction.atomic():
            move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)


def test_every_missing_requirement_is_named(cast: Cast) -> None:
    with acting_as(cast.mina):
        made = register_commitment(by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="enquiry")
        with pytest.raises(Unmet) as refused:
            move_commitment(by=cast.mina, commitment=made, to="signed")
    assert set(refused.value.unmet) == {"/size", "/tranche", "/agreement_reference", "/level"}


def test_an_ended_commitment_goes_nowhere(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="withdrawn", reason="Appetite is gone")
        with pytest.raises(Refused):
            move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", reason="back")
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="letter_of_interest")
        assert constraint_of(refused) == "ended_is_not_moved"


def test_the_reason_of_an_ending_stays_with_its_institution(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="declined", reason="Country limit")
        step = Step.objects.get(commitment=made, stage="declined")
        with pytest.raises(IntegrityError), transaction.atomic():
            step.prepare(Level.LEAD)
            Step.objects.filter(pk=step.pk).update(level="lead")
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=made.pk).stage == "declined"
        assert not Step.objects.filter(commitment=made).exists()


def test_nobody_speaks_for_another_institution(cast: Cast) -> None:
    with acting_as(cast.rolf), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        Commitment.objects.create(
            owner=cast.bank("hanok"), institution=cast.bank("hanok"), deal=cast.deal, stage="enquiry",
            instrument="senior_loan",
        )  # fmt: skip
    with acting_as(cast.rolf), pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.create(
            owner=cast.bank("rhein"), institution=cast.bank("hanok"), deal=cast.deal, stage="enquiry",
            instrument="senior_loan",
        )  # fmt: skip


def test_a_foreign_size_tells_nothing_of_a_hidden_one(cast: Cast) -> None:
    """A unique index would answer 'there is one already'; the policy refuses before it is asked."""
    with_size = letter(cast, Level.PARTIES, size_level=Level.OWN, stage="enquiry")
    with acting_as(cast.mina):
        without = register_commitment(
            by=cast.mina, deal=cast.deal, instrument=Instrument.EQUITY, stage="enquiry", level=Level.LEAD
        )
    answers = []
    for commitment in (with_size, without):
        with acting_as(cast.rolf), pytest.raises(Exception, match="row-level") as refused, transaction.atomic():
            Size.objects.create(
                owner=cast.bank("rhein"), deal=cast.deal, commitment=commitment, amount=1, currency="USD"
            )
        answers.append(str(refused.value))
    assert answers[0] == answers[1]


@given(st.sampled_from(list(STAGES)))
def test_nothing_is_unsigned_and_what_has_ended_stays_so(code: str) -> None:
    here = STAGES[code]
    for target in moves_from(code):
        there = STAGES[target]
        assert there.order is None or (here.order or 0) < 9 or there.order >= 9
        assert (target == code) is (target == code and code in RENEWED)
        assert not goes_back(code, target) or (there.order or 0) < (here.order or 0)
    if here.cls is Class.ENDED:
        assert moves_from(code) == ()


def test_money_finer_than_its_currency_is_refused_by_the_database(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        for amount, currency in (("10.5", "JPY"), ("1.2345", "KWD"), ("1.001", "USD")):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                Size.objects.filter(commitment=made).update(amount=amount, currency=currency)
            assert constraint_of(refused) == "money_in_minor_units"
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Size.objects.filter(commitment=made).update(currency="ZZZ")
        assert constraint_of(refused) == "currency_is_iso4217"
        assert SizeDraft(Money.of("10", "JPY")).amount == 10
