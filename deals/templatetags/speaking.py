"""How templates speak codes of lists, names and what is kept in English."""

from collections.abc import Iterable

from django import template

from deals.models import Commitment
from deals.selectors.links import commitment_in_words
from deals.sentences.summaries import summary_in_words
from deals.sentences.words import listed, word
from institutions.models import Membership, Staff
from institutions.selectors.naming import membership_in_words

register = template.Library()


@register.filter
def spoken(code: str) -> str:
    """A code in the language that is active."""
    return word(code)


@register.filter
def names(people: Iterable[Staff]) -> str:
    """People by their names, one after the other."""
    return listed(person.name for person in people)


@register.filter
def said_again(summary: str) -> str:
    """What an approval was asked for, as it is kept, in the language that is active."""
    return summary_in_words(summary)


@register.filter
def called(thing: object) -> str:
    """What stands at the head of a page, a row or words, as it is called in the language that is active."""
    if isinstance(thing, Commitment):
        return commitment_in_words(thing)
    return membership_in_words(thing) if isinstance(thing, Membership) else str(thing)
