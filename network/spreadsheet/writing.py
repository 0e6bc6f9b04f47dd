"""CSV and XLSX as they are sent: row by row, each cell a text, a number, a day or a yes."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import IO, Protocol

import xlsxwriter

from network.spreadsheet.cells import inert, is_risky

Value = str | int | Decimal | bool | date | None

# What a sheet holds, its header and a last line included.
MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
# Spreadsheets keep numbers as binary fractions of so many digits; what has more would change by itself.
_DIGITS = 15
# The same rows are the same file: it carries no moment of its own.
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001  # xlsxwriter writes times without zones


class RowWriter(Protocol):
    """Takes one row after another."""

    def write(self, row: Sequence[Value]) -> None: ...


class CsvLines:
    """CSV with a byte order mark, so that spreadsheets read UTF-8; every text is quoted, whatever separates columns."""

    def __init__(self) -> None:
        self._buffer = StringIO()
        self._buffer.write("\ufeff")
        self._csv = csv.writer(self._buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def write(self, row: Sequence[Value]) -> None:
        self._csv.writerow([inert(_text(value)) for value in row])

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        text = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return text.encode("utf-8", "replace")


class _Sheet:
    """One sheet, whose rows go to the disk as they come."""

    def __init__(self, book: "xlsxwriter.Workbook") -> None:
        self._sheet = book.add_worksheet("Orebook")
        self._sheet.freeze_panes(1, 0)
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        # Stays a text when somebody edits the cell.
        self._kept = book.add_format({"quote_prefix": True})
        self._rows = 0

    def write(self, row: Sequence[Value]) -> None:
        for column, value in enumerate(row):
            self._put(column, value)
        self._rows += 1

    def _put(self, column: int, value: Value) -> None:
        place = (self._rows, column)
        match value:
            case None | "":
                pass
            case bool():
                self._sheet.write_boolean(*place, value)
            case date():
                self._sheet.write_datetime(*place, datetime(value.year, value.month, value.day), self._day)  # noqa: DTZ001
            case int() | Decimal() if _fits(value):
                self._sheet.write_number(*place, value)
            case _:
                text = _text(value)
                look = self._bold if self._rows == 0 else self._kept if is_risky(text) else None
                self._sheet.write_string(*place, text[:LONGEST_TEXT], look)


@contextmanager
def xlsx(file: IO[bytes]) -> Iterator[RowWriter]:
    """A workbook of one sheet, written into `file` when the block ends."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options | {"strings_to_numbers": False}) as book:
        book.set_properties({"created": _MADE})
        yield _Sheet(book)


def _fits(number: int | Decimal) -> bool:
    return len(Decimal(number).normalize().as_tuple().digits) <= _DIGITS


def _text(value: Value) -> str:
    if isinstance(value, str):
        return value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
    return str(value)
