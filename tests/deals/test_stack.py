"""A deal's figures: classes apart, cover beside, both gaps with their bounds, and nothing of what is hidden."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.lifecycle import Class
from deals.models import Commitment, Instrument, Qualifier
from deals.money import Money
from deals.selectors.stack import Stack, deal_stack
from deals.services.commitments import register_commitment
from deals.services.moves import move_commitment
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter, published
from tests.cast import Cast, in_a_year


def stack_for(cast: Cast, reader: str) -> Stack:
    with acting_as(cast.people[reader]):
        return deal_stack(cast.deal)


def firm(cast: Cast, money: Money | None, *, instrument: Instrument = Instrument.SENIOR_LOAN, by: str = "rolf",
         approver: str = "rita", level: Level = Level.LEAD, sign: bool = False) -> Commitment:  # fmt: skip
    officer = cast.people[by]
    with acting_as(officer):
        made = register_commitment(
            by=officer, deal=cast.deal, instrument=instrument, stage="letter_of_interest", level=level,
            valid_until=in_a_year(), tranche=cast.base, size=SizeDraft(money),
        )  # fmt: skip
    confirm_waiting(cast, made, by=approver)
    with acting_as(officer):
        made.refresh_from_db()
        move_commitment(by=officer, commitment=made, to="approved")
    confirm_waiting(cast, made, by=approver)
    if sign:
        with acting_as(officer):
            made.refresh_from_db()
            move_commitment(by=officer, commitment=made, to="signed", agreement_reference="A-1", signed_on=in_a_year())
        confirm_waiting(cast, made, by=approver)
    return made


def totals(stack: Stack, cls: Class, *, cover: bool = False) -> dict[str, Decimal]:
    """What is stated of the base, by currency."""
    stated: dict[str, Decimal] = {}
    for figure in stack.figures:
        if (figure.cls, figure.side, figure.purpose) == (cls, "cover" if cover else "money", "base"):
            stated[figure.currency] = stated.get(figure.currency, Decimal(0)) + figure.all.amount
    return stated


def test_letters_are_never_added_to_firm_money(cast: Cast) -> None:
    firm(cast, Money.of("100000000", "USD"))
    letter(cast, Level.LEAD, money="150000000")
    stack = stack_for(cast, "ada")
    assert totals(stack, Class.FIRM) == {"USD": Decimal(100_000_000)}
    assert totals(stack, Class.INDICATIVE) == {"USD": Decimal(150_000_000)}
    assert str(stack.to_firm) == "USD 400,000,000.00"
    assert str(stack.to_signed) == "USD 500,000,000.00"


def test_cover_stands_beside_and_closes_no_gap(cast: Cast) -> None:
    firm(cast, Money.of("300000000", "USD"), instrument=Instrument.GUARANTEE)
    stack = stack_for(cast, "ada")
    assert totals(stack, Class.FIRM) == {}
    assert totals(stack, Class.FIRM, cover=True) == {"USD": Decimal(300_000_000)}
    assert stack.to_firm.short == Money.of("500000000", "USD")


def test_an_amount_in_another_currency_bounds_the_gap_and_is_named(cast: Cast) -> None:
    firm(cast, Money.of("100000000", "USD"))
    firm(cast, Money.of("50000000", "EUR"))
    stack = stack_for(cast, "ada")
    assert totals(stack, Class.FIRM) == {"USD": Decimal(100_000_000), "EUR": Decimal(50_000_000)}
    assert str(stack.to_firm) == "at most USD 400,000,000.00 (EUR 50,000,000.00 not converted)"


def test_only_signed_money_closes_the_second_gap(cast: Cast) -> None:
    firm(cast, Money.of("100000000", "USD"), sign=True)
    firm(cast, Money.of("50000000", "USD"))
    stack = stack_for(cast, "ada")
    assert totals(stack, Class.FIRM) == {"USD": Decimal(150_000_000)}
    assert stack.to_firm.short == Money.of("350000000", "USD")
    assert stack.to_signed.short == Money.of("400000000", "USD")


@pytest.mark.parametrize("reader", ["mina", "sora"])
def test_a_hidden_commitment_moves_no_figure(cast: Cast, reader: str) -> None:
    before = stack_for(cast, reader)
    firm(cast, Money.of("100000000", "USD"), level=Level.LEAD)
    letter(cast, Level.OWN, by="rolf", approver="rita")
    assert stack_for(cast, reader) == before


def test_a_known_commitment_of_hidden_size_is_of_unknown_amount(cast: Cast) -> None:
    letter(cast, Level.PARTIES, size_level=Level.LEAD)
    stated = stack_for(cast, "rolf").block(Class.INDICATIVE).all
    assert (stated.amount, stated.rows, stated.unknown) == (Decimal(0), 1, 1)


def test_a_replaced_commitment_counts_once_for_who_sees_the_replacement(cast: Cast) -> None:
    first = published(cast, about="hanok", money="100000000")
    with acting_as(cast.mina):
        register_commitment(
            by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="expression_of_interest",
            valid_until=in_a_year(), level=Level.LEAD, supersedes=first,
            size=SizeDraft(Money.of("120000000", "USD"), Qualifier.UP_TO),
        )  # fmt: skip
    assert totals(stack_for(cast, "ada"), Class.INDICATIVE) == {"USD": Decimal(120_000_000)}
    with acting_as(cast.ada):
        assert totals(deal_stack(first.deal), Class.INDICATIVE) == {}
    with acting_as(cast.rolf):
        assert totals(deal_stack(first.deal), Class.INDICATIVE) == {"USD": Decimal(100_000_000)}


@pytest.mark.parametrize("by", ["mina", "rolf"])
def test_nobody_strikes_out_registered_money(cast: Cast, by: str) -> None:
    made = letter(cast, Level.PARTIES)
    officer = cast.people[by]
    with acting_as(officer):
        with pytest.raises(IntegrityError, match="published row"), transaction.atomic():
            Commitment.objects.create(
                owner=officer.institution, institution=officer.institution, deal=cast.deal, stage="enquiry",
                instrument="senior_loan", supersedes=made,
            )  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Commitment.objects.filter(owner=officer.institution).update(supersedes=made)


def test_it_takes_one_query_however_many_commitments(cast: Cast) -> None:
    for _ in range(3):
        letter(cast, Level.LEAD)
    with (
        acting_as(cast.ada),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        deal_stack(cast.deal)
    assert len(queries) == 1
