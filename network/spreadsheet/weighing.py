"""What a workbook unfolds to, weighed before a library takes it apart: a few bytes can stand for millions of cells."""

from dataclasses import dataclass
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from openpyxl.utils import range_boundaries

from network.spreadsheet.table import MOST_ROWS

# Cells and what stands in them; each of all the others, such as a row or a style, is much more work to read.
_LIGHT = frozenset({"c", "v", "f", "is", "si", "t", "r"})
# What stands in a cell.
_HELD = frozenset({"v", "is"})


@dataclass(frozen=True)
class Limits:
    """How much a workbook unfolds to: bytes, cells, and elements that are light or heavy to read."""

    size: int
    cells: int
    light: int
    heavy: int


# What is read as a whole, and what is read row by row, of which no more than a row is held.
_WHOLE = Limits(40_000_000, 300_000, 1_000_000, 100_000)
_BY_ROW = Limits(250_000_000, 2_000_000, 7_000_000, 300_000)
# As programs have it.
_WIDEST = 16_384
_AT_ONCE = 1_000_000
# These name an area, of which the library makes every single cell.
_AREAS = frozenset({"mergeCell", "hyperlink"})
_MOST_OF_AREAS = 200_000


class TooHeavy(ValueError):
    """More than any table that people keep."""


class Scales:
    """Counts elements over all parts of a workbook. Raises TooHeavy at the first one too many.

    `filled`: rows of the sheet with most of them that hold something; `merged`, `formulas`: whether any sheet has some.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.cells = self.light = self.heavy = self.of_areas = self.filled = 0
        self.merged = self.formulas = False
        self._rows = self._in_row = 0
        self._row_is_empty = True

    def take(self, part: IO[bytes]) -> None:
        self._rows = 0
        parser = ParserCreate()
        parser.StartElementHandler = self._element
        parser.EntityDeclHandler = self._entity
        try:
            while some := part.read(_AT_ONCE):
                parser.Parse(some, False)
            parser.Parse(b"", True)
        except ExpatError:
            # A picture; or a broken part, which is read no further than here by anybody.
            return

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if plain in _LIGHT:
            self.light += 1
            if plain == "c":
                self.cells += 1
                self._in_row += 1
            elif plain == "f":
                self.formulas = True
            elif plain in _HELD and self._row_is_empty:
                self._row_is_empty = False
                self._rows += 1
                self.filled = max(self.filled, self._rows)
        else:
            self.heavy += 1
            if plain == "row":
                self._in_row, self._row_is_empty = 0, True
            elif plain in _AREAS:
                self.merged |= plain == "mergeCell"
                self.of_areas += _size(attributes.get("ref", ""))
        if self.is_beyond(self._limits) or self._in_row > _WIDEST:
            raise TooHeavy

    def is_beyond(self, limits: Limits) -> bool:
        return (
            self.cells > limits.cells
            or self.light > limits.light
            or self.heavy > limits.heavy
            or self.of_areas > _MOST_OF_AREAS
        )

    def _entity(self, *_facts: object) -> None:
        raise TooHeavy


def weigh(packed: ZipFile, most_rows: int) -> Scales:
    """Raises TooHeavy. Whatever a part is called, since a workbook says itself which of them are sheets.

    What may have more than MOST_ROWS rows, and has, may weigh more: it is read row by row.
    """
    limits = _BY_ROW if most_rows > MOST_ROWS else _WHOLE
    size = sum(each.file_size for each in packed.infolist())
    if size > limits.size:
        raise TooHeavy
    scales = Scales(limits)
    for each in packed.infolist():
        with packed.open(each) as part:
            scales.take(part)
    if scales.filled <= MOST_ROWS and (size > _WHOLE.size or scales.is_beyond(_WHOLE)):
        raise TooHeavy
    return scales


def _size(ref: str) -> int:
    try:
        left, top, right, bottom = range_boundaries(ref)
    except (ValueError, TypeError):
        return 0
    if None in (left, top, right, bottom):
        # Whole rows or columns.
        return _MOST_OF_AREAS + 1
    return int((right - left + 1) * (bottom - top + 1))
