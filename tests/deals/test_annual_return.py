"""An annual return: what an institution's own ledgers hold for a year, seen by two persons, told as far as it says."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from deals.models import AnnualReturn, Kind, Purpose
from deals.money import Money
from deals.selectors.returns import moved as moved_on
from deals.selectors.returns import standing
from deals.services.approving import confirm, reject
from deals.services.deals import add_tranche
from deals.services.movements import record_movement, reverse
from deals.services.returns import ReturnWaits, YearNotOver, prepare_return, tell_return
from deals.services.transfers import offer_transfer, take_up
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Event
from institutions.refusals import Forbidden, Unmet
from tests.acts import confirm_waiting, move_money, signed
from tests.cast import Cast
from tests.deals.returning import LAST, MID, adjusted, figures, prepare, returned


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
    for waiting in _waiting(cast):
        confirm_waiting(cast, waiting)
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
    """Dami is outside the deal team: what she prepares holds nothing of it."""
    signed(cast, on=MID)
    with acting_as(cast.dami):
        assert prepare_return(by=cast.dami, year=LAST).figures == []


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
    kept = signed(cast, on=MID, money="90000000")
    made = returned(cast, "hanok", "5")
    with acting_as(cast.mina):
        assert not moved_on([made.pk])
    move_money(cast, kept, Kind.INCREASE, "10000000", days_ago=days_since(MID))
    with acting_as(cast.mina):
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


def _waiting(cast: Cast) -> list[AnnualReturn]:
    with acting_as(cast.joon):
        rows = Approval.objects.filter(decision="")
        return [type("Row", (), {"pk": row.row_id})() for row in rows]
