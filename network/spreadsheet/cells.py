"""Texts in cells: what a spreadsheet would run is made inert, and read again it is what it was."""

import re
import unicodedata

# An apostrophe before a text is how spreadsheets themselves say that it is one.
MARK = "'"
# Full-width signs are turned into their narrow ones by some programs before they look.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", MARK)
# A number with its sign is no formula, and a column of numbers stays one.
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


# Where a program takes another separator than the file's, what follows one within a text begins a cell of its own.
_INNER_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[;|\t\r\n]|$)"
_INNER = re.compile(rf"([;|\t\r\n]\s{{0,8}})(?!{_INNER_NUMBER})('*[=+\-@＝＋－＠])")
_MARKED = re.compile(rf"([;|\t\r\n]\s{{0,8}}){MARK}('*[=+\-@＝＋－＠])")


# What most cells hold: begins with a letter or a figure, and nothing in it could begin another cell.
_HARMLESS = re.compile(r"[0-9A-Za-z][^;|\t\r\n]*")


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take the text for something else than a text."""
    if _NUMBER.fullmatch(text):
        return False
    return text.startswith(_STARTS) or _bare(text).startswith(_STARTS)


def inert(text: str) -> str:
    """The text as it is written into a CSV file."""
    if not text or _HARMLESS.fullmatch(text):
        return text
    within = _INNER.sub(rf"\1{MARK}\2", text)
    return MARK + within if within != text or is_risky(text) else text


def original(text: str) -> str:
    """What `inert` was given."""
    if not text.startswith(MARK):
        return text
    bare = _MARKED.sub(r"\1\2", text[1:])
    return bare if inert(bare) == text else text


def _bare(text: str) -> str:
    """Without what no reader sees at its beginning, which some programs drop."""
    for place, letter in enumerate(text):
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf"):
            return text[place:]
    return ""
