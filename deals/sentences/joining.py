"""Several things put into one place of a sentence, in the language that is active."""

from collections.abc import Iterable

from django.utils.translation import pgettext


def all_of(things: Iterable[str]) -> str:
    """'a and b': all of them."""
    return pgettext("between things all of which are meant", " and ").join(things)


def either(things: Iterable[str]) -> str:
    """'a or b': one of them."""
    return pgettext("between things of which one is meant", " or ").join(things)


def following(first: str, second: str) -> str:
    """Two sentences."""
    return pgettext("two sentences", "%(first)s %(second)s") % {"first": first, "second": second}
