"""Rows that are no rows of data: totals, comments, repeated headers, and what belongs to none of these."""

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from network.spreadsheet.table import Cell

_TOTAL = re.compile(
    r"^\W*(grand |sub-?|sous-?|zwischen|gesamt|general )?(totals?|sums?|summe|gesamt|gesamtsumme|insgesamt|totaux|"
    r"totale|totali|somme|suma|totales|soma|totais|summa|totalt|yhteensä|kokku|合計|小計|総計|計|합계|소계|총계|총액|합)(?!\w)",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"^\s*(//|#|\*|※|注|주:|주\)|note[s:. ]|nb[:. ]|n\.b\.|source[s:]|quelle|hinweis|anmerkung|remarque|nota[: ]|"
    r"remarks?:|stand:|as (of|at) |error:|prepared by|confidential|\[?[0-9]\][ .])",
    re.IGNORECASE,
)


def left_out(row: Sequence[Cell], header: Sequence[Cell], used: Sequence[int]) -> str:
    """Why a row is no row of data; '' where it is one. `used`: the columns that hold a field."""
    filled = [cell for cell in row if not cell.empty and not (cell.merged and cell.text == "")]
    if not filled:
        return _("It is empty.")
    texts = [cell.text.strip() for cell in filled]
    if _is_total(texts):
        return _("It is a total: the rows above say what it sums.")
    if [cell.text for cell in row[: len(header)]] == [cell.text for cell in header]:
        return _("It is the header again.")
    if _COMMENT.match(texts[0]):
        return _("It is a comment.")
    places = {cell.merged for cell in filled}
    if len(places) == 1 and None not in places and len(filled) > 1:
        return _("One text over the whole row: a heading or a comment.")
    in_use = [row[column] for column in used if column < len(row) and not row[column].empty]
    if len(in_use) <= 1 and len(filled) == 1 and len(used) > 2:
        return _("It holds one text alone: a heading or a comment.")
    if in_use and all(isinstance(cell.value, Decimal) and cell.formula for cell in in_use):
        return _("It holds sums alone: a total.")
    return "" if in_use else _("It holds nothing in the columns that are read.")


def _is_total(texts: Sequence[str]) -> bool:
    """Whether the first words of a row are those of a total; 'Total Lithium' with a lender and a stage is a name."""
    lettered = [text for text in texts if any(sign.isalpha() for sign in text)]
    found = _TOTAL.match(lettered[0]) if lettered and len(lettered[0]) < 60 else None
    return found is not None and (not lettered[0][found.end() :].strip(" :.()") or len(lettered) <= 2)
