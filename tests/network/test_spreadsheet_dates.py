"""Dates as people write them are read, or asked where day and month can be taken for each other."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from deals.written.reading import Unread
from network.spreadsheet.date_words import LANGUAGES
from network.spreadsheet.dates import order_of, read_date

DAY = date(2026, 3, 31)
SAME = [
    "2026-03-31", "2026/3/31", "31.03.2026", "31.3.26", "31/03/2026", "3/31/2026", "31-Mar-26", "Mar 31, 2026",
    "31st of March 2026", "Tuesday, 31 March 2026", "31 mars 2026", "31. März 2026", "31 de marzo de 2026",
    "31 marzo 2026", "31 de março de 2026", "31. maaliskuuta 2026", "31. märts 2026", "2026年3月31日",
    "２０２６年３月３１日",
    "令和8年3月31日", "R8.3.31", "2026년 3월 31일", "2026. 3. 31.", "20260331", "46112", "2026-03-31T10:00:00Z",
    "31/03/2026 00:00",
]  # fmt: skip
PARTS = [
    ("2026年3月", "month", date(2026, 3, 1), date(2026, 3, 31)),
    ("Mar-26", "month", date(2026, 3, 1), date(2026, 3, 31)),
    ("03/2026", "month", date(2026, 3, 1), date(2026, 3, 31)),
    ("février 2028", "month", date(2028, 2, 1), date(2028, 2, 29)),
    ("Q1 2026", "quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ("1Q26", "quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ("T2 2026", "quarter", date(2026, 4, 1), date(2026, 6, 30)),
    ("3. Quartal 2026", "quarter", date(2026, 7, 1), date(2026, 9, 30)),
    ("2026年第4四半期", "quarter", date(2026, 10, 1), date(2026, 12, 31)),
    ("2026년 2분기", "quarter", date(2026, 4, 1), date(2026, 6, 30)),
    ("H2 2026", "half", date(2026, 7, 1), date(2026, 12, 31)),
    ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
]


@pytest.mark.parametrize("text", SAME)
def test_a_day_is_read(text: str) -> None:
    assert read_date(text).days == (DAY,)


def test_a_day_of_a_spreadsheet_is_one() -> None:
    assert (
        read_date(DAY).days == read_date(datetime(2026, 3, 31, 10, tzinfo=UTC)).days == read_date(46112).days == (DAY,)
    )


@pytest.mark.parametrize(("text", "precision", "first", "last"), PARTS)
def test_less_than_a_day_is_told_as_such(text: str, precision: str, first: date, last: date) -> None:
    found = read_date(text)
    assert (found.precision, found.days) == (precision, (first, last))


def test_an_ambiguous_day_is_not_guessed() -> None:
    assert read_date("03/04/2026").days == (date(2026, 4, 3), date(2026, 3, 4))
    assert read_date("03/04/2026", order="mdy").days == (date(2026, 3, 4),)
    # A point is not written between month and day.
    assert read_date("03.04.2026").days == (date(2026, 4, 3),)


def test_the_column_decides_where_it_shows_its_order() -> None:
    assert order_of(["03/04/2026", "31/03/2026"]) == "dmy"
    assert order_of(["03/04/2026", "3/31/2026"]) == "mdy"
    assert order_of(["03/04/2026"]) == order_of(["31/03/2026", "3/31/2026"]) == ""


@pytest.mark.parametrize("text", ["tomorrow", "30/02/2026", "13/13/2026", "Q5 2026", "FY26", "mid 2026", "1.250", "12"])
def test_what_is_no_date_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unread):
        read_date(text)


_DAYS = st.dates(date(2000, 1, 1), date(2068, 12, 31))


@given(_DAYS, st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y/%m/%d", "%Y年%m月%d日", "%Y년 %m월 %d일", "%Y%m%d"]))
def test_what_is_written_in_one_way_is_read_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form)).days == (day,)


@given(_DAYS, st.sampled_from(LANGUAGES), st.sampled_from(["long", "full"]))
def test_what_is_written_in_a_language_is_read_back(day: date, language: str, form: str) -> None:
    try:
        found = read_date(format_date(day, form, locale=language))
    except Unread:
        # A weekday in the middle of it; nothing is guessed.
        assert form == "full"
    else:
        assert found.days == (day,)


@given(_DAYS, st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y"]))
def test_what_is_written_in_two_ways_is_read_back_or_asked(day: date, form: str) -> None:
    assert day in read_date(day.strftime(form)).days


@given(_DAYS)
def test_the_numbers_of_excel_are_read_back(day: date) -> None:
    assert read_date((day - date(1899, 12, 30)) // timedelta(days=1)).days == (day,)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(Unread):
        read_date(text)
