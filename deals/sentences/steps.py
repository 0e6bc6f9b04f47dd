"""The arithmetic of an allocation, in the language that is active."""

from deals.allocation.words import PATTERNS
from deals.sentences.again import Again

_FIGURE = "[0-9.,…]+"
_AGAIN = Again(PATTERNS, shapes=dict.fromkeys(("amount", "offers", "offer", "left", "over", "lot"), _FIGURE))


def step_in_words(kept: str) -> str:
    """A step as it is kept with its line, said again."""
    return _AGAIN.say(kept)
