"""Dates as people write them: `31.03.2026`, `Mar 31, 2026`, `2026年3月`, `Q1 2026`, and Excel's numbers."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from deals.written.reading import DateRead, Unread
from network.spreadsheet.date_words import ERAS, PARTS, months, plain

# Excel's first day; its calendar has a 29 February 1900, which is behind every date here.
_EXCEL = date(1899, 12, 30)
_SERIAL = range(20_000, 80_000)
_YEARS = range(1950, 2100)
_TWO_DIGITS = 2000
_LONGEST = 200
# What stands between day, month and year and says nothing more.
_SMALL = frozenset(
    {"st", "nd", "rd", "th", "er", "de", "del", "of", "den", "der", "le", "il", "el", "di", "d", "du", "the", "o", "do"}
)
_NUMBERS = re.compile(r"([0-9]{1,4})\s*([./\-\s])\s*([0-9]{1,2})\s*[./\-\s]\s*([0-9]{1,4})\.?")


def read_date(value: str | date | int, *, order: str = "") -> DateRead:
    """What a cell says. `order`: `dmy` or `mdy`, where its column is known to be written so. Raises Unread."""
    if isinstance(value, datetime):
        return DateRead((value.date(),))
    if isinstance(value, date):
        return DateRead((value,))
    if isinstance(value, int):
        return _serial(value)
    if len(value) > _LONGEST:
        raise Unread("not_a_date", "It is too long for a date. Keep the date alone in its cell.")
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", value)).strip()
    text = re.sub(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9:]{4,6})?$", "", text)
    for attempt in (_plain_numbers, _eastern, _parts, _named):
        if found := attempt(text, order):
            return found
    raise Unread("not_a_date", "'{text}' is no date. Write it as 2026-03-31.", text=text[:40])


def order_of(texts: Iterable[str]) -> str:
    """`dmy` or `mdy` where dates of a column show it beyond doubt, '' where none does or they disagree."""
    shown = set()
    for text in texts:
        if len(text) > _LONGEST:
            continue
        match = _NUMBERS.fullmatch(unicodedata.normalize("NFKC", text).strip())
        if match and match[2] != "." and len(match[1]) < 3:
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                shown.add("dmy")
            elif second > 12 >= first:
                shown.add("mdy")
    return shown.pop() if len(shown) == 1 else ""


def _plain_numbers(text: str, order: str) -> DateRead | None:
    if re.fullmatch(r"[0-9]{8}", text):
        return DateRead((_day(text[:4], text[4:6], text[6:]),))
    if re.fullmatch(r"[0-9]{5}", text):
        return _serial(int(text))
    if re.fullmatch(r"[0-9]{4}", text):
        return _span(_year(text), 1, 12, "year")
    if match := re.fullmatch(r"([0-9]{4})[./\-]\s?([0-9]{1,2})\.?", text):
        return _span(_year(match[1]), _month(match[2]), 1, "month")
    if match := re.fullmatch(r"([0-9]{1,2})[./\-]([0-9]{4})", text):
        return _span(_year(match[2]), _month(match[1]), 1, "month")
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, sign, second, third = match.groups()
    if len(first) == 4:
        return DateRead((_day(first, second, third),))
    if len(first) > 2 or len(third) not in (2, 4):
        raise Unread("not_a_date", "'{text}' is no date. Write it as 2026-03-31.", text=text[:40])
    # A point stands between day, month and year, wherever it is used.
    order = "dmy" if sign == "." else order
    ways = {"dmy": (third, second, first), "mdy": (third, first, second)}
    days = {name: _day_or_none(*way) for name, way in ways.items() if not order or name == order}
    found = tuple(dict.fromkeys(day for day in days.values() if day))
    if not found:
        raise Unread("not_a_date", "'{text}' is no day of the calendar.", text=text[:40])
    return DateRead(found)


def _eastern(text: str, _order: str) -> DateRead | None:
    bare = re.sub(r"\s", "", text)
    match = re.fullmatch(
        r"(令和|平成|昭和|[RHSrhs](?=[0-9]{1,2}[年.]))?(元|[0-9]{1,4})[年년.](?:([0-9]{1,2})[月월.]?)?(?:([0-9]{1,2})[日일.]?)?",
        bare,
    )
    if match is None or not re.search("[年년月월日일]|^[RHSrhs]", bare):
        return _eastern_quarter(bare)
    era, number, month, day = match.groups()
    counted = 1 if number == "元" else int(number)
    year = ERAS[era.lower()] + counted - 1 if era else _year(number)
    if month is None:
        return _span(year, 1, 12, "year")
    if day is None:
        return _span(year, _month(month), 1, "month")
    return DateRead((_day(str(year), month, day),))


def _eastern_quarter(bare: str) -> DateRead | None:
    match = re.fullmatch(r"([0-9]{4})[年년]?第?([1-4])(四半期|분기|半期|반기)", bare)
    if not match:
        return None
    length = PARTS[match[3]]
    return _part(_year(match[1]), int(match[2]), length)


def _parts(text: str, _order: str) -> DateRead | None:
    """Quarters and halves, written before or after their number."""
    low = plain(text.replace("/", " ").replace("'", " "))
    for pattern, places in (
        (r"([a-z]+)\s?([1-4])[\s\-]*([0-9]{4}|[0-9]{2})", (3, 2, 1)),
        (
            r"([1-4])(?:st|nd|rd|th|er|e|eme|o|º|\.)?\s?([a-z]+)[\s\-]*(?:of |de |du |von )?([0-9]{4}|[0-9]{2})",
            (3, 1, 2),
        ),
        (r"([0-9]{4})[\s\-]*([a-z]+)\s?([1-4])", (1, 3, 2)),
    ):
        if (match := re.fullmatch(pattern, low)) and match[places[2]] in PARTS:
            return _part(_year(match[places[0]]), int(match[places[1]]), PARTS[match[places[2]]])
    return None


def _named(text: str, _order: str) -> DateRead | None:
    """With the month's name: '31 March 2026', 'Mar 31st, 2026', '1er avril 2026', '31-Mär-26', 'April 2026'."""
    words = re.findall(r"[0-9]+|[^\W\d_]+", plain(text).replace("'", " "))
    named = [(place, months()[word]) for place, word in enumerate(words) if word in months()]
    others = [word for word in words if not word.isdigit() and word not in months() and word not in _SMALL]
    numbers = [word for word in words if word.isdigit()]
    weekday = len(others) == 1 and words[0] == others[0] and len(numbers) == 2
    if len(named) != 1 or (others and not weekday):
        return None
    month = named[0][1]
    if len(numbers) == 1 and len(numbers[0]) in (2, 4):
        return _span(_year(numbers[0]), month, 1, "month")
    if len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) < 3 else reversed(numbers)
    return DateRead((_day(str(_year(year)), str(month), day),))


