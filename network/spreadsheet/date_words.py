"""Names of months and parts of years in the partners' languages, as CLDR has them."""

import unicodedata
from functools import cache

from babel import Locale

LANGUAGES = ("en", "fr", "de", "it", "es", "pt", "sv", "nb", "da", "fi", "et", "nl", "ja", "ko")
# A part of a year, by the letter or word before or after its number: how many months it has.
PARTS: dict[str, int] = {
    **dict.fromkeys(("q", "quarter", "quartal", "t", "trimestre", "trim", "kvartal", "kv", "kvartaali", "neljännes",
                     "vuosineljännes", "四半期", "분기"), 3),
    **dict.fromkeys(("h", "half", "halbjahr", "hj", "s", "sem", "semestre", "halvår", "puolivuosi",
                     "poolaasta", "半期", "반기"), 6),
}  # fmt: skip
# The first year of each era of Japan that dates may still be written in.
ERAS = {"令和": 2019, "平成": 1989, "昭和": 1926, "r": 2019, "h": 1989, "s": 1926}


@cache
def months() -> dict[str, int]:
    """Month by name, without accents, points and capitals; names that two languages use for two months are left out."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        names = Locale.parse(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in names[form][width].items():
                    if not name[0].isdigit():
                        found.setdefault(plain(name), set()).add(number)
    # What Excel and people cut differently.
    for name, number in {"sept": 9, "mrz": 3, "maerz": 3, "juin": 6, "juil": 7, "aout": 8}.items():
        found.setdefault(name, set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def plain(text: str) -> str:
    """Without accents, points and capitals."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).replace(".", "").strip()
