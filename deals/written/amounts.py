"""Amounts as people write them: `USD 120m`, `1 250 000,00 EUR`, `bis zu 1,5 Mrd. €`, `300億円`, `1억 5천만원`."""

import re
import unicodedata
from decimal import Decimal

from iso4217 import Currency

from deals.written.amount_words import CURRENCIES, QUALIFIERS, SCALES, UNKNOWN, UNSURE
from deals.written.numerals import eastern, is_eastern, western
from deals.written.reading import AmountRead, Unread

CODES = frozenset(currency.value for currency in Currency)
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[0-9.,]|[\s'’`´_](?=[0-9]))*")
_AFTER_SCALE = r"usd|eur|gbp|jpy|sek|nok|dkk|chf|aud|cad|kr|€|\$|£"
_LETTER = r"[^\W\d_]"
_BIGGEST = Decimal(10) ** 18
# No commitment is a trillion of a currency with a hundredth part.
_SUSPICIOUS = Decimal(10) ** 12
_LONGEST = 200


def read_amount(text: str, *, decimal: str = "", scale: Decimal = Decimal(1)) -> AmountRead:
    """What a cell says. `decimal`: the sign that its column uses; `scale`: what its header multiplies by, where the
    cell names nothing. Raises Unread: nothing is guessed, nothing rounded."""
    if len(text) > _LONGEST:
        raise Unread("not_an_amount", "It is too long for an amount. Keep the amount alone in its cell.")
    plain = _plain(text)
    if plain in UNKNOWN:
        return AmountRead((), (), "unknown")
    rest, qualifier = _qualifier(plain)
    if re.search(r"[0-9]\s*e\s*[+-]?[0-9]+\b", rest):
        raise Unread("exponent", "It is written with an exponent, so that digits may be lost. Write all of them.")
    if "%" in rest:
        raise Unread("percent", "A share is no amount. Give the amount.")
    if rest.startswith(("-", "−")) or (rest.startswith("(") and rest.endswith(")")):
        raise Unread("negative", "It is below zero. Reductions are recorded as movements.")
    rest, currencies, sign = _currency(rest)
    numbers = _number(rest, decimal, scale, currencies)
    if any(number >= _BIGGEST for number in numbers):
        raise Unread("too_large", "The amount is too large.")
    return AmountRead(numbers, currencies, qualifier, sign)


def currency_in(text: str) -> tuple[str, ...]:
    """The currencies that a header or a format names; none where it names none."""
    try:
        return _currency(_plain(text[:_LONGEST]))[1]
    except Unread:
        return ()


def scale_in(text: str) -> Decimal:
    """What a header such as 'Amount (USD m)' or 'in Mio. EUR' multiplies by."""
    try:
        rest = _currency(_plain(text[:_LONGEST]))[0]
    except Unread:
        return Decimal(1)
    words = re.findall(rf"{_LETTER}+", rest)
    found = [SCALES[word] for word in words if word in SCALES and len(word) > 1]
    alone = [
        SCALES[word] for word in re.findall(rf"[(\[,\s]({_LETTER})[)\]\s]", f" {rest} ") if word in ("m", "k", "b")
    ]
    return (found or alone or [Decimal(1)])[0]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _edged(word: str, *, before: bool, after: bool) -> re.Pattern[str]:
    """The word, and not as a part of a longer one on the sides that are named."""
    return re.compile((rf"(?<!{_LETTER})" if before else "") + re.escape(word) + (rf"(?!{_LETTER})" if after else ""))


# Compiled once, longest words first: a long column asks for all of them in each of its cells.
_QUALIFIED = tuple(
    (code, word, _edged(word, before=word[0].isascii(), after=word[0].isascii()))
    for code, words in QUALIFIERS.items()
    for word in sorted(words, key=len, reverse=True)
)
_SIGNED = tuple(
    (
        word,
        _edged(
            word,
            before=word[0].isascii() and word[0].isalpha(),
            after=word[-1].isascii() and word[-1].isalpha(),
        ),
    )
    for word in sorted(CURRENCIES, key=len, reverse=True)
)


def _qualifier(text: str) -> tuple[str, str]:
    for code, word, edged in _QUALIFIED:
        if word in text and edged.search(text):
            return edged.sub(" ", text, count=1).strip(), code
    return text, "exact"


def _currency(text: str) -> tuple[str, tuple[str, ...], str]:
    """The text without its currency, what that can be, and how it is written."""
    found: list[tuple[str, tuple[str, ...]]] = []
    # 'MEUR' and 'k€' are a scale and a currency without a space.
    text = re.sub(rf"(?<!{_LETTER})(t|k|m|mm|mn|md|mds|mrd|bn)(?=(?:{_AFTER_SCALE})(?!{_LETTER}))",
                  lambda match: f" {'k' if match[1] == 't' else match[1]} ", text)  # fmt: skip
    for word, edged in _SIGNED:
        if word in text and edged.search(text):
            text = edged.sub(" ", text)
            found.append((word, CURRENCIES[word]))
    for code in re.findall(rf"(?<!{_LETTER})[a-z]{{3}}(?!{_LETTER})", text):
        if code.upper() in CODES and code not in SCALES:
            text = re.sub(rf"(?<!{_LETTER}){code}(?!{_LETTER})", " ", text)
            found.append((code, (code.upper(),)))
    sure = {codes[0] for _, codes in found if len(codes) == 1}
    if len(sure) > 1:
        raise Unread(
            "two_currencies", "It names {names}. Keep the amount in one currency.", names=" and ".join(sorted(sure))
        )
    if sure:
        # 'USD 5 $' and 'A$' with 'dollars': the code says which dollar is meant.
        return text.strip(), (sure.pop(),), found[0][0]
    return (text.strip(), found[0][1], found[0][0]) if found else (text, (), "")


def _number(text: str, decimal: str, scale: Decimal, currencies: tuple[str, ...]) -> tuple[Decimal, ...]:
    # 'trois milliards d'euros', 'cinco milhões de euros'.
    bare = re.sub(rf"(?<!{_LETTER})(?:d['’]|(?:de|di|of)(?!{_LETTER}))|[()\[\]:=]", " ", text)
    words = " ".join(re.findall(rf"{_LETTER}+\.?", bare)).replace(".", "")
    if is_eastern(bare) and not re.search("[a-z]", bare):
        return (eastern(bare),)
    numbers = _NUMBER.findall(bare)
    if len(numbers) != 1:
        if numbers:
            raise Unread("several_amounts", "It holds more than one number. Keep one amount in a cell.")
        raise Unread("not_an_amount", "It holds no number.")
    left = re.sub(rf"{_LETTER}+\.?", " ", bare.replace(numbers[0], " ", 1)).strip(" .,-/*–—")
    if left:
        raise Unread("not_an_amount", "'{piece}' is no part of an amount.", piece=left[:20])
    scales = _scales(words, scale)
    found = western(numbers[0].rstrip(".,"), {",": ".", ".": ","}.get(decimal, ""))
    if len(found) == 2 and scales == (Decimal(1),) and currencies and all(_minor(each) < 3 for each in currencies):
        # Nobody writes a thousandth of what has no such part.
        found = found[:1]
    if not words and any(number * scale >= _SUSPICIOUS for number in found):
        # A column of millions in which somebody wrote every nought.
        scales = (*scales, Decimal(1))
    return tuple(dict.fromkeys(number * each for each in scales for number in found))


def _scales(words: str, scale: Decimal) -> tuple[Decimal, ...]:
    if not words:
        return (scale,)
    if words in UNSURE:
        return UNSURE[words]
    if words in SCALES:
        return (SCALES[words],)
    raise Unread("not_an_amount", "'{word}' is no word of an amount that is known here.", word=words[:40])


def _minor(code: str) -> int:
    return int(Currency(code).exponent or 0)
