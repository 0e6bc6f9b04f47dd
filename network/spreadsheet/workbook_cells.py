"""Cells of a workbook, as its program shows them."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from openpyxl.utils.escape import unescape

from network.spreadsheet.cells import original
from network.spreadsheet.table import EMPTY, Cell

# Currencies that a format shows by a sign and the place where it is written.
_LOCALES = {"411": "JPY", "804": "CNY", "409": "USD", "c09": "AUD", "1009": "CAD", "1409": "NZD", "4009": "INR"}
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_FORMAT = re.compile(r'\[\$([^\]-]*)(?:-([0-9A-Fa-f]+))?\]|"([^"]*)"|([€£¥₩₹$])')


def read_cell(shown: Any, *, formula: bool, quoted: bool, comment: str = "") -> Cell:
    """What openpyxl made of a cell. `formula`: its value is the result of one; `quoted`: marked as a text."""
    value = shown.value
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
    text = text if quoted else original(text)
    return Cell(text, text, formula, comment=comment)


@lru_cache(maxsize=1_000)
def _currency(number_format: str) -> str:
    """'JPY ' for a number that is shown with a yen sign of Japan; the bare sign where it could be several."""
    for sign, place, quoted, bare in _FORMAT.findall(number_format or ""):
        written = (sign or quoted or bare).strip()
        if place and written in ("$", "¥", "￥") and place.lower() in _LOCALES:
            return f"{_LOCALES[place.lower()]} "
        if re.fullmatch(r"[A-Z]{3}|[€£¥￥₩₹$]|US\$|A\$|C\$|kr\.?|円|원", written):
            return f"{written} "
    return ""
