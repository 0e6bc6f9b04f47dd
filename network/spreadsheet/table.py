"""A file as rows of cells, whatever it was: what each cell shows, and what it is beside that."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

MOST_BYTES = 5_000_000
MOST_ROWS = 2_000
MOST_COLUMNS = 200


class Unreadable(ValueError):
    """A file that can't be read as a table, and why."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(says)
        self.code, self.says = code, says


@dataclass(frozen=True)
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
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    # Rows, from 0, and columns that its program does not show.
    hidden_rows: frozenset[int] = field(default=frozenset())
    kind: str = ""
    passed_over: Mapping[int, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """How many rows hold something."""
        return sum(any(not cell.empty for cell in row) for row in self.rows)

    def at(self, row: int, column: int) -> Cell:
        return self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else EMPTY


@dataclass(frozen=True)
class Book:
    """`notes`: what was assumed to read it, such as an encoding."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
