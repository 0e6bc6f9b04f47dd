"""A commitment's life beyond the straight way: renewed in place, restated, set back, never un-signed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from deals.models import Commitment, Size, Step
from deals.money import Money
from deals.services.approving import confirm
from deals.services.moves import move_commitment
from deals.services.requirements import NothingNew, Refused, SignedSize
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Unmet
from tests.acts import confirm_waiting, letter
from tests.cast import Cast, in_a_year

LATER = in_a_year() + timedelta(days=90)


def test_a_letter_is_renewed_by_two_as_a_new_dated_row(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    with acting_as(cast.mina):
        with pytest.raises(NothingNew):
            move_commitment(by=cast.mina, commitment=made, to="letter_of_interest")
        waits = move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=LATER)
        assert waits
        assert "is renewed as letter of interest" in waits.summary
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=made.pk).valid_until == in_a_year()
    confirm_waiting(cast, made)
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=made.pk).valid_until == LATER
    with acting_as(cast.mina):
        steps = Step.objects.filter(commitment=made, stage="letter_of_interest").values_list("valid_until", flat=True)
        assert set(steps) == {in_a_year(), LATER}


def test_another_size_is_seen_by_two_and_is_exactly_what_was_asked(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast)
    restated = SizeDraft(Money.of("175000000.50", "USD"))
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", size=restated)
        assert Size.objects.get(commitment=made).amount == 150_000_000
    with acting_as(cast.joon):
        waiting = Approval.objects.get(row_id=made.pk, decision="")
        assert waiting.asks["size"] == "175000000.5 USD exact"
        # Not even in the transaction in which it is confirmed does another amount pass.
        with pytest.raises(IntegrityError, match="two persons approved"), transaction.atomic():
            confirm(by=cast.joon, approval=waiting)
            Size.objects.filter(commitment=made).update(amount=900_000_000)
        waiting.refresh_from_db()
        confirm(by=cast.joon, approval=waiting)
        assert str(Size.objects.get(commitment=made).amount) == "175000000.5000"


def test_no_fact_changes_beside_those_that_were_asked(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast)
    with acting_as(cast.mina):
        waits = move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=LATER)
    assert waits
    with acting_as(cast.joon), pytest.raises(IntegrityError, match="two persons approved"), transaction.atomic():
        confirm(by=cast.joon, approval=waits)
        Commitment.objects.filter(pk=made.pk).update(valid_until=LATER + timedelta(days=1))


def test_going_back_has_a_reason_of_its_own(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    with acting_as(cast.mina):
        with pytest.raises(Unmet) as refused:
            move_commitment(by=cast.mina, commitment=made, to="enquiry")
        assert list(refused.value.unmet) == ["/reason"]
        with pytest.raises(IntegrityError, match="going back is explained"), transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="enquiry")
        move_commitment(by=cast.mina, commitment=made, to="enquiry", reason="The mandate is under review")
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=made.pk).stage == "enquiry"
        assert not Step.objects.filter(commitment=made).exists(), "why stays with the institution"
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="due_diligence")
        # The reason of the first time does not explain a second one.
        with pytest.raises(IntegrityError, match="going back is explained"), transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="enquiry")


def test_firm_money_is_set_back_by_two(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        waits = move_commitment(by=cast.mina, commitment=made, to="due_diligence", reason="New reserve statement")
        assert waits
        with pytest.raises(IntegrityError, match="ended by two"), transaction.atomic():
            Step.objects.create(
                owner=cast.bank("hanok"), deal=cast.deal, commitment=made, stage="due_diligence", reason="alone"
            )
            Commitment.objects.filter(pk=made.pk).update(stage="due_diligence")
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        assert made.stage == "due_diligence"


def test_what_is_signed_is_cancelled_and_never_unsigned(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    for to, facts in (("approved", {"tranche": cast.base}), ("signed", {"agreement_reference": "FA-1",
                                                                        "signed_on": date.today()})):  # fmt: skip
        with acting_as(cast.mina):
            made.refresh_from_db()
            move_commitment(by=cast.mina, commitment=made, to=to, **facts)
        confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        with pytest.raises(Refused, match="'signed' does not go to 'approved'"):
            move_commitment(by=cast.mina, commitment=made, to="approved", reason="A mistake")
        with pytest.raises(SignedSize):
            move_commitment(by=cast.mina, commitment=made, to="effective", size=SizeDraft(Money.of("1", "USD")))
        with pytest.raises(IntegrityError, match="never un-signed"), transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="approved")
