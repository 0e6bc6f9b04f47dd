"""Codes in words, and the badges that stand beside names. In the language that is active."""

from typing import Protocol
from uuid import UUID

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.lifecycle import STAGES, Class
from deals.models import Origin
from deals.sentences.words import instrument_word, word
from institutions.isolation.levels import Level

# Who is told what stands at a level, as its owner reads it.
TOLD = {
    Level.OWN: later("only your institution"),
    Level.LEAD: later("the deal's coordinators"),
    Level.PARTIES: later("the coordinators and every party with an NDA in force"),
    Level.INVITED: later("the parties and whoever is invited"),
    Level.NETWORK: later("every member and observer of the network"),
    Level.PUBLIC: later("everyone"),
}
# The same beside a row, whoever owns it and whoever reads it.
_SEES = {
    Level.OWN: later("Who sees this: only %(owner)s, and who was granted it by name"),
    Level.LEAD: later("Who sees this: the deal's coordinators, and who was granted it by name"),
    Level.PARTIES: later(
        "Who sees this: the coordinators and every party with an NDA in force, and who was granted it by name"
    ),
    Level.INVITED: later("Who sees this: the parties and whoever is invited, and who was granted it by name"),
    Level.NETWORK: later("Who sees this: every member and observer of the network, and who was granted it by name"),
    Level.PUBLIC: later("Who sees this: everyone, and who was granted it by name"),
}


class Told(Protocol):
    """A row of an institution, told as far as its level."""

    pk: UUID
    level: str


def words(code: str) -> str:
    """'letter_of_interest' as 'letter of interest'."""
    return word(code)


def told_as(level: Level) -> str:
    """A level as a choice: 'lead: the deal's coordinators'."""
    return _("%(level)s: %(told)s") % {"level": word(level.value), "told": TOLD[level]}


# Said in the language of whoever looks, where a form is put together before that.
later_told_as = lazy(told_as, str)
later_instrument = lazy(instrument_word, str)


def number(text: str) -> SafeString:
    """Figures that stand under each other and are not broken."""
    return format_html('<span class="ob-number">{}</span>', text)


def badge(text: str, kind: str, title: str = "") -> SafeString:
    """A small label; `kind` is its colour in the stylesheet, and never the only thing that tells."""
    return format_html('<span class="ob-badge ob-{}" title="{}">{}</span>', kind, title, text)


def class_badge(stage: str) -> SafeString:
    """The class of a stage."""
    cls = STAGES[stage].cls
    title = _("Indicative, conditional and firm money are never added together")
    return badge(word(cls.value), cls.value, "" if cls is Class.ENDED else title)


def level_badge(row: Told, owner: str) -> SafeString:
    """How far a row is told, with who sees this in words; it leads to them by name."""
    return format_html(
        '<a class="ob-badge ob-level" href="{}" title="{}">{}</a>',
        reverse("admin:who_sees", args=[row.pk]),
        str(_SEES[Level(row.level)]) % {"owner": owner},
        word(row.level),
    )


def origin_badge(origin: str, *, demo: bool = False) -> SafeString:
    """Published or registered; and fictional where it was made up for the demo."""
    if origin == Origin.PUBLISHED:
        title = _("Compiled from a public source: nobody's own voice")
        shown = badge(_("published"), "published", title)
    else:
        shown = badge(_("registered"), "registered", _("Entered by its institution"))
    return format_html("{} {}", shown, fictional_badge()) if demo else shown


def fictional_badge() -> SafeString:
    """What the demo network made up."""
    return badge(_("fictional"), "fictional", _("Made up for the demo network: no institution ever said this"))
