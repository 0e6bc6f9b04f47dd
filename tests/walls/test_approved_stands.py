"""What two persons saw is not changed by one of them afterwards, whichever way it is tried."""

from datetime import date
from decimal import Decimal

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction

from deals.models import DealRole, JointAmount, Origin, Party, Price
from deals.money import Money
from deals.services.covers import promise_together
from deals.services.deals import register_deal
from deals.services.inviting import invite
from deals.services.moves import move_commitment
from deals.services.owning import ApprovedStands
from deals.services.prices import PriceDraft, put_price
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter
from tests.api import APPROVES, system_of
from tests.cast import Cast, in_a_year
from tests.web import Web

DEAR, CHEAP = (PriceDraft(Decimal(bps), "1 % upfront", "", Level.LEAD) for bps in ("310.5", "180"))


@pytest.fixture(autouse=True)
def second_factor_is_free(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_FORCED = False


def test_a_letters_price_changes_only_with_a_move_that_two_see(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, stage="enquiry")
    with acting_as(cast.mina):
        put_price(by=cast.mina, commitment=made, price=DEAR)
        move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=in_a_year())
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        with pytest.raises(ApprovedStands, match="Its price"):
            put_price(by=cast.mina, commitment=made, price=CHEAP)
        with pytest.raises(IntegrityError, match="the price of what two persons approved"), transaction.atomic():
            Price.objects.filter(commitment=made).update(margin_bps="180.00")
        waits = move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", price=CHEAP)
        assert waits
        assert Price.objects.get(commitment=made).margin_bps == Decimal("310.50")
    assert "Its price becomes: margin 180.00 bp, fees 1 % upfront." in Web(cast.joon).get("approvals").seen
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        assert Price.objects.get(commitment=made).margin_bps == Decimal("180.00")


def test_a_price_is_told_less_far_by_one(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, stage="enquiry")
    with acting_as(cast.mina):
        put_price(by=cast.mina, commitment=made, price=DEAR)
        move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=in_a_year())
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        kept = put_price(
            by=cast.mina, commitment=made, price=PriceDraft(Decimal("310.50"), "1 % upfront", "", Level.OWN)
        )
        assert kept.level == "own"


def test_a_system_moves_a_commitment_with_another_price(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    rhein, path = system_of("rhein"), f"commitments/{made.pk}"
    price = {"margin_bps": "275.25", "fees": "", "premium": "", "level": "lead"}
    read = rhein.get(path).body
    refused = rhein.patch(path, {"price": price}, read["version"])
    assert refused.codes == {"/price": "approved_stands"}, refused.raw
    moved = rhein.post(
        f"{path}/transitions", {"to": "letter_of_interest", "price": price}, If_Match=f'"{read["version"]}"'
    )
    assert moved.status == 202, moved.raw
    approver = system_of("rhein", APPROVES)
    waiting = approver.get(f"approvals/{moved.body['pending_approval']['id']}").body
    assert waiting["price"] == price
    approver.post(f"approvals/{waiting['id']}/confirm")
    assert rhein.get(path).body["price"] == price


def test_whoever_publishes_lets_nobody_into_a_registered_deal_that_way(cast: Cast) -> None:
    desk = cast.bank("desk")
    with acting_as(cast.dora):
        deal = register_deal(by=cast.dora, network=cast.network, slug="desk", name="Of the desk")
        told = {
            "owner": desk,
            "deal": deal,
            "institution": cast.bank("corner"),
            "origin": Origin.PUBLISHED,
            "level": "public",
        }
        for make in (lambda: Party.objects.create(**told, invited_on=date.today()),
                     lambda: DealRole.objects.create(**told, role="bookrunner")):  # fmt: skip
            with pytest.raises(IntegrityError, match="of a published deal"), transaction.atomic():
                make()


def test_one_person_does_not_put_another_company_under_the_nda(cast: Cast) -> None:
    with acting_as(cast.ada):
        party = invite(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), on=date.today(),
                       nda_signed_on=date.today(), nda_company="Wattle Pty")  # fmt: skip
    confirm_waiting(cast, party, by="abe")
    with acting_as(cast.ada), pytest.raises(IntegrityError, match="recorded by two"), transaction.atomic():
        Party.objects.filter(pk=party.pk).update(nda_company="Wattle Holdings")


def test_the_words_of_a_joint_amount_that_is_told_stand(cast: Cast) -> None:
    both = [letter(cast, Level.PARTIES, stage="indicative_terms") for _ in range(2)]
    with acting_as(cast.mina):
        joint = promise_together(
            by=cast.mina, commitments=both, money=Money.of("900000000", "USD"), level=Level.PARTIES
        )
    confirm_waiting(cast, joint)
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="told beyond the lead"), transaction.atomic():
        JointAmount.objects.filter(pk=joint.pk).update(note="Half of it is Rhein's")
