"""Reads the cells of one column, each by what the whole column shows: its currency, its decimal sign, its order."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.money import Money, MoneyError
from deals.written.amounts import CODES, currency_in, read_amount, scale_in
from deals.written.numerals import decimal_sign
from deals.written.reading import AmountRead, DateRead, Unread
from institutions.languages import in_words
from network.spreadsheet.asking import Asked, Question, RowRead
from network.spreadsheet.dates import order_of, read_date
from network.spreadsheet.table import Cell, Sheet

_SMALL = Decimal(100_000)
_UNITS = (
    ("1", gettext_noop("as it stands")),
    ("1000", gettext_noop("thousands")),
    ("1000000", gettext_noop("millions")),
    ("1000000000", gettext_noop("billions (milliards)")),
)
# What a date names that names no day.
_PERIODS = {
    "month": gettext_noop("'%(text)s' in '%(column)s' names a month alone. Which day of it is meant?"),
    "quarter": gettext_noop("'%(text)s' in '%(column)s' names a quarter alone. Which day of it is meant?"),
    "half": gettext_noop("'%(text)s' in '%(column)s' names a half alone. Which day of it is meant?"),
    "year": gettext_noop("'%(text)s' in '%(column)s' names a year alone. Which day of it is meant?"),
}
_USUAL = ("USD", "EUR", "GBP", "JPY", "KRW", "AUD", "CAD", "SEK", "NOK", "INR")


class Column:
    """A column of a sheet below its header."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        self.at, self.asked = column, asked
        self.title = sheet.at(header, column).text.strip() or _("column %(number)s") % {"number": column + 1}
        self._cells = (sheet, rows)

    def _texts(self) -> Iterator[str]:
        """What the whole column shows."""
        sheet, rows = self._cells
        return (sheet.at(row, self.at).text for row in rows)

    def _named(self, cell: Cell) -> dict[str, str]:
        """What a question about a cell names."""
        return {"text": cell.text.strip(), "column": self.title}


class Amounts(Column):
    """Amounts: what a cell leaves open is taken from its header, from its neighbours, or asked once."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        super().__init__(sheet, header, column, rows, asked)
        self.scale, self.currencies = scale_in(self.title), currency_in(self.title)
        answered = asked.answers.get(f"decimal:{column}", "")
        self.decimal = answered if answered in (".", ",") else decimal_sign(self._texts())

    def read(self, row: RowRead, cell: Cell, currency: str) -> tuple[Money | None, str] | None:
        """(money, qualifier), None where it is asked or wrong. `currency`: of the row's own column, '' for none."""
        try:
            # What a program keeps as a number has no separators.
            found = read_amount(cell.text, decimal="." if isinstance(cell.value, Decimal) else self.decimal,
                                scale=self._scale(row, cell))  # fmt: skip
        except Unread as unread:
            row.wrong(self.at, cell.text, unread.code, in_words(unread))
            return None
        if found.qualifier == "unknown":
            return None, "unknown"
        number, code = self._number(row, cell, found), self._currency(row, cell, found, currency)
        if number is None or not code:
            return None
        try:
            money = Money(number.quantize(Decimal(1)) if number == number.to_integral_value() else number, code)
        except MoneyError as error:
            row.wrong(self.at, cell.text, error.code, in_words(error))
            return None
        if money.amount <= 0:
            row.wrong(
                self.at, cell.text, "not_positive", _("The amount must be above zero. Leave it empty, or write tbd.")
            )
            return None
        return money, found.qualifier

    def _scale(self, row: RowRead, cell: Cell) -> Decimal:
        if self.scale != 1:
            return self.scale
        answered = self.asked.answers.get(f"scale:{self.at}", "")
        return Decimal(answered) if answered in dict(_UNITS) else Decimal(1)

    def _number(self, row: RowRead, cell: Cell, found: AmountRead) -> Decimal | None:
        if len(found.numbers) == 1:
            number = found.numbers[0]
            bare = self.scale == 1 and not any(sign.isalpha() for sign in cell.text.replace(found.sign.upper(), ""))
            if bare and number < _SMALL and not self.asked.answers.get(f"scale:{self.at}"):
                says = _("'%(text)s' in '%(column)s': is it written in full, in thousands or in millions?")
                units = tuple((factor, _(unit)) for factor, unit in _UNITS)
                question = Question(f"scale:{self.at}", says % self._named(cell), units)
                self.asked.ask(row, self.at, cell.text, "unit", question)
                return None
            return number
        signs = {sign for sign in cell.text if sign in ".,"}
        if not self.decimal and len(signs) == 1 and max(found.numbers) == 1000 * min(found.numbers):
            says = _("'%(text)s' in '%(column)s': is the sign in it a decimal one, or does it group thousands?")
            sign = signs.pop()
            other = "." if sign == "," else ","
            choices = (
                (sign, _("decimal: %(number)s") % {"number": _words(min(found.numbers))}),
                (other, _("groups: %(number)s") % {"number": _words(max(found.numbers))}),
            )
            question = Question(f"decimal:{self.at}", says % self._named(cell), choices)
            if not self.asked.ask(row, self.at, cell.text, "separator", question):
                return None
        key = f"amount:{self.at}:{cell.text.strip()}"
        says = _("'%(text)s' in '%(column)s': which amount is it?") % self._named(cell)
        amounts = tuple((f"{number:f}", _words(number)) for number in found.numbers)
        chosen = self.asked.ask(row, self.at, cell.text, "which_amount", Question(key, says, amounts))
        return Decimal(chosen) if chosen else None

    def _currency(self, row: RowRead, cell: Cell, found: AmountRead, of_row: str) -> str:
        if len(found.currencies) == 1:
            return found.currencies[0]
        options = found.currencies or self.currencies
        if of_row and (not options or of_row in options):
            return of_row
        if len(self.currencies) == 1 and (not options or self.currencies[0] in options):
            return self.currencies[0]
        if found.currencies:
            says = _("Which currency is '%(text)s' in '%(column)s'?") % {"text": found.sign, "column": self.title}
            key, offered = f"currency:{self.at}:{found.sign}", found.currencies
        else:
            says = _("In which currency are the amounts of '%(column)s'?") % {"column": self.title}
            key, offered = f"currency:{self.at}", _USUAL
        chosen = self.asked.ask(
            row, self.at, cell.text, "currency", Question(key, says, tuple((code, code) for code in offered), free=True)
        )
        if chosen and chosen.upper() not in CODES:
            says = _("'%(text)s' is no currency of ISO 4217.") % {"text": chosen[:20]}
            row.wrong(self.at, chosen, "unknown_currency", says)
            return ""
        return chosen.upper()


