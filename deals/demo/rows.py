"""Reads a file of data/ into checked values. Every fault of a file is named at once, and none is read half."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from deals.models import Precision
from deals.money import Money, MoneyError

DATA = Path(__file__).parent / "data"

_REDUCED_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_T = TypeVar("_T")


class BrokenFile(ValueError):
    """A file that can't be read as it should; says every fault with line and column."""

    def __init__(self, file: str, faults: Sequence[str]) -> None:
        super().__init__(f"{file} can't be loaded:\n" + "\n".join(f"  {fault}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Dated:
    """A date as exactly as it is known; `day` is the first of its month or year where only that is known."""

    day: date | None
    precision: str


@dataclass(frozen=True)
class SourceFact:
    """Where a row was read, and how sure the compiler was; empty `url` is the compiler's own knowledge."""

    title: str
    url: str
    date: str
    confidence: str

    @property
    def dated(self) -> Dated:
        """When it was published, as exactly as that is known."""
        if not self.date:
            return Dated(None, "")
        precision = {4: Precision.YEAR, 7: Precision.MONTH, 10: Precision.DAY}[len(self.date)]
        return Dated(date.fromisoformat(f"{self.date}-01-01"[:10]), precision)


class Row:
    """One line of a file. A getter that finds a fault notes it and answers with something harmless."""

    def __init__(self, line: int, cells: Mapping[str, str], faults: list[str]) -> None:
        self.line = line
        self._cells = cells
        self._faults = faults

    def fault(self, column: str, why: str) -> None:
        self._faults.append(f"line {self.line}, {column}: {why}")

    def text(self, column: str, *, required: bool = False) -> str:
        value = self._cells[column].strip()
        if required and not value:
            self.fault(column, "is empty; fill it in.")
        return value

    def one_of(self, column: str, words: Mapping[str, _T]) -> _T:
        value = self.text(column)
        if value in words:
            return words[value]
        self.fault(column, f"'{value}' is not known. Use one of: {', '.join(sorted(w for w in words if w))}.")
        return next(iter(words.values()))

    def yes(self, column: str) -> bool:
        return self.one_of(column, {"yes": True, "no": False})

    def money(self, amount: str, currency: str) -> Money | None:
        """None where the amount is not known."""
        number, code = self.text(amount), self.text(currency)
        if not number:
            return None
        try:
            return Money.of(number, code)
        except MoneyError as error:
            self.fault(currency if error.pointer == "currency" else amount, error.detail)
            return None

    def degrees(self, column: str) -> Decimal | None:
        value = self.text(column)
        if value and not re.fullmatch(r"-?\d{1,3}(\.\d{1,5})?", value):
            self.fault(column, f"'{value}' is no degree. Write it as 133.24.")
            return None
        return Decimal(value) if value else None

    def dated(self, column: str, precision: str) -> Dated:
        value = self.text(column)
        how = self.one_of(precision, {"": ""} | {p.value: p.value for p in Precision})
        if bool(value) != bool(how):
            self.fault(precision, "a date has a precision, and no date has none.")
        try:
            return Dated(date.fromisoformat(value) if value else None, how)
        except ValueError:
            self.fault(column, f"'{value}' is no day. Write it as 2024-09-23.")
            return Dated(None, "")

    def country(self, column: str) -> str:
        value = self.text(column, required=True)
        if not re.fullmatch("[A-Z]{2}", value):
            self.fault(column, f"'{value}' is no country of ISO 3166. Use two capital letters.")
        return value

    def source(self) -> SourceFact:
        day = self.text("source_date")
        if day and not _REDUCED_DATE.fullmatch(day):
            self.fault("source_date", f"'{day}' is no date. Write 2024, 2024-09 or 2024-09-23.")
        return SourceFact(
            self.text("source_title", required=True),
            self.text("source_url"),
            day,
            self.one_of("confidence", {"verified": "verified", "memory": "memory"}),
        )


def rows(file: str, columns: Sequence[str], faults: list[str], folder: Path = DATA) -> Iterator[Row]:
    """The lines of a file, which must have `columns`; what is wrong with them goes to `faults`."""
    with (folder / file).open(encoding="utf-8", newline="") as opened:
        table = csv.DictReader(opened, strict=True)
        missing = [column for column in columns if column not in (table.fieldnames or ())]
        if missing:
            raise BrokenFile(file, [f"line 1: the columns {', '.join(missing)} are missing."])
        try:
            for cells in table:
                # A line with too few cells has None in the last ones, one with too many a None among its names.
                if None in cells or None in cells.values():
                    faults.append(f"line {table.line_num}: has another number of cells than line 1.")
                else:
                    yield Row(table.line_num, cells, faults)
        except (csv.Error, UnicodeDecodeError) as error:
            faults.append(f"line {table.line_num + 1}: {error}")
