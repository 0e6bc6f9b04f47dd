"""Codes in words, and the badges that stand beside names."""

from typing import Protocol
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from deals.lifecycle import STAGES, Class
from deals.models import Origin
from institutions.isolation.levels import Level

# Who is told what stands at a level, as its owner reads it.
TOLD = {
    Level.OWN: "only your institution",
    Level.LEAD: "the deal's coordinators",
    Level.PARTIES: "the coordinators and every party with an NDA in force",
    Level.INVITED: "the parties and whoever is invited",
    Level.NETWORK: "every member and observer of the network",
    Level.PUBLIC: "everyone",
}


class Told(Protocol):
    """A row of an institution, told as far as its level."""

    pk: UUID
    level: str


def words(code: str) -> str:
    """'letter_of_interest' as 'letter of interest'."""
    return code.replace("_", " ")


def number(text: str) -> SafeString:
    """Figures that stand under each other and are not broken."""
    return format_html('<span class="ob-number">{}</span>', text)


def badge(text: str, kind: str, title: str = "") -> SafeString:
    """A small label; `kind` is its colour in the stylesheet, and never the only thing that tells."""
    return format_html('<span class="ob-badge ob-{}" title="{}">{}</span>', kind, title, text)


def class_badge(stage: str) -> SafeString:
    """The class of a stage."""
    cls = STAGES[stage].cls
    title = "Indicative, conditional and firm money are never added together"
    return badge(cls.value, cls.value, "" if cls is Class.ENDED else title)


def level_badge(row: Told, owner: str) -> SafeString:
    """How far a row is told, with who sees this in words; it leads to them by name."""
    seen = TOLD[Level(row.level)].replace("your institution", owner)
    return format_html(
        '<a class="ob-badge ob-level" href="{}" title="Who sees this: {}, and who was granted it by name">{}</a>',
        reverse("admin:who_sees", args=[row.pk]),
        seen,
        row.level,
    )


def origin_badge(origin: str, *, demo: bool = False) -> SafeString:
    """Published or registered; and fictional where it was made up for the demo."""
    if origin == Origin.PUBLISHED:
        shown = badge("published", "published", "Compiled from a public source: nobody's own voice")
    else:
        shown = badge("registered", "registered", "Entered by its institution")
    return format_html("{} {}", shown, fictional_badge()) if demo else shown


def fictional_badge() -> SafeString:
    """What the demo network made up."""
    return badge("fictional", "fictional", "Made up for the demo network: no institution ever said this")
