"""Names that people typed, made safe to stand in a line of text: in a sentence, a subject, a file."""

import unicodedata

# Marks that turn the direction of what follows: with them a name can make the rest of a line read otherwise.
_TURNING = frozenset(map(chr, [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF]))
_LINE_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_plain(text: str) -> bool:
    """Whether a text can stand in a line as it is: line breaks would end a header's line, direction marks would show
    one text as another."""
    return not any(sign in _TURNING or unicodedata.category(sign) in _LINE_BREAKING for sign in text)


def plain(text: str, limit: int = 120) -> str:
    """One line without control characters or turned directions, at most `limit` characters."""
    kept = "".join(
        " " if unicodedata.category(sign) in _LINE_BREAKING else sign for sign in text if sign not in _TURNING
    )
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
