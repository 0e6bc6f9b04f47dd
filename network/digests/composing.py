"""A mail's subject, text and page, from what its reader may see and what a mail may carry of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.plain import plain
from deals.sentences.words import listed
from institutions.languages import speaking
from institutions.models import Staff
from institutions.selectors.heads import newest_head
from network.digests.content import Block
from network.digests.pages import page
from network.digests.selection import News
from network.digests.telling import Telling

# Mail programs cut a longer page off.
MOST_BYTES = 100_000
MOST_LINES = 25
SUBJECT_LIMIT = 120


@dataclass(frozen=True)
class Letter:
    """A mail that is ready to go."""

    subject: str
    text: str
    html: str


def compose(person: Staff, news: News, unsubscribe: str = "") -> Letter | None:
    """The mail in `person`'s language, or None when there is nothing to say. Call it as `person`, and send it at once:
    rights change.

    `unsubscribe` is the address at which whoever holds the mail stops it.
    """
    if not (news.waiting or news.refused or news.parts):
        return None
    with speaking(person.language):
        return _composed(person, news, unsubscribe)


def _composed(person: Staff, news: News, unsubscribe: str) -> Letter:
    telling = Telling.of(person, news)
    blocks = telling.blocks()
    facts = {
        "subject": _subject(news, telling.waiting),
        "preview": blocks[0].title,
        "greeting": _("Good day %(name)s,") % {"name": plain(person.name)},
        "language": person.language,
        "home": page("index"),
        "choose": page("mail_preferences"),
        "unsubscribe": unsubscribe,
        "cut": news.cut,
        # Whoever keeps the mail is a witness of it.
        "log_head": newest_head(),
    }
    whole = sum(len(block.sections) for block in blocks)
    most, sections = MOST_LINES, whole
    while True:
        letter = _render(facts, [_shortened(block, most, sections) for block in blocks], whole)
        if max(len(letter.html.encode()), len(letter.text.encode())) <= MOST_BYTES:
            return letter
        # A mail of very many deals: fewer lines each, then fewer deals.
        sections = sections if most > 1 else sections // 2
        most = max(most // 2, 1)


def _shortened(block: Block, lines: int, sections: int) -> Block:
    return replace(block, sections=[section.shortened(lines) for section in block.sections[:sections]])


def _subject(news: News, waiting: int | None) -> str:
    """What waits, then what is new; a header, so in one line, and none of its signs turns the reading direction."""
    said = []
    if waiting is None:
        said.append(_("something waits"))
    elif waiting:
        said.append(ngettext("%(count)s waiting", "%(count)s waiting", waiting) % {"count": waiting})
    subjects = {part.about.id: part.about for part in news.parts}
    first, others = next(iter(subjects.values())).outside if subjects else "", len(subjects) - 1
    if first and others:
        more = ngettext("news of %(first)s and %(count)s more", "news of %(first)s and %(count)s more", others)
        said.append(more % {"first": first, "count": others})
    elif first:
        said.append(_("news of %(deal)s") % {"deal": first})
    elif any(each.of_project for each in subjects.values()):
        said.append(_("news of what you watch"))
    elif subjects:
        some = ngettext("news of %(count)s deal", "news of %(count)s deals", len(subjects))
        said.append(some % {"count": len(subjects)})
    return plain(_("Orebook: %(said)s") % {"said": listed(said)}, SUBJECT_LIMIT)


def _render(facts: Mapping[str, object], blocks: list[Block], whole: int) -> Letter:
    left = whole - sum(len(block.sections) for block in blocks)
    more = (
        [
            ngettext("And %(count)s more deal or project.", "And %(count)s more deals or projects.", left)
            % {"count": left}
        ]
        if left
        else []
    )
    more += [_("More changed than one mail tells: each deal's page has it all.")] if facts["cut"] else []
    shown = {**facts, "blocks": blocks, "left_out": " ".join(more)}
    return Letter(
        subject=str(facts["subject"]),
        text=render_to_string("network/digest.txt", shown),
        html=render_to_string("network/digest.html", shown),
    )
