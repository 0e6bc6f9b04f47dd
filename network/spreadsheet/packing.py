"""The rows of a CSV file, each as one text: a tenth of the memory of their cells, which are made when asked for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from network.spreadsheet.table import Cell

# No text may hold it.
_BETWEEN = "\0"


def packed(texts: Iterable[str]) -> str:
    """A row, to be read by Packed."""
    return _BETWEEN.join(texts)


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
        return tuple([Cell(text, text) for text in row.split(_BETWEEN)]) if row else ()
