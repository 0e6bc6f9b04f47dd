"""How templates speak codes of lists."""

from django import template

from deals.sentences.words import word

register = template.Library()


@register.filter
def spoken(code: str) -> str:
    """A code in the language that is active."""
    return word(code)
