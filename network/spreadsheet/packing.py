"""The rows of a long file, each as one text: a tenth of the memory of their cells, which are made when asked for.

Cells stand one after another between NULs, which no text may hold; each begins with a letter for its kind, a capital
one where it is a formula's result.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import overload

from network.spreadsheet.table import EMPTY, Cell

_BETWEEN, _SHOWN = "\0", "\1"
_NOTHING = "e"


def packed(cells: Iterable[Cell]) -> str:
    """A row, to be read by Packed; '' where nothing is in it. Which cells were merged, and comments, are not kept."""
    row = _BETWEEN + _BETWEEN.join([_packed(cell) for cell in cells])
    while row.endswith(_BETWEEN + _NOTHING):
        row = row[: -len(_BETWEEN + _NOTHING)]
    return row[1:]


def packed_texts(texts: Iterable[str]) -> str:
    """A row of nothing but texts."""
    return _BETWEEN.join(["t" + text for text in texts])


class Packed(Sequence[tuple[Cell, ...]]):
    """Rows that are read one after another; the one that was asked for last is kept."""

    def __init__(self, rows: list[str]) -> None:
        self._rows = rows
        self._last: tuple[int, tuple[Cell, ...]] = (-1, ())

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> tuple[Cell, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> list[tuple[Cell, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[Cell, ...] | list[tuple[Cell, ...]]:
        if isinstance(place, slice):
            return [self._cells(row) for row in self._rows[place]]
        if place != self._last[0]:
            self._last = (place, self._cells(self._rows[place]))
        return self._last[1]

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        return map(self._cells, self._rows)

    @staticmethod
    def _cells(row: str) -> tuple[Cell, ...]:
        return tuple([_unpacked(cell) for cell in row.split(_BETWEEN)]) if row else ()


def _packed(cell: Cell) -> str:
    match cell.value:
        case None:
            kind, text = ("l" if cell.lost else _NOTHING), ""
        case bool():
            kind, text = "b", cell.text
        case date():
            kind, text = "d", cell.text
        case Decimal():
            kind, text = "n", f"{cell.value}{_SHOWN}{cell.text}"
        case _:
            kind, text = "t", cell.text
    return (kind.upper() if cell.formula else kind) + text


def _unpacked(row: str) -> Cell:
    kind, text = row[:1], row[1:]
    if kind == "t":
        return Cell(text, text)
    formula = kind.isupper()
    match kind.lower():
        case "n":
            value, _, shown = text.partition(_SHOWN)
            return Cell(Decimal(value), shown, formula)
        case "d":
            return Cell(date.fromisoformat(text), text, formula)
        case "b":
            return Cell(text == "yes", text, formula)
        case "l":
            return Cell(lost=True, formula=True)
        case "t":
            return Cell(text, text, formula)
    return EMPTY
