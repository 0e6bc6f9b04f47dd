"""An annual return: what an institution's own ledgers hold for a year, seen by two persons, told as far as it says."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from deals.models import AnnualReturn, Kind, ParticipationKind, Purpose
from deals.money import Money
from deals.selectors.returns import moved as moved_on
from deals.selectors.returns import standing
from deals.services.approving import confirm, reject
from deals.services.deals import add_tranche
from deals.services.disclosure import set_level
from deals.services.movements import record_movement, reverse
from deals.services.participations import share_in_loan
from deals.services.returns import Adjustment, ReturnWaits, TooMuch, YearNotOver, prepare_return, tell_return
from deals.services.transfers import offer_transfer, take_up
from institutions.constraints import Broken, rules_hold
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Event
from institutions.refusals import Forbidden, Unmet
from tests.acts import confirm_waiting, letter, move_money, moved, signed
from tests.cast import Cast
from tests.deals.returning import LAST, MID, adjusted, figures, prepare, returned
from tests.project_acts import decide


def days_since(day: date) -> int:
    return (timezone.now().date() - day).days


def test_what_was_signed_counts_in_the_year_in_which_it_took_effect(cast: Cast) -> None:
    kept = signed(cast, on=MID, money="150000000")
    signed(cast, on=date(LAST - 1, 12, 31), money="70000000", by="mina")
    move_money(cast, kept, Kind.INCREASE, "20000000", days_ago=days_since(date(LAST, 12, 31)))
    move_money(cast, kept, Kind.INCREASE, "5000000", days_ago=0)
    # A cancellation is no signature.
    move_money(cast, kept, Kind.PARTIAL_CANCELLATION, "10000000", days_ago=days_since(date(LAST, 12, 31)))
    made = prepare(cast, "hanok")
    assert made.figures == [
        {"side": "money", "currency": "USD", "signed": "170000000.00", "transferred_in": "0.00",
         "transferred_out": "0.00", "refinancing": "0.00", "adjustment": "0.00", "reason": "", "net": "170000000.00"}
    ]  # fmt: skip
    assert [line["signed"] for line in prepare(cast, "hanok", year=LAST - 1).figures] == ["70000000.00"]


def test_what_is_handed_over_counts_once_in_the_network(cast: Cast) -> None:
    ours, theirs = signed(cast, Level.PARTIES, on=MID, money="100000000"), signed(
        cast, by="rolf", approver="rita", on=MID, money="30000000"
    )  # fmt: skip
    with acting_as(cast.mina):
        offer = offer_transfer(
            by=cast.mina, commitment=ours, to=cast.bank("rhein"), money=Money.of("40000000", "USD"), on=MID
        )
    confirm_waiting(cast, offer)
    with acting_as(cast.rolf):
        offer.refresh_from_db()
        taken = take_up(by=cast.rolf, transfer=offer, commitment=theirs)
    confirm_waiting(cast, taken, by="rita")
    (hanok,), (rhein,) = figures(prepare(cast, "hanok")), figures(prepare(cast, "rhein"))
    assert (hanok["signed"], hanok["transferred_out"], hanok["net"]) == ("100000000.00", "40000000.00", "60000000.00")
    assert (rhein["signed"], rhein["transferred_in"], rhein["net"]) == ("30000000.00", "40000000.00", "70000000.00")


def test_money_that_only_repays_is_taken_off(cast: Cast) -> None:
    """60 of 150 repay the old loan of 80; one repayment of 10 was recorded by mistake, and taken back."""
    old, new = signed(cast, Level.PARTIES, on=date(LAST, 1, 5), money="80000000"), signed(cast, on=MID)
    with acting_as(cast.mina):
        for amount in ("60000000", "10000000"):
            drawn = record_movement(
                by=cast.mina, commitment=new, kind=Kind.DRAWDOWN, money=Money.of(amount, "USD"), repays=old, on=MID
            )
        reverse(by=cast.mina, movement=drawn, on=MID)
    decide(cast, "mina")
    (line,) = figures(prepare(cast, "hanok"))
    assert (line["signed"], line["refinancing"], line["net"]) == ("230000000.00", "60000000.00", "170000000.00")


def test_a_tranche_that_refinances_adds_nothing(cast: Cast) -> None:
    with acting_as(cast.ada):
        cast.base = add_tranche(
            by=cast.ada, deal=cast.deal, name="Takeout", currency="USD", purpose=Purpose.REFINANCING
        )
    signed(cast, on=MID, money="90000000")
    (line,) = figures(prepare(cast, "hanok"))
    assert (line["signed"], line["refinancing"], line["net"]) == ("90000000.00", "90000000.00", "0.00")


def test_cover_stands_apart_from_money(cast: Cast) -> None:
    signed(cast, on=MID, money="90000000")
    made = prepare(cast, "hanok", adjusted("25", side="cover"), adjusted("-1.5"))
    assert [(line["side"], line["net"]) for line in made.figures] == [
        ("money", "88500000.00"), ("cover", "25000000.00")
    ]  # fmt: skip
    assert figures(made)[0]["reason"] == "Signed before we joined"


def test_a_deal_that_is_walled_off_is_in_no_colleagues_return(cast: Cast) -> None:
    """Dami is outside the deal team: what she prepares holds nothing of it. Mina takes it in, or does not."""
    signed(cast, on=MID)
    for who, with_walled in ((cast.dami, True), (cast.dami, False), (cast.mina, False)):
        with acting_as(who), transaction.atomic():
            assert prepare_return(by=who, year=LAST, with_walled=with_walled).figures == []
            transaction.set_rollback(True)
    assert figures(prepare(cast, "hanok"))[0]["net"] == "150000000.00"


def test_whoever_is_outside_the_team_is_not_told_that_it_moved(cast: Cast) -> None:
    kept = signed(cast, on=MID)
    made = returned(cast, "hanok")
    move_money(cast, kept, Kind.INCREASE, "10000000", days_ago=days_since(MID))
    for who in (cast.dami, cast.mina):
        with acting_as(who):
            assert not moved_on([made.pk])


def test_a_tranche_that_its_lead_shows_less_of_refinances_all_the_same(cast: Cast) -> None:
    with acting_as(cast.ada):
        cast.base = add_tranche(
            by=cast.ada, deal=cast.deal, name="Takeout", currency="USD", purpose=Purpose.REFINANCING
        )
    signed(cast, on=MID, money="90000000", by="rolf", approver="rita")
    with acting_as(cast.ada):
        set_level(row=cast.deal, level=Level.OWN)
    (line,) = figures(prepare(cast, "rhein"))
    assert (line["signed"], line["refinancing"], line["net"]) == ("90000000.00", "90000000.00", "0.00")


def test_a_share_in_anothers_loan_is_counted_by_its_lender_of_record(cast: Cast) -> None:
    loan = signed(cast, Level.PARTIES, by="rolf", approver="rita", on=MID, money="100000000")
    for kind, money in ((ParticipationKind.FUNDED, "40000000"), (ParticipationKind.RISK, "10000000")):
        share = letter(cast, Level.LEAD, money=money)
        with acting_as(cast.mina):
            share_in_loan(by=cast.mina, commitment=share, lender=loan, kind=kind)
        moved(cast, share, "signed", agreement_reference=f"A {kind}", signed_on=MID)
    made = prepare(cast, "hanok")
    assert [(line["side"], line["net"]) for line in made.figures] == [
        ("within", "40000000.00"), ("risk", "10000000.00")
    ]  # fmt: skip
    assert [(line["side"], line["net"]) for line in prepare(cast, "rhein").figures] == [("money", "100000000.00")]


@pytest.mark.parametrize("who", ["cora", "dora", "finn"])
def test_members_of_the_network_make_returns(cast: Cast, who: str) -> None:
    """Nobody from outside, no observer and not the secretariat, by whatever door."""
    person = cast.people[who]
    with acting_as(person), pytest.raises(Broken, match="Members of the network"), rules_hold():
        AnnualReturn.objects.create(
            owner=person.institution, network=cast.network, year=LAST, figures=[], prepared_at=timezone.now()
        )


def test_no_slip_of_a_key_breaks_a_sum(cast: Cast) -> None:
    """What is below the limit of one amount, and above it with what the ledger holds."""
    signed(cast, on=MID, money="90000000")
    with acting_as(cast.mina), pytest.raises(TooMuch):
        most = Adjustment("money", Money.of("999999999999999", "USD"), "A slip")
        prepare_return(by=cast.mina, year=LAST, adjustments=[most], with_walled=True)


def test_it_counts_when_another_person_confirmed_it_and_nobody_else_sees_it(cast: Cast) -> None:
    made = prepare(cast, "maple", adjusted("10"))
    with acting_as(cast.marc):
        assert not standing().exists()
        with pytest.raises(Forbidden):
            confirm(by=cast.marc, approval=Approval.objects.get(row_id=made.pk))
        with pytest.raises(ReturnWaits):
            prepare_return(by=cast.marc, year=LAST)
    confirm_waiting(cast, made, by="mary")
    with acting_as(cast.marc):
        assert standing().get().pk == made.pk
    for name in ("ada", "rolf", "dora", "finn"):
        with acting_as(cast.people[name]):
            assert not AnnualReturn.objects.exists()
            assert not Event.objects.filter(table="deals_annualreturn").exists()


def test_a_rejected_return_makes_way_for_another(cast: Cast) -> None:
    made = prepare(cast, "maple", adjusted("10"))
    with acting_as(cast.mary):
        reject(by=cast.mary, approval=Approval.objects.get(row_id=made.pk), reason="The wrong year")
    again = returned(cast, "maple", "12")
    with acting_as(cast.marc):
        made.refresh_from_db()
        assert (made.state, standing().get().pk) == ("rejected", again.pk)


def test_a_later_version_stands_in_the_place_of_the_earlier_for_whoever_sees_both(cast: Cast) -> None:
    first = returned(cast, "maple", "10", level=Level.NETWORK)
    second = returned(cast, "maple", "11")
    with acting_as(cast.marc):
        assert standing().get().pk == second.pk
    with acting_as(cast.rolf):
        assert standing().get().pk == first.pk
    with acting_as(cast.marc):
        tell_return(by=cast.marc, annual_return=second, level=Level.NETWORK)
    confirm_waiting(cast, second, by="mary")
    with acting_as(cast.rolf):
        assert standing().get().pk == second.pk


def test_its_figures_stand_whatever_the_ledgers_say_later(cast: Cast) -> None:
    kept = signed(cast, on=MID, money="90000000", by="rolf", approver="rita")
    made = returned(cast, "rhein", "5")
    with acting_as(cast.rolf):
        assert not moved_on([made.pk])
    move_money(cast, kept, Kind.INCREASE, "10000000", days_ago=days_since(MID), by="rolf", approver="rita")
    with acting_as(cast.rolf):
        made.refresh_from_db()
        assert figures(made)[0]["net"] == "95000000.00"
        assert moved_on([made.pk]) == {made.pk}
        with pytest.raises(DatabaseError), transaction.atomic():
            AnnualReturn.objects.filter(pk=made.pk).update(figures=[])


@pytest.mark.parametrize("year", [date.today().year, 1999, 3000])
def test_a_return_is_of_a_year_that_has_ended(cast: Cast, year: int) -> None:
    with acting_as(cast.marc), pytest.raises(YearNotOver):
        prepare_return(by=cast.marc, year=year)


@pytest.mark.parametrize(
    "wrong",
    [
        {"side": "within", "currency": "USD", "amount": "1", "reason": "x"},
        {"side": "money", "currency": "XXQ", "amount": "1", "reason": "x"},
        {"side": "money", "currency": "JPY", "amount": "1.5", "reason": "x"},
        {"side": "money", "currency": "USD", "amount": "0", "reason": "x"},
        {"side": "money", "currency": "USD", "amount": "NaN", "reason": "x"},
        {"side": "money", "currency": "USD", "amount": "1", "reason": ""},
        {"side": "money", "currency": "USD", "amount": "1"},
        {"side": "money", "currency": "USD", "amount": "1", "reason": "  "},
        "x",
    ],
)
def test_the_database_refuses_an_adjustment_that_says_nothing(cast: Cast, wrong: object) -> None:
    with acting_as(cast.marc), pytest.raises(DatabaseError, match="an adjustment has a side"), \
            transaction.atomic():  # fmt: skip
        AnnualReturn.objects.create(
            owner=cast.bank("maple"),
            network=cast.network,
            year=LAST,
            adjustments=[wrong],
            figures=[],
            prepared_at=timezone.now(),
        )


def test_adjustments_name_a_side_and_currency_once_and_say_why(cast: Cast) -> None:
    with acting_as(cast.marc), pytest.raises(Unmet) as refused:
        prepare_return(by=cast.marc, year=LAST, adjustments=[adjusted("1"), adjusted("2"), adjusted("0", side="cover")])
    assert [*refused.value.unmet] == ["/adjustments/1", "/adjustments/2/money"]