class Currencies(Column):
    """A column of currencies."""

    def read(self, row: RowRead, cell: Cell) -> str | None:
        """The code, '' for an empty cell, None where it is asked or wrong."""
        found = currency_in(cell.text)
        if cell.empty or len(found) == 1:
            return found[0] if found else ""
        if not found:
            says = _("'%(text)s' is no currency. Write it as USD.") % {"text": cell.text[:20]}
            row.wrong(self.at, cell.text, "unknown_currency", says)
            return None
        says = _("Which currency is '%(text)s' in '%(column)s'?") % self._named(cell)
        key = f"currency:{self.at}:{cell.text.strip().casefold()}"
        choices = tuple((code, code) for code in found)
        return self.asked.ask(row, self.at, cell.text, "currency", Question(key, says, choices)) or None


class Days(Column):
    """A column of dates: one that shows its order decides for all."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        super().__init__(sheet, header, column, rows, asked)
        answered = asked.answers.get(f"order:{column}", "")
        self.order = answered if answered in ("dmy", "mdy") else order_of(self._texts())

    def read(self, row: RowRead, cell: Cell) -> date | None:
        """The day; None where there is none, or it is asked or wrong."""
        if cell.empty:
            return None
        value = int(cell.value) if isinstance(cell.value, Decimal) and cell.value % 1 == 0 else cell.value
        try:
            found = read_date(
                value if isinstance(value, date | int) and value is not True else cell.text, order=self.order
            )
        except Unread as unread:
            row.wrong(self.at, cell.text, unread.code, in_words(unread))
            return None
        if found.precision != "day":
            return self._within(row, cell, found)
        if len(found.days) == 1:
            return found.days[0]
        first, second = found.days
        says = _("'%(text)s' in '%(column)s': which comes first, the day or the month?") % self._named(cell)
        choices = (
            ("dmy", _("the day: %(date)s") % {"date": _day(first)}),
            ("mdy", _("the month: %(date)s") % {"date": _day(second)}),
        )
        self.asked.ask(row, self.at, cell.text, "date_order", Question(f"order:{self.at}", says, choices))
        return None

    def _within(self, row: RowRead, cell: Cell, found: DateRead) -> date | None:
        first, last = found.days
        says = _(_PERIODS[found.precision]) % self._named(cell)
        choices = (
            ("last", _("the last: %(date)s") % {"date": _day(last)}),
            ("first", _("the first: %(date)s") % {"date": _day(first)}),
        )
        question = Question(f"day:{self.at}:{found.precision}", says, choices)
        chosen = self.asked.ask(row, self.at, cell.text, "date_precision", question)
        return {"last": last, "first": first}.get(chosen)


def _day(on: date) -> str:
    return date_format(on, _("j F Y"))


def _words(number: Decimal) -> str:
    return f"{number.normalize():,f}"
