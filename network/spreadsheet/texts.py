"""CSV in whatever encoding and with whatever separator it was saved."""

import csv
import re
from io import BytesIO, TextIOWrapper

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from network.spreadsheet.cells import original
from network.spreadsheet.packing import Packed, packed
from network.spreadsheet.table import MARGIN, MOST_COLUMNS, Book, Sheet, Unreadable

_SEPARATORS = ",;\t|"
_LOOKED_AT = 30
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LETTERED = (("cp932", _KANA, "Shift JIS"), ("cp949", _HANGUL, gettext_noop("Korean (CP949)")))


def read_text(raw: bytes, most: int) -> Book:
    """The one sheet of a CSV file, of `most` rows. Raises Unreadable."""
    text, note = _decoded(raw)
    if "\0" in text:
        raise Unreadable("not_a_table", _("The file is neither CSV nor XLSX. Save it as one of these."))
    separator = _separator(text)
    csv.field_size_limit(100_000)
    rows: list[str] = []
    # Encoded again, and decoded as it is read: a text to read from takes four bytes for each letter.
    lines = TextIOWrapper(BytesIO(text.encode()), "utf-8", newline="")
    del text
    try:
        for row in csv.reader(lines, delimiter=separator):
            if len(rows) >= most + MARGIN:
                raise Unreadable(
                    "too_many_rows", _("The file may have %(most)s rows at most. Split it.") % {"most": most}
                )
            rows.append(packed(map(original, row[:MOST_COLUMNS])))
    except csv.Error:
        says = _("The file is no CSV: a quotation mark or a line is broken.")
        raise Unreadable("not_a_table", says) from None
    return Book((Sheet("", Packed(rows)),), (note,) if note else ())


def _decoded(raw: bytes) -> tuple[str, str]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _strictly(raw, encoding) or "", ""
    if (text := _strictly(raw, "utf-8")) is not None:
        return text, ""
    for encoding, letters, name in _LETTERED:
        text = _strictly(raw, encoding)
        # Single accented letters between ASCII ones decode as an odd pair here and there, never as words.
        if text and len(letters.findall(text)) > 2 and len(re.findall(r"[^\x00-\x7f]{2,}", text)) > 1:
            says = _("It is not UTF-8 and was read as %(encoding)s. Check names with special letters.")
            return text, says % {"encoding": _(name)}
    says = _("It is not UTF-8 and was read as Windows-1252. Check names with accents.")
    return raw.decode("cp1252", "replace"), says


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _separator(text: str) -> str:
    """The one that splits most lines into as many columns as most others."""
    if text[:4].lower() == "sep=" and len(text) > 4:
        return text[4]
    # Of a long file no more than its beginning is split.
    lines = text[: _LOOKED_AT * 10_000].splitlines()[:_LOOKED_AT]

    def evenness(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) if usual > 1 else 0, usual)

    try:
        return max(_SEPARATORS, key=evenness)
    except csv.Error:
        return ","
