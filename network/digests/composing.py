"""A digest's subject, text and page, from what its reader may see and what a mail may carry of it."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from deals.plain import plain
from deals.sentences import Detail, Names, sentence
from institutions.models import Staff
from network.digests.carrying import Policies
from network.digests.selection import Change, DealChanges, News
from network.models import Carries

# Mail programs cut a longer page off.
MOST_BYTES = 100_000
MOST_LINES = 25
UNNAMED = "A deal that you follow"
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class Section:
    """One deal in the mail: its heading, its lines, its page, and how many lines were left out."""

    heading: str
    url: str
    lines: list[str]
    more: int = 0


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to go."""

    subject: str
    text: str
    html: str


def compose(person: Staff, news: News) -> Letter | None:
    """The digest, or None when there is nothing to say. Call it as `person`, and send it at once: rights change."""
    owners = {_owner(change) for part in news.deals for change in part.changes}
    policies = Policies(person.institution_id, owners)
    sections = [_section(part, policies, news.names) for part in news.deals]
    if not sections:
        return None
    most = MOST_LINES
    while True:
        letter = _render(person, [_shortened(section, most) for section in sections], len(sections))
        if max(len(letter.html.encode()), len(letter.text.encode())) <= MOST_BYTES:
            return letter
        # A digest of very many deals: fewer lines each, then fewer deals.
        sections = sections if most > 1 else sections[: len(sections) // 2]
        most = max(most // 2, 1)


def _section(part: DealChanges, policies: Policies, names: Names) -> Section:
    lines: list[str] = []
    for change in part.changes:
        carries = policies.of(_owner(change), public=change.public)
        line = _line(change, carries, names)
        # 'Something changed' is said once: how often would tell what the mail must not carry.
        if line not in lines or carries is not Carries.LINK_ONLY:
            lines.append(line)
    url = settings.PUBLIC_URL.rstrip("/") + reverse("admin:deals_deal_change", args=[part.deal.id])
    return Section(part.deal.outside or UNNAMED, url, lines)


def _line(change: Change, carries: Carries, names: Names) -> str:
    match carries:
        case Carries.FULL:
            return sentence(change.event, names, Detail.FULL, change.size)
        case Carries.NAMES:
            return sentence(change.event, names, Detail.NAMES)
        case _:
            return "Something changed. Log in to read what."


def _shortened(section: Section, most: int) -> Section:
    return replace(section, lines=section.lines[:most], more=max(len(section.lines) - most, 0))


def _render(person: Staff, sections: list[Section], deals: int) -> Letter:
    facts = {
        "name": plain(person.name),
        "sections": sections,
        "left_out": deals - len(sections),
        "first": sections[0].heading if sections[0].heading != UNNAMED else "",
        "others": deals - 1,
        "home": settings.PUBLIC_URL,
    }
    return Letter(
        # A subject is a header: one line, and none of its signs turns the reading direction.
        subject=plain(render_to_string("network/digest.subject.txt", facts), SUBJECT_LIMIT),
        text=render_to_string("network/digest.txt", facts),
        html=render_to_string("network/digest.html", facts),
    )


def _owner(change: Change) -> UUID:
    return UUID(str((change.event.after or {})["owner_id"]))
