"""Reads the cells of one column, each by what the whole column shows: its currency, its decimal sign, its order."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from deals.money import Money, MoneyError
from deals.written.amounts import CODES, currency_in, read_amount, scale_in
from deals.written.numerals import decimal_sign
from deals.written.reading import AmountRead, DateRead, Unread
from network.spreadsheet.asking import Asked, Question, RowRead
from network.spreadsheet.dates import order_of, read_date
from network.spreadsheet.table import Cell, Sheet

_SMALL = Decimal(100_000)
_UNITS = (("1", "as it stands"), ("1000", "thousands"), ("1000000", "millions"), ("1000000000", "billions (milliards)"))
_USUAL = ("USD", "EUR", "GBP", "JPY", "KRW", "AUD", "CAD", "SEK", "NOK", "INR")


class Column:
    """A column of a sheet below its header."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        self.at, self.asked = column, asked
        self.title = sheet.at(header, column).text.strip() or f"column {column + 1}"
        self.texts = [sheet.at(row, column).text for row in rows]


class Amounts(Column):
    """Amounts: what a cell leaves open is taken from its header, from its neighbours, or asked once."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        super().__init__(sheet, header, column, rows, asked)
        self.scale, self.currencies = scale_in(self.title), currency_in(self.title)
        answered = asked.answers.get(f"decimal:{column}", "")
        self.decimal = answered if answered in (".", ",") else decimal_sign(self.texts)

    def read(self, row: RowRead, cell: Cell, currency: str) -> tuple[Money | None, str] | None:
        """(money, qualifier), None where it is asked or wrong. `currency`: of the row's own column, '' for none."""
        try:
            # What a program keeps as a number has no separators.
            found = read_amount(cell.text, decimal="." if isinstance(cell.value, Decimal) else self.decimal,
                                scale=self._scale(row, cell))  # fmt: skip
        except Unread as unread:
            row.wrong(self.at, cell.text, unread.code, unread.detail)
            return None
        if found.qualifier == "unknown":
            return None, "unknown"
        number, code = self._number(row, cell, found), self._currency(row, cell, found, currency)
        if number is None or not code:
            return None
        try:
            money = Money(number.quantize(Decimal(1)) if number == number.to_integral_value() else number, code)
        except MoneyError as error:
            row.wrong(self.at, cell.text, error.code, error.detail)
            return None
        if money.amount <= 0:
            row.wrong(
                self.at, cell.text, "not_positive", "The amount must be above zero. Leave it empty, or write tbd."
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
                says = f"'{cell.text.strip()}' in '{self.title}': is it written in full, in thousands or in millions?"
                self.asked.ask(row, self.at, cell.text, "unit", Question(f"scale:{self.at}", says, _UNITS))
                return None
            return number
        signs = {sign for sign in cell.text if sign in ".,"}
        if not self.decimal and len(signs) == 1 and max(found.numbers) == 1000 * min(found.numbers):
            says = (
                f"'{cell.text.strip()}' in '{self.title}': is the sign in it a decimal one, or does it group thousands?"
            )
            sign = signs.pop()
            other = "." if sign == "," else ","
            choices = (
                (sign, f"decimal: {_words(min(found.numbers))}"),
                (other, f"groups: {_words(max(found.numbers))}"),
            )
            if not self.asked.ask(row, self.at, cell.text, "separator", Question(f"decimal:{self.at}", says, choices)):
                return None
        key, says = (
            f"amount:{self.at}:{cell.text.strip()}",
            f"'{cell.text.strip()}' in '{self.title}': which amount is it?",
        )
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
            says = f"Which currency is '{found.sign}' in '{self.title}'?"
            key, offered = f"currency:{self.at}:{found.sign}", found.currencies
        else:
            says, key, offered = f"In which currency are the amounts of '{self.title}'?", f"currency:{self.at}", _USUAL
        chosen = self.asked.ask(
            row, self.at, cell.text, "currency", Question(key, says, tuple((code, code) for code in offered), free=True)
        )
        if chosen and chosen.upper() not in CODES:
            row.wrong(self.at, chosen, "unknown_currency", f"'{chosen[:20]}' is no currency of ISO 4217.")
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
            row.wrong(self.at, cell.text, "unknown_currency", f"'{cell.text[:20]}' is no currency. Write it as USD.")
            return None
        says = f"Which currency is '{cell.text.strip()}' in '{self.title}'?"
        key = f"currency:{self.at}:{cell.text.strip().casefold()}"
        choices = tuple((code, code) for code in found)
        return self.asked.ask(row, self.at, cell.text, "currency", Question(key, says, choices)) or None


class Days(Column):
    """A column of dates: one that shows its order decides for all."""

    def __init__(self, sheet: Sheet, header: int, column: int, rows: Sequence[int], asked: Asked) -> None:
        super().__init__(sheet, header, column, rows, asked)
        answered = asked.answers.get(f"order:{column}", "")
        self.order = answered if answered in ("dmy", "mdy") else order_of(self.texts)

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
            row.wrong(self.at, cell.text, unread.code, unread.detail)
            return None
        if found.precision != "day":
            return self._within(row, cell, found)
        if len(found.days) == 1:
            return found.days[0]
        first, second = found.days
        says = f"'{cell.text.strip()}' in '{self.title}': which comes first, the day or the month?"
        choices = (("dmy", f"the day: {first:%-d %B %Y}"), ("mdy", f"the month: {second:%-d %B %Y}"))
        self.asked.ask(row, self.at, cell.text, "date_order", Question(f"order:{self.at}", says, choices))
        return None

    def _within(self, row: RowRead, cell: Cell, found: DateRead) -> date | None:
        first, last = found.days
        says = f"'{cell.text.strip()}' in '{self.title}' names a {found.precision} alone. Which day of it is meant?"
        choices = (("last", f"the last: {last:%-d %B %Y}"), ("first", f"the first: {first:%-d %B %Y}"))
        question = Question(f"day:{self.at}:{found.precision}", says, choices)
        chosen = self.asked.ask(row, self.at, cell.text, "date_precision", question)
        return {"last": last, "first": first}.get(chosen)


def _words(number: Decimal) -> str:
    return f"{number.normalize():,f}"
