"""XLSX: every sheet with its merged cells, hidden rows, comments, and the results that its formulas had when saved."""

import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from math import isfinite
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.cell import Cell as Kept
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from network.spreadsheet.cells import original
from network.spreadsheet.table import EMPTY, MARGIN, MOST_COLUMNS, MOST_ROWS, Book, Cell, Sheet, Unreadable
from network.spreadsheet.weighing import TooHeavy, weigh

_MOST_SHEETS = 30
# Currencies that a format shows by a sign and the place where it is written.
_LOCALES = {"411": "JPY", "804": "CNY", "409": "USD", "c09": "AUD", "1009": "CAD", "1409": "NZD", "4009": "INR"}
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_FORMAT = re.compile(r'\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]|"([^"]*)"|([€£¥₩₹$])')


def read_workbook(raw: bytes) -> Book:
    """Raises Unreadable for what is no workbook, is locked with a password or too large."""
    try:
        with ZipFile(BytesIO(raw)) as packed:
            weigh(packed)
        shown, kept = (_loaded(raw, results=results) for results in (True, False))
    except TooHeavy:
        says = _("The workbook is too large. Keep the rows that are to be imported.")
        raise Unreadable("too_large", says) from None
    except (BadZipFile, OSError):
        raise Unreadable("not_a_table", _("The file is no XLSX, or is locked with a password.")) from None
    except Exception:
        # Whatever a library makes of a broken file.
        raise Unreadable("not_a_table", _("The workbook is damaged. Open it, and save it anew.")) from None
    names = [name for name in shown.sheetnames if isinstance(shown[name], Worksheet)][:_MOST_SHEETS]
    return Book(tuple(_sheet(shown[name], kept[name]) for name in names))


def _loaded(raw: bytes, *, results: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        # Of what openpyxl does not keep: charts and the like, which are not read here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(raw), data_only=results)


def _sheet(shown: Worksheet, kept: Worksheet) -> Sheet:
    # Only the cells that there are: openpyxl makes whatever others it is asked for, and one can stand far below.
    there, as_kept = shown._cells, kept._cells
    if shown.max_row > MOST_ROWS + MARGIN:
        filled = len({row for (row, _), cell in there.items() if cell.value is not None})
        if filled > MOST_ROWS:
            says = _("'%(sheet)s' may have %(most)s rows at most. Split it, or save commitments as CSV.")
            raise Unreadable("too_many_rows", says % {"sheet": shown.title, "most": MOST_ROWS})
    width, height = min(shown.max_column, MOST_COLUMNS), min(shown.max_row, MOST_ROWS + MARGIN)
    rows = [[_cell(there.get((r, c)), as_kept.get((r, c))) for c in range(1, width + 1)] for r in range(1, height + 1)]
    for top, left, places in _merged(shown):
        if top < height and left < width:
            for row, column in places:
                if row < height and column < width:
                    whole = rows[top][left]
                    rows[row][column] = Cell(whole.value, whole.text, whole.formula, whole.lost, (top, left))
    hidden = frozenset(r - 1 for r, facts in shown.row_dimensions.items() if facts.hidden)
    return Sheet(shown.title, tuple(map(tuple, rows)), shown.sheet_state != "visible", hidden)


def _merged(sheet: Worksheet) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    for area in sheet.merged_cells.ranges:
        top, left = area.min_row - 1, area.min_col - 1
        # Far beyond what is read, a merged area of a million rows is only its beginning.
        bottom, right = min(area.max_row, MOST_ROWS + MARGIN), min(area.max_col, MOST_COLUMNS)
        yield top, left, [(r, c) for r in range(top, bottom) for c in range(left, right)]


def _cell(shown: Any, kept: Any) -> Cell:
    formula = isinstance(kept, Kept) and kept.data_type == "f"
    value = getattr(shown, "value", None)
    comment = kept.comment.text.strip() if getattr(kept, "comment", None) else ""
    if value is None:
        return (
            Cell(lost=True, formula=True, comment=comment) if formula else Cell(comment=comment) if comment else EMPTY
        )
    if isinstance(value, bool):
        return Cell(value, "yes" if value else "no", formula, comment=comment)
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(day, day.isoformat(), formula, comment=comment)
    if isinstance(value, int | float) and isfinite(value):
        number = Decimal(repr(value))
        return Cell(number, f"{_currency(shown.number_format)}{number:f}".strip(), formula, comment=comment)
    if isinstance(value, time | timedelta):
        return Cell(str(value), str(value), formula, comment=comment)
    # Escaped, a cell can hold what no text may: NUL, and half of a letter.
    text = _NO_TEXT.sub("\ufffd", unescape(str(value)))
    if text.startswith("#") and shown.data_type == "e":
        return Cell(lost=True, formula=True, comment=comment)
    text = text if shown.quotePrefix else original(text)
    return Cell(text, text, formula, comment=comment)


def _currency(number_format: str) -> str:
    """'JPY ' for a number that is shown with a yen sign of Japan; the bare sign where it could be several."""
    for sign, place, quoted, bare in _FORMAT.findall(number_format or ""):
        written = (sign or quoted or bare).strip()
        if place and written in ("$", "¥", "￥") and place.lower() in _LOCALES:
            return f"{_LOCALES[place.lower()]} "
        if re.fullmatch(r"[A-Z]{3}|[€£¥￥₩₹$]|US\$|A\$|C\$|kr\.?|円|원", written):
            return f"{written} "
    return ""
