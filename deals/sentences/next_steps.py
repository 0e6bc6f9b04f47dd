"""What is still to be done for a stage, a status or a statement, in the language that is active."""

from django.utils.translation import gettext as _

from deals.lifecycle import OPEN_CONDITION
from deals.sentences.again import Again

_AGAIN = Again([OPEN_CONDITION])


def step_to_do(step: str) -> str:
    """A step as services say it in English, for all of an API's readers (lifecycle.NEXT_STEP)."""
    said = _AGAIN.say(step)
    return _(step) if said == step else said
