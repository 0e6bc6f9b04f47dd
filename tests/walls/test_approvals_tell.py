"""An approver sees what a request asks, not what its preparer says; and what it is about is not the preparer's word."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from deals.models import Commitment, Participation, Size
from deals.money import Money
from deals.services.approving import confirm
from deals.services.inviting import invite
from deals.services.moves import move_commitment
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.services.approvals import Voided
from tests.acts import grant, letter
from tests.cast import Cast
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def test_another_size_is_shown_beside_the_one_that_stands(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        size = SizeDraft(Money.of("900000000", "USD"))
        move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base, size=size)
    page = Web(cast.joon).get("approvals").seen
    assert "Its size becomes: USD 900,000,000 (exact) (now USD 150,000,000)." in page


def test_a_request_that_says_one_thing_and_asks_another_is_shown_by_what_it_asks(cast: Cast) -> None:
    with acting_as(cast.ada):
        party = invite(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), on=date.today())
        Approval.objects.create(
            owner=cast.bank("austral"), deal_id=cast.deal.pk, table="deals_deal", row_id=cast.deal.pk,
            asks={"states": {str(party.pk): "confirmed"}, "says": ["Correct a typing mistake."]},
            summary="Correct the code name", prepared_by=cast.ada, prepared_from="",
        )  # fmt: skip
    page = Web(cast.abe).get("approvals").seen
    assert page.count("Put in force the party: Maple.") == 2
    assert "In the preparer's words: Correct a typing mistake." in page


@pytest.mark.parametrize(
    "asks",
    [{"levels": {"x": "public"}}, {"everything": True}, {"states": {"6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a": "y"}}],
)
def test_a_request_that_makes_no_sense_is_refused(cast: Cast, asks: dict[str, object]) -> None:
    made = letter(cast)
    with acting_as(cast.mina), pytest.raises(Exception, match=r"request|invalid input"), transaction.atomic():
        Approval.objects.create(
            owner=cast.bank("hanok"), deal_id=cast.deal.pk, table="deals_commitment", row_id=made.pk, asks=asks,
            summary="x", prepared_by=cast.mina, prepared_from="",
        )  # fmt: skip


def test_what_a_request_is_about_is_worked_out_by_the_database(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, stage="enquiry")
    with acting_as(cast.mina):
        asked = Approval.objects.create(
            owner=cast.bank("hanok"), deal_id=cast.deal.pk, table="deals_commitment", row_id=made.pk,
            asks={"stage": "letter_of_interest", "on": date.today().isoformat(), "reason": "", "facts": {}, "rows": []},
            summary="A small letter", prepared_by=cast.mina, prepared_from="",
        )  # fmt: skip
    with acting_as(cast.mina):
        Size.objects.filter(commitment=made).update(amount=800_000_000)
    with acting_as(cast.joon), pytest.raises(Voided):
        confirm(by=cast.joon, approval=Approval.objects.get(pk=asked.pk))
    with acting_as(cast.mina):
        assert Commitment.objects.get(pk=made.pk).stage == "enquiry"


def test_a_grant_is_not_lengthened_by_one(committed_cast: Cast) -> None:
    cast = committed_cast
    named = grant(cast, letter(cast), "maple")
    with (
        acting_as(cast.mina),
        pytest.raises(IntegrityError, match="a grant needs a second person"),
        transaction.atomic(),
    ):
        type(named).objects.filter(pk=named.pk).update(ends=named.ends.replace(year=2099))


def test_firm_money_is_not_turned_into_a_share_by_one(committed_cast: Cast) -> None:
    cast = committed_cast
    loan, made = letter(cast, Level.PARTIES, by="rolf", approver="rita"), letter(cast, Level.LEAD)
    with acting_as(cast.mina):
        waits = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
    assert waits
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waits)
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="two persons approved stands"), transaction.atomic():
        Participation.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=made, lender=loan, kind="risk"
        )


def test_words_and_sizes_that_are_told_beyond_the_lead_are_not_changed_by_one(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="enquiry", reason="Under review")
        with pytest.raises(IntegrityError, match="beyond the lead"), transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(note="Hanok is leaving")
        with pytest.raises(IntegrityError, match="two persons"), transaction.atomic():
            Size.objects.filter(commitment=made).update(amount=5_000_000_000)
