"""Amounts as people paste them into a form, and how they are read."""

import json

import pytest

from deals.models import Commitment
from institutions.isolation.session import acting_as
from tests.cast import Cast, in_a_year
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def how(web: Web, amount: str, currency: str = "") -> dict[str, str]:
    found: dict[str, str] = json.loads(web.get("amount", amount=amount, currency=currency).text)
    return found


@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [
        ("150000000.00", "USD", "USD 150,000,000"),
        ("USD 1,250,000.50", "USD", "USD 1,250,000.50"),
        ("1.250.000,50 €", "EUR", "EUR 1,250,000.50"),
        ("1 250 000,00", "eur", "EUR 1,250,000"),
        ("150.000 EUR", "EUR", "EUR 150,000"),
        ("A$ 12.5 million", "", "AUD 12,500,000"),
        ("300億円", "JPY", "JPY 30,000,000,000"),
        ("1억 5천만원", "KRW", "KRW 150,000,000"),
    ],
)
def test_what_is_pasted_is_read_exactly(cast: Cast, amount: str, currency: str, read: str) -> None:
    assert how(Web(cast.rolf), amount, currency) == {"read": f"Read as {read}"}


@pytest.mark.parametrize(
    ("amount", "currency", "says"),
    [
        ("1.234", "EUR", "It can be read as"),
        ("150.000", "EUR", "It can be read as"),
        ("EUR 5m", "USD", "The amount names EUR, and here stands USD."),
        ("up to 5m", "USD", "How sure it is ('up to') is chosen beside it."),
        ("1e8", "USD", "It is written with an exponent"),
        ("5 apples", "USD", "is no word of an amount"),
        ("100.5", "JPY", "JPY"),
        ("-5", "USD", "Give an amount above zero"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_not_guessed(cast: Cast, amount: str, currency: str, says: str) -> None:
    assert says in how(Web(cast.rolf), amount, currency).get("wrong", "")


def letter(web: Web, cast: Cast, amount: str) -> Page:
    return web.post(
        "deals_deal_letter", cast.deal.pk, instrument="senior_loan", qualifier="exact", amount=amount, currency="EUR",
        valid_until=in_a_year().isoformat(), level="own", size_level="own",
    )  # fmt: skip


def test_a_letter_takes_it_and_what_is_refused_stays_as_it_was_typed(cast: Cast) -> None:
    web = Web(cast.rolf)
    refused = letter(web, cast, "1,5 Wale")
    assert refused.status == 422
    assert 'value="1,5 Wale"' in refused.text
    letter(web, cast, "1.250.000,50 €")
    with acting_as(cast.rolf):
        assert str(Commitment.objects.get(owner=cast.rolf.institution).size.amount) == "1250000.5000"
