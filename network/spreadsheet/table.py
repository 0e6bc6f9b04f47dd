"""A file as rows of cells, whatever it was: what each cell shows, and what it is beside that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

MOST_BYTES = 20_000_000
MOST_ROWS = 2_000
# Of what is made many at a time (network/services/making_many.py).
MOST_ROWS_OF_LONG = 100_000
MOST_COLUMNS = 200
# What may stand above the header and below the last row.
MARGIN = 20


class Unreadable(ValueError):
    """A file that can't be read as a table, and why."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code, self.says = code, says


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` as its program keeps it, `text` as a reader sees it. `merged`: the row and column of the cell whose value
    it shows, where several were made one. `lost`: a formula whose result the file does not hold."""

    value: str | Decimal | date | bool | None = None
    text: str = ""
    formula: bool = False
    lost: bool = False
    merged: tuple[int, int] | None = None
    comment: str = ""

    @property
    def empty(self) -> bool:
        return not self.text.strip() and not self.lost


EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """`rows` begin with the file's first row; `hidden` where its program does not show it.

    `kind`: what its rows are, where the file says it; `passed_over`: rows, from 0, that its reader leaves out, and why;
    `answers`: what the file's own rules answer, so that nobody is asked.
    """

    name: str
    rows: Sequence[tuple[Cell, ...]]
    hidden: bool = False
    # Rows, from 0, and columns that its program does not show.
    hidden_rows: frozenset[int] = field(default=frozenset())
    kind: str = ""
    passed_over: Mapping[int, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def filled(self) -> int:
        """How many rows hold something."""
        return sum(any(not cell.empty for cell in row) for row in self.rows)

    @property
    def is_long(self) -> bool:
        """Whether it has more rows than are kept in memory as they were read; none of its cells are merged then."""
        return len(self.rows) > MOST_ROWS + MARGIN

    def at(self, row: int, column: int) -> Cell:
        if row >= len(self.rows):
            return EMPTY
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY


@dataclass(frozen=True)
class Book:
    """`notes`: what was assumed to read it, such as an encoding."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
