"""XLSX of very many rows, read one by one: no more than a row of it is taken apart at a time.

What is known only once all of a sheet is read is not looked at: hidden rows and comments are not told of, and with
merged cells it is not taken at all, since a figure for several rows would be read as one row's.
"""

import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import repeat
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from network.spreadsheet.packing import Packed, packed
from network.spreadsheet.table import EMPTY, MARGIN, MOST_COLUMNS, MOST_ROWS, MOST_SHEETS, Book, Cell, Sheet, Unreadable
from network.spreadsheet.weighing import Scales
from network.spreadsheet.workbook_cells import read_cell


def read_long_workbook(raw: bytes, most: int, weight: Scales) -> Book:
    """Each sheet of `most` rows. Raises Unreadable."""
    if weight.merged:
        says = _("In a workbook of more than %(most)s rows no cells may be merged. Unmerge them, or split it.")
        raise Unreadable("merged_cells", says % {"most": MOST_ROWS})
    with warnings.catch_warnings():
        # Of what openpyxl does not keep: charts and the like, which are not read here.
        warnings.simplefilter("ignore")
        shown = openpyxl.load_workbook(BytesIO(raw), read_only=True, data_only=True)
        # Where there are formulas, each cell is asked whether it is one.
        kept = openpyxl.load_workbook(BytesIO(raw), read_only=True) if weight.formulas else None
    names = [each.title for each in shown.worksheets if hasattr(each, "iter_rows")][:MOST_SHEETS]
    sheets = [_sheet(shown[name], kept[name] if kept else None, most) for name in names]
    return Book(tuple(sheets), (_("It is long: hidden rows are read as others are, and comments are not shown."),))


def _sheet(shown: Any, kept: Any, most: int) -> Sheet:
    # What it says of its own size need not be so.
    shown.reset_dimensions()
    if kept is not None:
        kept.reset_dimensions()
    rows: list[str] = []
    empty = 0
    for cells, formulas in zip(shown.iter_rows(), kept.iter_rows() if kept is not None else repeat(()), strict=False):
        row = packed(_read(cells, formulas))
        if not row:
            empty += 1
            continue
        # What follows the last row is nothing.
        rows.extend([""] * min(empty, most + MARGIN))
        empty = 0
        rows.append(row)
        if len(rows) > most + MARGIN:
            says = _("'%(sheet)s' may have %(most)s rows at most. Split it.")
            raise Unreadable("too_many_rows", says % {"sheet": shown.title, "most": most})
    return Sheet(shown.title, Packed(rows), shown.sheet_state != "visible")


def _read(cells: tuple[Any, ...], formulas: tuple[Any, ...]) -> Iterator[Cell]:
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        formula = place < len(formulas) and formulas[place].data_type == "f"
        if cell.value is None:
            yield Cell(lost=True, formula=True) if formula else EMPTY
        else:
            yield read_cell(cell, formula=formula, quoted=bool(cell.style_array.quotePrefix))
