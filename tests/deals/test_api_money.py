"""Nasty money: exact, or refused with a pointer; never rounded."""

import pytest

from deals.models import Size
from institutions.isolation.session import acting_as
from tests.api import system_of
from tests.cast import in_a_year


def letter_of(cast, money: object) -> dict[str, object]:
    return {
        "deal": str(cast.deal.pk), "instrument": "grant", "stage": "letter_of_interest", "level": "own",
        "valid_until": in_a_year().isoformat(), "size": {"money": money},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("money", "pointer", "code"),
    [
        ({"amount": "10.5", "currency": "JPY"}, "/size/money/amount", "too_many_decimals"),
        ({"amount": "1.2345", "currency": "KWD"}, "/size/money/amount", "too_many_decimals"),
        ({"amount": "0.001", "currency": "USD"}, "/size/money/amount", "too_many_decimals"),
        ({"amount": "1e5", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "NaN", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "Infinity", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "-0", "currency": "USD"}, "/size/money/amount", "not_positive"),
        ({"amount": "-5", "currency": "USD"}, "/size/money/amount", "not_positive"),
        ({"amount": "0.00", "currency": "USD"}, "/size/money/amount", "not_positive"),
        ({"amount": "1,000", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "١٢٣", "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "1" + "0" * 30, "currency": "USD"}, "/size/money/amount", "not_a_number"),
        ({"amount": "1" + "0" * 17, "currency": "USD"}, "/size/money/amount", "too_large"),
        ({"amount": 0.1, "currency": "USD"}, "/size/money/amount", "not_a_string"),
        ({"amount": 100, "currency": "USD"}, "/size/money/amount", "not_a_string"),
        ({"amount": None, "currency": "USD"}, "/size/money/amount", "not_a_string"),
        ({"amount": "1", "currency": "ABC"}, "/size/money/currency", "unknown_currency"),
        ({"amount": "1", "currency": "usd"}, "/size/money/currency", "unknown_currency"),
        ({"amount": "1"}, "/size/money/currency", "required"),
        ({"amount": "1", "currency": "USD", "rate": "2"}, "/size/money/rate", "unknown_field"),
        ("100 USD", "/size/money", "invalid"),
    ],
)
def test_money_that_is_not_exact_is_refused_where_it_stands(cast, money, pointer, code):
    refused = system_of("rhein").post("commitments", letter_of(cast, money))
    assert (refused.status, refused.codes) == (422, {pointer: code})
    with acting_as(cast.rolf):
        assert not Size.objects.filter(owner=cast.bank("rhein")).exists()


@pytest.mark.parametrize("raw", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_json_number_is_no_json(cast, raw):
    sent = b'{"size": {"money": {"amount": ' + raw + b', "currency": "USD"}}}'
    refused = system_of("rhein").post("commitments", sent)
    assert (refused.status, refused.codes) == (400, {"": "not_json"})


@pytest.mark.parametrize(
    ("amount", "currency", "told"),
    [
        ("10", "JPY", "10"), ("10.0", "JPY", "10"), ("1.234", "KWD", "1.234"), ("1.2", "KWD", "1.200"),
        ("999999999999999.99", "USD", "999999999999999.99"), ("0.01", "USD", "0.01"), ("007", "EUR", "7.00"),
    ],
)  # fmt: skip
def test_exact_money_comes_back_as_it_went_in(cast, amount, currency, told):
    rhein = system_of("rhein")
    answer = rhein.post("commitments", letter_of(cast, {"amount": amount, "currency": currency}))
    assert answer.status == 201
    money = rhein.get(f"commitments/{answer.body['id']}").body["size"]["money"]
    assert money == {"amount": told, "currency": currency}
