"""Money is exact or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.money import Money, MoneyError, minor_units

NASTY = [
    ({"amount": "10.5", "currency": "JPY"}, "amount", "too_many_decimals"),
    ({"amount": "1.2345", "currency": "KWD"}, "amount", "too_many_decimals"),
    ({"amount": "1e5", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "NaN", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "Infinity", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": 0.1, "currency": "USD"}, "amount", "not_a_string"),
    ({"amount": 100, "currency": "USD"}, "amount", "not_a_string"),
    ({"amount": "1" + "0" * 30, "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "1" + "0" * 15, "currency": "USD"}, "amount", "too_large"),
    ({"amount": "١٠٠", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "1,000", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": " 1", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "", "currency": "USD"}, "amount", "not_a_number"),
    ({"amount": "1", "currency": "usd"}, "currency", "unknown_currency"),
    ({"amount": "1", "currency": "XXX"}, "currency", "unknown_currency"),
    ({"amount": "1"}, "currency", "required"),
    ({"amount": "1", "currency": "USD", "rate": "2"}, "rate", "unknown_field"),
    ("100 USD", "", "invalid"),
]


@pytest.mark.parametrize(("value", "pointer", "code"), NASTY)
def test_nasty_money_is_refused_where_it_is_wrong(value: object, pointer: str, code: str) -> None:
    with pytest.raises(MoneyError) as refused:
        Money.parse(value)
    assert (refused.value.pointer, refused.value.code) == (pointer, code)


@pytest.mark.parametrize("amount", [0.1, 5, "0.1", True, None])
def test_what_is_no_decimal_is_no_amount(amount: object) -> None:
    with pytest.raises(MoneyError) as refused:
        Money(amount, "USD")  # type: ignore[arg-type]
    assert (refused.value.pointer, refused.value.code) == ("amount", "not_exact")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_no_number_is_no_sum(amount: str) -> None:
    for make in (Money, Money.total):
        with pytest.raises(MoneyError):
            make(Decimal(amount), "USD")


def test_a_sum_may_be_larger_than_what_anybody_may_state_and_is_as_exact() -> None:
    most = Money.of("999999999999999.99", "USD")
    assert str(most + most) == "USD 1,999,999,999,999,999.98"
    with pytest.raises(MoneyError, match="no exact amount of JPY"):
        Money.total(Decimal("10.5"), "JPY")


def test_minus_nought_is_nought() -> None:
    assert Money.of("-0", "USD").as_json() == {"amount": "0.00", "currency": "USD"}


def test_currencies_are_not_added() -> None:
    with pytest.raises(MoneyError, match="not added without a rate") as refused:
        Money.of("1", "USD") + Money.of("1", "EUR")
    assert (refused.value.pointer, refused.value.code) == ("currency", "mixed")


@given(st.integers(0, 10**14), st.sampled_from(["USD", "JPY", "KRW", "KWD", "EUR"]))
def test_what_was_written_is_what_is_read(minor: int, currency: str) -> None:
    amount = Decimal(minor).scaleb(-minor_units(currency))
    text = f"{amount:f}"
    again = Money.parse(Money.of(text, currency).as_json())
    assert again.amount == amount
    assert again.as_json()["amount"] == text


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_sums_are_exact(cents: list[int]) -> None:
    total = sum((Money(Decimal(c).scaleb(-2), "USD") for c in cents), Money.of("0", "USD"))
    assert total.amount * 100 == sum(cents)
