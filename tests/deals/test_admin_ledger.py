"""The ledger in the web admin: figures, course, lines, and what officers record."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from deals.admin.course import BASELINE, TALLEST, course
from deals.models import Kind, Movement, RoleKind, Tranche, Transfer
from deals.money import Money
from deals.selectors.ledger import Balance, Day, balance
from deals.services.inviting import name_role
from deals.services.proposals import Share, propose_movements
from deals.services.transfers import offer_transfer
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, move_money, signed
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

TODAY = timezone.now().date()


def form(**changed: str) -> dict[str, str]:
    given = {"kind": "drawdown", "amount": "60000000", "on": "", "reference": "U 1", "level": ""} | changed
    return {f"movement-{name}": value for name, value in given.items()}


def test_the_page_shows_the_sums_the_course_and_the_lines(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=30)
    page = Web(cast.mina).get("deals_commitment_change", made.pk)
    assert page.status == 200
    for text in (
        "Committed USD 150,000,000",
        "Drawn USD 60,000,000",
        "Available USD 90,000,000",
        "initial",
        "drawdown",
    ):
        assert text in page.seen
    assert '<title id="course-title">' in page.text
    assert "At last committed 150 m; drawn 60 m; outstanding 60 m." in page.seen


def test_a_page_costs_the_same_however_long_the_ledger_is(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "1000000")
    before = Web(cast.mina).get("deals_commitment_change", made.pk)
    for _ in range(3):
        move_money(cast, made, Kind.DRAWDOWN, "1000000")
    assert Web(cast.mina).get("deals_commitment_change", made.pk).queries == before.queries


def test_an_officer_records_a_drawdown_and_what_is_wrong_is_said_at_its_field(cast: Cast) -> None:
    made = signed(cast)
    web = Web(cast.mina)
    page = web.post("deals_commitment_movement", made.pk, **form())
    assert "Recorded: drawdown of USD 60,000,000.00" in page.seen
    for changed, says in [
        ({"amount": "1e5"}, "digits and a point"),
        ({"amount": "0"}, "above zero"),
        ({"amount": "90000001"}, "On no day may more be drawn"),
        ({"on": "2999-01-01"}, "has not happened yet"),
    ]:
        page = web.post("deals_commitment_movement", made.pk, **form(**changed))
        assert page.status == 422
        assert says in page.seen
    page = web.post("deals_commitment_movement", made.pk, **form(kind="increase", amount="50000000"))
    assert "It waits for an approver" in page.seen
    with acting_as(cast.mina):
        assert balance(made.pk) == Balance("USD", Decimal(150_000_000), Decimal(60_000_000), Decimal(0))


def test_a_movement_is_reversed_on_the_page(cast: Cast) -> None:
    made = signed(cast)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000")
    page = Web(cast.mina).post("deals_commitment_reverse", made.pk, drawn.pk)
    assert "It waits for an approver" in page.seen
    assert "Reverse the drawdown of USD 60,000,000.00 of" in Web(cast.joon).get("approvals").seen
    with acting_as(cast.mina):
        confirm_waiting(cast, Movement.objects.get(reverses=drawn))
    page = Web(cast.mina).get("deals_commitment_change", made.pk)
    assert "Drawn USD 0" in page.seen
    assert "Reverse</button>" not in page.text


def test_a_redenomination_and_an_offer_on_the_page(cast: Cast) -> None:
    made, other = signed(cast), signed(cast)
    web = Web(cast.mina)
    given = {"currency_": "eur", "rate": "0.915", "on": "", "reference": ""}
    page = web.post(
        "deals_commitment_redenomination", made.pk, **{f"redenomination-{name}": v for name, v in given.items()}
    )
    assert "It waits for an approver" in page.seen
    offer = {"to": str(cast.bank("rhein").pk), "amount": "1000000", "on": "", "reference": "TC 1"}
    page = web.post("deals_commitment_offer", other.pk, **{f"offer-{name}": value for name, value in offer.items()})
    assert "It waits for an approver" in page.seen
    with acting_as(cast.mina):
        confirm_waiting(cast, Transfer.objects.get())


def test_what_others_addressed_to_the_institution_stands_on_its_desk(cast: Cast) -> None:
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("sakura"), role=RoleKind.FACILITY_AGENT)
    confirm_waiting(cast, role, by="abe")
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita")
    with acting_as(cast.sora):
        share = Share(cast.bank("rhein"), Money.of("20000000", "USD"))
        (proposal,) = propose_movements(
            by=cast.sora, deal=cast.deal, kind=Kind.DRAWDOWN, on=TODAY, shares=[share], reference="Notice 7"
        )
    with acting_as(cast.mina):
        offer = offer_transfer(by=cast.mina, commitment=ours, to=cast.bank("rhein"), money=Money.of("5000000", "USD"))
    confirm_waiting(cast, offer)
    rolf = Web(cast.rolf)
    desk = rolf.get("index")
    assert "Drawdown of USD 20,000,000 proposed by Sakura, Notice 7" in desk.seen
    assert "Transfer of USD 5,000,000 offered by Hanok" in desk.seen
    assert "Notice 7" not in Web(cast.mina).get("index").seen
    page = rolf.get("deals_commitment_change", theirs.pk)
    assert "Hanok offers USD 5,000,000" in page.seen
    assert "Proposed by the agent" in page.seen
    assert "Recorded as proposed" in rolf.post("deals_proposal_confirm", proposal.pk).seen
    assert "It waits for an approver" in rolf.post("deals_commitment_take_up", theirs.pk, offer.pk).seen
    desk = rolf.get("index")
    assert "Money that asks for your word" not in desk.seen
    # Nobody else's notice is there to be confirmed.
    assert Web(cast.mina).post("deals_proposal_confirm", proposal.pk).status == 404


def test_undrawn_money_past_its_availability_is_cancelled_with_one_click(cast: Cast) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.ada):
        Tranche.objects.filter(pk=cast.base.pk).update(availability_ends_on=TODAY - timedelta(days=1))
    web = Web(cast.mina)
    assert "USD 90,000,000 undrawn past its availability" in web.get("index").seen
    page = web.get("deals_commitment_change", made.pk)
    assert "USD 90,000,000 is undrawn" in page.seen
    page = web.post(
        "deals_commitment_movement", made.pk,
        **{"movement-kind": "partial_cancellation", "movement-amount": "90000000.0000"},
    )  # fmt: skip
    assert "It waits for an approver" in page.seen


def test_others_see_what_they_are_told_and_no_forms(cast: Cast) -> None:
    made = signed(cast, Level.PARTIES)
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    page = Web(cast.rolf).get("deals_commitment_change", made.pk)
    assert "Committed USD 150,000,000" in page.seen
    assert "Drawn USD 0" in page.seen
    assert "Record a movement" not in page.seen
    assert Web(cast.rolf).post("deals_commitment_movement", made.pk, **form()).status == 404


def test_the_course_goes_across_and_then_up_or_down() -> None:
    def day(on: int, committed: int, drawn: int) -> Day:
        return Day(date(2026, 1, on), Balance("USD", Decimal(committed), Decimal(drawn), Decimal(0)))

    drawn = course([day(1, 100, 0), day(11, 100, 50)], until=date(2026, 1, 21))
    assert drawn is not None
    assert [curve.name for curve in drawn.curves] == ["committed", "drawn", "outstanding"]
    top, half = BASELINE - TALLEST, BASELINE - TALLEST // 2
    assert drawn.curves[0].points == f"12,{top} 320,{top} 320,{top} 628,{top}"
    assert drawn.curves[1].points == f"12,{BASELINE} 320,{BASELINE} 320,{half} 628,{half}"
    assert course([], until=date(2026, 1, 1)) is None
