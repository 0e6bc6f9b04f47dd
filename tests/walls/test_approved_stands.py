"""What two persons saw is not changed by one of them afterwards, whichever way it is tried."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from deals.models import Commitment, Deal, DealRole, DealStep, JointAmount, Origin, Party, Price, Step
from deals.money import Money
from deals.services.covers import promise_together
from deals.services.deal_moves import move_deal
from deals.services.deals import register_deal
from deals.services.inviting import invite
from deals.services.moves import move_commitment
from deals.services.owning import EndedStands
from deals.services.prices import PriceDraft, put_price
from deals.services.requirements import InFuture
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Decision
from institutions.services import approvals
from tests.acts import confirm_waiting, letter, published, signed
from tests.api import APPROVES, system_of
from tests.cast import Cast, in_a_year
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")

DEAR, CHEAP = (PriceDraft(Decimal(bps), "1 % upfront", "", Level.LEAD) for bps in ("310.5", "180"))


def priced_letter(cast: Cast) -> Commitment:
    """A letter at a margin of 310.5 basis points, as two persons saw it."""
    made = letter(cast, Level.LEAD, stage="enquiry")
    with acting_as(cast.mina):
        put_price(by=cast.mina, commitment=made, price=DEAR)
        move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=in_a_year())
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
    return made


def test_another_price_of_a_letter_waits_for_an_approver(cast: Cast) -> None:
    made = priced_letter(cast)
    with acting_as(cast.mina):
        with pytest.raises(IntegrityError, match="the price of what two persons approved"), transaction.atomic():
            Price.objects.filter(commitment=made).update(margin_bps="180.00")
        assert put_price(by=cast.mina, commitment=made, price=CHEAP)
        assert Price.objects.get(commitment=made).margin_bps == Decimal("310.50")
    assert "Its price becomes: margin 180.00 bp, fees 1 % upfront." in Web(cast.joon).get("approvals").seen
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        assert Price.objects.get(commitment=made).margin_bps == Decimal("180.00")


def test_a_price_is_told_less_far_by_one(cast: Cast) -> None:
    made = priced_letter(cast)
    narrower = PriceDraft(Decimal("310.50"), "1 % upfront", "", Level.OWN)
    with acting_as(cast.mina):
        assert put_price(by=cast.mina, commitment=made, price=narrower) is None
        assert Price.objects.get(commitment=made).level == "own"


def test_what_is_signed_is_priced_anew_by_two(cast: Cast) -> None:
    made = signed(cast, Level.LEAD)
    with acting_as(cast.mina):
        assert put_price(by=cast.mina, commitment=made, price=CHEAP)
        assert not Price.objects.exists()
    confirm_waiting(cast, made)
    with acting_as(cast.ada):
        assert Price.objects.get(commitment=made).margin_bps == Decimal("180.00")


def test_nobody_prices_what_has_ended(cast: Cast) -> None:
    made = priced_letter(cast)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="withdrawn", reason="Not this year")
        made.refresh_from_db()
        with pytest.raises(EndedStands):
            put_price(by=cast.mina, commitment=made, price=CHEAP)
        with pytest.raises(IntegrityError, match="what has ended stays"), transaction.atomic():
            Price.objects.filter(commitment=made).update(margin_bps="180.00")


def test_a_request_of_one_price_confirms_no_other(cast: Cast) -> None:
    made = priced_letter(cast)
    with acting_as(cast.mina):
        asked = put_price(by=cast.mina, commitment=made, price=CHEAP)
    assert asked
    said = "the price of what two persons approved"
    with acting_as(cast.joon), pytest.raises(IntegrityError, match=said), transaction.atomic():
        approvals.decide(by=cast.joon, approval=asked, decision=Decision.CONFIRMED)
        Price.objects.filter(commitment=made).update(margin_bps="18.00")


def test_a_system_asks_for_another_price_of_a_letter(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, by="rolf", approver="rita")
    rhein, path = system_of("rhein"), f"commitments/{made.pk}"
    price = {"margin_bps": "275.25", "fees": "", "premium": "", "level": "lead"}
    asked = rhein.patch(path, {"price": price}, rhein.get(path).body["version"])
    assert (asked.status, asked.body["price"]) == (200, None), asked.raw
    approver = system_of("rhein", APPROVES)
    waiting = approver.get(f"approvals/{asked.body['pending_approval']['id']}").body
    assert waiting["price"] == price
    approver.post(f"approvals/{waiting['id']}/confirm")
    assert rhein.get(path).body["price"] == price


def test_a_price_beyond_its_commitment_is_refused_at_its_field(cast: Cast) -> None:
    body = {"deal": str(cast.deal.pk), "instrument": "senior_loan", "stage": "enquiry", "level": "own",
            "price": {"margin_bps": "200", "level": "lead"}}  # fmt: skip
    refused = system_of("rhein").post("commitments", body)
    assert refused.codes == {"/price/level": "part_within_commitment"}, refused.raw


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


def test_nobody_keeps_a_published_deal(cast: Cast) -> None:
    published(cast, about="rhein")
    desk = system_of("desk", "registry:read deals:write")
    (deal,) = [row for row in desk.get("deals").body["results"] if row["origin"] == "published"]
    path, version = f"deals/{deal['id']}", deal["version"]
    answers = [
        desk.patch(path, {"name": "Ours now"}, version),
        desk.post(f"{path}/transitions", {"to": "cancelled", "reason": "x"}, If_Match=f'"{version}"'),
        desk.post("tranches", {"deal": deal["id"], "name": "Base", "currency": "USD"}),
    ]
    assert [(a.status, a.body["type"].rsplit(":")[-1]) for a in answers] == [(403, "published")] * 3
    with acting_as(cast.dora):
        with pytest.raises(IntegrityError, match="a published deal is not moved"), transaction.atomic():
            Deal.objects.filter(pk=deal["id"]).update(status="suspended")
        assert Deal.objects.get(pk=deal["id"]).name == deal["name"]


def test_no_step_is_of_tomorrow(cast: Cast) -> None:
    made, tomorrow = letter(cast, Level.LEAD), timezone.now().date() + timedelta(days=1)
    with acting_as(cast.mina):
        with pytest.raises(InFuture):
            move_commitment(by=cast.mina, commitment=made, to="due_diligence", on=tomorrow)
        with pytest.raises(IntegrityError, match="today or earlier"), transaction.atomic():
            Step.objects.create(owner=made.owner, deal=made.deal, commitment=made, stage="x", effective_on=tomorrow)
    with acting_as(cast.ada):
        with pytest.raises(InFuture):
            move_deal(by=cast.ada, deal=cast.deal, to="allocating", on=tomorrow)
        with pytest.raises(IntegrityError, match="today or earlier"), transaction.atomic():
            DealStep.objects.create(owner=cast.bank("austral"), deal=cast.deal, status="x", effective_on=tomorrow)


@pytest.mark.parametrize("days", [{"nda_expires_on": "2030-01-01"},
                                  {"nda_signed_on": "2026-03-01", "nda_expires_on": "2026-03-01"}])  # fmt: skip
def test_an_invitations_nda_expires_after_it_was_signed(cast: Cast, days: dict[str, str]) -> None:
    lead = system_of("austral", "registry:read deals:write")
    body = {"deal": str(cast.deal.pk), "institution": str(cast.bank("maple").pk)}
    assert lead.post("parties", body | days).codes == {"/nda_expires_on": "nda_dates_wrong"}


def test_the_database_keeps_an_ndas_days_in_order(cast: Cast) -> None:
    days = {"nda_signed_on": date(2026, 3, 1), "nda_expires_on": date(2026, 2, 1)}
    with acting_as(cast.ada), pytest.raises(IntegrityError, match="nda_expires_after"), transaction.atomic():
        Party.objects.create(
            owner=cast.bank("austral"), deal=cast.deal, institution=cast.bank("maple"), invited_on=date.today(), **days
        )
