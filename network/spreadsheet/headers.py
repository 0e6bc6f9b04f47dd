"""Where a table begins, and which column holds what: suggested from words of many languages, to be corrected."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache

from network.spreadsheet.header_words import FIELDS
from network.spreadsheet.names import Choice, Names, plain_name
from network.spreadsheet.table import MARGIN, MOST_ROWS, Sheet

LOOKED_AT = 25
# A column in which nothing stands before is not offered.
_SAMPLED = MOST_ROWS + MARGIN
_SAMPLES = 3
_LONGEST = 200


@dataclass(frozen=True)
class Heading:
    """A column: its place from 0, what it is called, and some of what it holds."""

    column: int
    text: str
    samples: tuple[str, ...]


@cache
def _words(kind: str) -> Names:
    return Names(Choice(field, names[0], names) for field, names in FIELDS[kind].items())


def header_row(sheet: Sheet, kind: str) -> int:
    """The row, from 0, that names most columns; the first one with several texts where none names any."""
    rows = range(min(LOOKED_AT, len(sheet.rows)))
    scored = {row: len({field for text in _texts(sheet, row) if (field := _known(text, kind))}) for row in rows}
    best = max(rows, key=lambda row: (scored[row], -row), default=0)
    if scored.get(best):
        return best
    return next((row for row in rows if len(_texts(sheet, row)) > 1), 0)


def headings(sheet: Sheet, row: int) -> list[Heading]:
    """The columns that have a name or hold something."""
    rows = sheet.rows[:_SAMPLED]
    width = max((len(each) for each in rows), default=0)
    found = []
    for column in range(width):
        below = [each[column] for each in rows[row + 1 :] if column < len(each)]
        samples = tuple(dict.fromkeys(cell.text.strip() for cell in below if not cell.empty))[:_SAMPLES]
        cell = sheet.at(row, column)
        text = "" if cell.merged and cell.merged != (row, column) and cell.merged[0] == row else cell.text.strip()
        if text or samples:
            found.append(Heading(column, text, samples))
    return found


def suggested(columns: list[Heading], kind: str) -> dict[int, str]:
    """Field by column; each field once, for the column whose name is the most like it."""
    found: dict[int, str] = {}
    for known in (True, False):
        for heading in columns:
            field = _known(heading.text, kind) if known else _like(heading.text, kind)
            if field and heading.column not in found and field not in found.values():
                found[heading.column] = field
    return found


def signature(columns: list[Heading], kind: str) -> str:
    """The same for the same columns in the same order: what was corrected once is suggested again."""
    named = "\n".join([kind, *(f"{heading.column} {plain_name(heading.text)}" for heading in columns)])
    return hashlib.sha256(named.encode()).hexdigest()


def _texts(sheet: Sheet, row: int) -> list[str]:
    return [cell.text.strip() for cell in sheet.rows[row] if isinstance(cell.value, str) and not cell.empty]


def _known(text: str, kind: str) -> str:
    found = _words(kind).known(_bare(text))
    return found[0].key if found else ""


def _like(text: str, kind: str) -> str:
    """The field whose name stands in a longer one, or is written much like it."""
    bare = f" {plain_name(_bare(text))} "
    inside = [
        (len(word), field)
        for field, names in FIELDS[kind].items()
        for name in names
        if len(word := plain_name(name)) > 2 and (f" {word} " in bare or (not word.isascii() and word in bare))
    ]
    if inside:
        return max(inside)[1]
    like = _words(kind).find(_bare(text)).like if len(bare) > 6 else ()
    return like[0].key if len(like) == 1 else ""


def _bare(text: str) -> str:
    """'Betrag (Mio. EUR)' is a 'Betrag'."""
    text = text[:_LONGEST]
    without = re.sub(r"[(（\[].*?[)）\]]", " ", text)
    return without if without.strip() else text
