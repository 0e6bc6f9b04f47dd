"""Numbers as they are written: separators of every custom, and the numerals of East Asia."""

import re
from collections.abc import Iterable
from decimal import Decimal

from deals.written.reading import Unread

_DIGITS = {**{sign: n for n, sign in enumerate("〇一二三四五六七八九")}, "零": 0, "壱": 1, "弐": 2, "参": 3}
_DIGITS |= dict(zip("일이삼사오육칠팔구", range(1, 10), strict=True))
_SMALL = {"十": 10, "拾": 10, "百": 100, "千": 1000, "십": 10, "백": 100, "천": 1000}
_BIG = {"万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "兆": 12, "조": 12}
_EAST = re.compile(f"[{''.join([*_DIGITS, *_SMALL, *_BIG])}]")
_PIECE = re.compile(r"[0-9][0-9.,]*|\S")
# Between groups of three: spaces of all widths and apostrophes. Points and commas can also be decimal signs.
_GAPS = re.compile(r"(?<=[0-9])[\s'’`´_](?=[0-9])")
_GROUPED = re.compile(r"[0-9]{1,3}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+)")
_INDIAN = re.compile(r"[0-9]{1,2}(,[0-9]{2})+,[0-9]{3}")


def is_eastern(text: str) -> bool:
    """Whether the text is written with the numerals of Chinese, Japanese or Korean."""
    return _EAST.search(text) is not None


def eastern(text: str) -> Decimal:
    """The number of '1兆2,000億', '百億', '1억 5천만'. Raises Unread."""
    total, section, number = Decimal(0), Decimal(0), None
    for piece in _PIECE.findall(text.replace(" ", "")):
        if piece[0].isdigit() and piece[0].isascii():
            number = _only(western(piece, ","), piece)
        elif piece in _DIGITS:
            number = Decimal(_DIGITS[piece])
        elif piece in _SMALL:
            section, number = section + (1 if number is None else number) * _SMALL[piece], None
        elif piece in _BIG:
            section += number or 0
            total, section, number = total + (section or 1) * Decimal(10) ** _BIG[piece], Decimal(0), None
        else:
            raise Unread("not_an_amount", "'{piece}' is no part of an amount.", piece=piece)
    return total + section + (number or 0)


def western(text: str, grouping: str = "") -> tuple[Decimal, ...]:
    """The number of '1 250 000,00', '1.250.000', "1'250": two where '1.250' can be a thousand or hardly more than one.

    `grouping`: the sign that is known to stand between groups of three. Raises Unread.
    """
    spaced = _GAPS.sub("", text.strip())
    if not re.fullmatch(r"[0-9.,]*[0-9][0-9.,]*", spaced):
        raise Unread("not_an_amount", "'{piece}' is no number.", piece=text.strip()[:40])
    if spaced != text.strip() and not re.match(r"[0-9]{1,3}([\s'’`´_][0-9]{3})+(?![0-9])", text.strip()):
        raise Unread("not_an_amount", "'{piece}' has groups of other than three digits.", piece=text.strip()[:40])
    points, commas = spaced.count("."), spaced.count(",")
    if points and commas:
        return (_with_both(spaced, text),)
    sign = "." if points else ","
    count = points + commas
    if not count:
        return (Decimal(spaced),)
    if count > 1:
        if not _GROUPED.fullmatch(spaced) and not _INDIAN.fullmatch(spaced):
            raise Unread("not_an_amount", "'{piece}' has groups of other than three digits.", piece=text.strip()[:40])
        return (Decimal(spaced.replace(sign, "")),)
    before, after = spaced.split(sign)
    as_decimal, as_group = Decimal(f"{before or 0}.{after or 0}"), Decimal(before + after or 0)
    if len(after) != 3 or len(before) > 3 or before in ("", "0") or before.startswith("0") or spaced != text.strip():
        return (as_decimal,)
    if grouping:
        return (as_group if sign == grouping else as_decimal,)
    return (as_group, as_decimal)


def decimal_sign(texts: Iterable[str]) -> str:
    """The decimal sign that a column shows somewhere beyond doubt, '' where it shows none or both."""
    shown = set()
    for text in texts:
        for number in re.findall(r"[0-9][0-9.,\s'’]*[0-9]", text):
            spaced = _GAPS.sub("", number)
            signs = re.findall("[.,]", spaced)
            if len(set(signs)) == 2 or (len(signs) == 1 and len(re.split("[.,]", spaced)[1]) != 3):
                shown.add(signs[-1])
            elif len(signs) > 1:
                shown.add("." if signs[0] == "," else ",")
    return shown.pop() if len(shown) == 1 else ""


def _with_both(spaced: str, text: str) -> Decimal:
    last = max(spaced.rfind("."), spaced.rfind(","))
    whole, fraction = spaced[:last], spaced[last + 1 :]
    if spaced[last] in whole or not (_GROUPED.fullmatch(whole) or _INDIAN.fullmatch(whole)):
        raise Unread("not_an_amount", "'{piece}' has groups of other than three digits.", piece=text.strip()[:40])
    return Decimal(re.sub("[.,]", "", whole) + "." + (fraction or "0"))


def _only(found: tuple[Decimal, ...], piece: str) -> Decimal:
    if len(found) != 1:
        raise Unread("not_an_amount", "'{piece}' can be read in two ways.", piece=piece)
    return found[0]
