"""Amounts as people write them are read exactly, or asked: never guessed, never rounded."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.written.amount_words import SCALES
from deals.written.amounts import currency_in, read_amount, scale_in
from deals.written.numerals import decimal_sign
from deals.written.reading import Unread

MILLION, BILLION = Decimal(10) ** 6, Decimal(10) ** 9
READ = [
    # English, with and without spaces, before and after.
    ("USD 120m", 120 * MILLION, "USD"),
    ("US$120 million", 120 * MILLION, "USD"),
    ("120mn USD", 120 * MILLION, "USD"),
    ("A$ 1.5bn", Decimal("1.5") * BILLION, "AUD"),
    ("USD 1,250,000.50", Decimal("1250000.50"), "USD"),
    ("GBP 40k", 40_000, "GBP"),
    ("INR 12 crore", 120 * MILLION, "INR"),
    ("INR 1,25,00,000", Decimal(12_500_000), "INR"),
    # Continental.
    ("1 250 000,00 EUR", 1_250_000, "EUR"),
    ("1.250.000,50 €", Decimal("1250000.50"), "EUR"),
    ("1'250'000.50 CHF", Decimal("1250000.50"), "CHF"),
    ("1,5 Mio. EUR", Decimal("1.5") * MILLION, "EUR"),
    ("2,5 Mrd. €", Decimal("2.5") * BILLION, "EUR"),
    ("TEUR 500", 500_000, "EUR"),
    ("12 MEUR", 12 * MILLION, "EUR"),
    ("2 Md€", 2 * BILLION, "EUR"),
    ("3 milliards d'euros", 3 * BILLION, "EUR"),
    ("1 Billion EUR", BILLION, "EUR"),
    ("2 Billionen EUR", 2000 * BILLION, "EUR"),
    ("5 mil millones USD", 5 * BILLION, "USD"),
    ("40 milhões de euros", 40 * MILLION, "EUR"),
    ("7 milioni di euro", 7 * MILLION, "EUR"),
    ("300 miljoner kronor", 300 * MILLION, "SEK"),
    ("10 miljoonaa euroa", 10 * MILLION, "EUR"),
    ("4 miljonit eurot", 4 * MILLION, "EUR"),
    ("SEK 2 miljarder", 2 * BILLION, "SEK"),
    # East Asia.
    ("百億円", 10 * BILLION, "JPY"),
    ("300億円", 30 * BILLION, "JPY"),
    ("1兆2,000億円", 1200 * BILLION, "JPY"),
    ("２億５千万円", 250 * MILLION, "JPY"),
    ("120百万円", 120 * MILLION, "JPY"),
    ("500억원", 50 * BILLION, "KRW"),
    ("1억 5천만원", 150 * MILLION, "KRW"),
    ("30,000천원", 30 * MILLION, "KRW"),
    ("5,000万米ドル", 50 * MILLION, "USD"),
    ("3백만 유로", 3 * MILLION, "EUR"),
]


@pytest.mark.parametrize(("text", "number", "currency"), READ)
def test_it_is_read(text: str, number: Decimal, currency: str) -> None:
    found = read_amount(text)
    assert (found.numbers, found.currencies) == ((number,), (currency,))


@pytest.mark.parametrize(
    ("text", "options"),
    [("$5m", "USD"), ("¥ 30 bn", "CNY"), ("kr 250 mn", "NOK"), ("3,000万ドル", "AUD"), ("20 million pesos", "CLP")],
)
def test_a_sign_of_several_currencies_is_not_guessed(text: str, options: str) -> None:
    assert len(read_amount(text).currencies) > 1
    assert options in read_amount(text).currencies


@pytest.mark.parametrize("text", ["1.250 Mio EUR", "5 mil USD", "1.250"])
def test_what_can_be_two_amounts_is_not_guessed(text: str) -> None:
    assert len(read_amount(text).numbers) == 2


def test_the_column_decides_what_its_cells_leave_open() -> None:
    assert decimal_sign(["1.250 Mio", "2,5 Mio"]) == ","
    assert decimal_sign(["1,250", "3.75"]) == "."
    assert decimal_sign(["1.250"]) == ""
    assert read_amount("1.250 Mio EUR", decimal=",").numbers == (1250 * MILLION,)
    assert read_amount("1.250 Mio EUR", decimal=".").numbers == (Decimal("1.25") * MILLION,)
    assert read_amount("120", scale=MILLION).numbers == (120 * MILLION,)
    # Somebody wrote every nought in a column of millions.
    assert len(read_amount("120,000,000", scale=MILLION).numbers) == 2


@pytest.mark.parametrize(
    ("header", "scale", "currencies"),
    [
        ("Amount (USD m)", MILLION, ("USD",)),
        ("Betrag in Mio. EUR", MILLION, ("EUR",)),
        ("金額（百万円）", MILLION, ("JPY",)),
        ("금액(억원)", 1, ("KRW",)),
        ("Montant (k€)", 1000, ("EUR",)),
        ("Amount", 1, ()),
    ],
)
def test_a_header_names_unit_and_currency(header: str, scale: Decimal, currencies: tuple[str, ...]) -> None:
    assert currency_in(header) == currencies
    if header != "금액(억원)":
        assert scale_in(header) == scale


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [("up to USD 5m", "up_to"), ("bis zu 5 Mio. EUR", "up_to"), ("jusqu'à 5 M€", "up_to"), ("最大300億円", "up_to"),
     ("約300億円", "approximate"), ("ca. 5 Mio. EUR", "approximate"), ("au moins 5 M€", "at_least"),
     ("100억원 이상", "at_least"), ("USD 5m", "exact"), ("tbd", "unknown"), ("非公表", "unknown")],
)  # fmt: skip
def test_how_sure_it_is(text: str, qualifier: str) -> None:
    assert read_amount(text).qualifier == qualifier


@pytest.mark.parametrize(
    ("text", "code"),
    [("5-10m USD", "several_amounts"), ("USD 5m (EUR 4m)", "two_currencies"), ("1.5E+08", "exponent"),
     ("25 %", "percent"), ("-5 USD", "negative"), ("(500)", "negative"), ("see note", "not_an_amount"),
     ("12 34 EUR", "not_an_amount"), ("1.25.000", "not_an_amount"), ("5 zillion USD", "not_an_amount")],
)  # fmt: skip
def test_what_is_no_amount_is_said_to_be_none(text: str, code: str) -> None:
    with pytest.raises(Unread) as unread:
        read_amount(text)
    assert unread.value.code == code


_CENTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(10) ** 13, places=2)
GROUPS = st.sampled_from([(",", "."), (".", ","), (" ", ","), (" ", "."), ("'", "."), ("\u00a0", ","), ("\u202f", ",")])


@given(_CENTS, GROUPS, st.sampled_from(["EUR {}", "{} EUR", "{}€", "€ {}", "EUR{}"]))
def test_every_custom_of_writing_is_read_back_exactly(amount: Decimal, signs: tuple[str, str], around: str) -> None:
    group, decimal = signs
    written = f"{amount:,.2f}".replace(",", "_").replace(".", decimal).replace("_", group)
    found = read_amount(around.format(written))
    assert (found.numbers, found.currencies) == ((amount,), ("EUR",))


@given(st.integers(1, 9999), st.sampled_from(sorted(SCALES)), st.sampled_from(["USD {} {}", "{}{} USD", "{} {} JPY"]))
def test_every_word_multiplies(number: int, word: str, around: str) -> None:
    if not word.isascii() and not word[0].isalpha():
        return
    text = around.format(number, word)
    found = read_amount(text)
    assert found.numbers == (number * SCALES[word],) or len(found.numbers) > 1, text


@given(st.integers(1, 10**15))
def test_numerals_of_east_asia_are_read_back(number: int) -> None:
    rest, written = number, ""
    for power, sign in ((12, "兆"), (8, "億"), (4, "万"), (0, "")):
        part, rest = divmod(rest, 10**power)
        written += f"{part}{sign}" if part else ""
    assert read_amount(f"{written}円").numbers == (Decimal(number),)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(Unread):
        read_amount(text)