def _part(year: int, number: int, length: int) -> DateRead:
    if (number - 1) * length >= 12:
        raise Unread(
            "not_a_date", "There is no part {number} of a year of {length} months.", number=number, length=length
        )
    return _span(year, (number - 1) * length + 1, length, "quarter" if length == 3 else "half")


def _span(year: int, month: int, length: int, precision: str) -> DateRead:
    last = month + length - 1
    return DateRead((date(year, month, 1), date(year, last, monthrange(year, last)[1])), precision)


def _serial(number: int) -> DateRead:
    if number not in _SERIAL:
        raise Unread("not_a_date", "{number} is no date. Write it as 2026-03-31.", number=number)
    return DateRead((_EXCEL + timedelta(days=number),))


def _year(text: str) -> int:
    year = int(text) + (_TWO_DIGITS if len(text) <= 2 else 0)
    if year not in _YEARS:
        raise Unread("not_a_date", "{text} is no year of a financing.", text=text)
    return year


def _month(text: str) -> int:
    if not 1 <= int(text) <= 12:
        raise Unread("not_a_date", "There is no month {text}.", text=text)
    return int(text)


def _day(year: str, month: str, day: str) -> date:
    found = _day_or_none(year, month, day)
    if found is None:
        raise Unread("not_a_date", "{year}-{month}-{day} is no day of the calendar.", year=year, month=month, day=day)
    return found


def _day_or_none(year: str, month: str, day: str) -> date | None:
    try:
        return date(_year(year), int(month), int(day))
    except ValueError:
        return None
