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


def test_minus_nought_is_nought() -> None:
    assert Money.of("-0", "USD").as_json() == {"amount": "0.00", "currency": "USD"}


def test_currencies_are_not_added() -> None:
    with pytest.raises(MoneyError, match="not added without a rate"):
        Money.of("1", "USD") + Money.of("1", "EUR")


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
