"""Countries by the codes of ISO 3166-1, with their names (CLDR)."""

from functools import cache
from unicodedata import normalize

from babel import Locale

# Codes of unions, of what is unknown, and for tests.
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def countries(language: str = "en") -> dict[str, str]:
    """The name of each code in `language`, by name."""
    named: dict[str, str] = dict(Locale(language).territories)
    codes = [code for code in named if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return {code: named[code] for code in sorted(codes, key=lambda code: normalize("NFKD", named[code]))}
