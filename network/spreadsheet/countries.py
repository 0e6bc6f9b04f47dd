"""Countries by their names in the partners' languages, and by the codes of ISO 3166-1."""

from functools import cache

from babel import Locale
from babel.core import get_global

from network.countries import countries as english
from network.spreadsheet.date_words import LANGUAGES
from network.spreadsheet.names import Choice, Names

_SHORT = {
    "GB": ("UK", "U.K.", "Great Britain", "England"),
    "US": ("USA", "U.S.", "U.S.A.", "America", "United States of America"),
    "KR": ("Korea", "ROK", "Republic of Korea", "South Korea", "대한민국"),
    "CD": ("DRC", "DR Congo", "RDC", "Congo-Kinshasa"),
    "CZ": ("Czech Republic",),
    "TR": ("Turkey",),
    "CI": ("Ivory Coast",),
    "VN": ("Viet Nam",),
}


@cache
def countries() -> Names:
    """The key of each is its two letters."""
    of_three: dict[str, list[str]] = {}
    for alias, of in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(of) == 1:
            of_three.setdefault(of[0], []).append(alias)
    named: list[dict[str, str]] = [dict(Locale.parse(language).territories) for language in LANGUAGES]
    return Names(
        Choice(
            code,
            name,
            (code, *of_three.get(code, ()), *_SHORT.get(code, ()), *(t[code] for t in named if code in t)),
        )
        for code, name in english().items()
    )
