"""What an approver confirms of links, in sentences made of the rows themselves."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from deals.models import CoverLink, JointAmount, Participation
from deals.plain import plain
from deals.selectors.links import SHARES, Links, called, cover_in_words, links_among
from deals.sentences.words import amount
from institutions.models import Approval

_LINKS = (CoverLink._meta.db_table, Participation._meta.db_table, JointAmount._meta.db_table)


@dataclass
class AskedLinks:
    """By the row that an approval is about: its sentences, and the commitment on whose page a link stands."""

    said: defaultdict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    pages: dict[UUID, UUID] = field(default_factory=dict)


def asked_of_links(found: list[Approval]) -> AskedLinks:
    """Of each link that would be told further, and of each commitment that would be moved with its links; a number of
    questions that rows don't raise."""
    asked = AskedLinks()
    rows = [each.row_id for each in found if each.table in _LINKS or each.asks.get("stage")]
    if not rows:
        return asked
    links = links_among(rows)
    for link in links.covers:
        sentence = f"{links.name(link.cover_id)} protects {links.protected(link)}: {cover_in_words(link)}."
        _add(asked, link.pk, link.cover_id, sentence)
    for share in links.shares:
        sentence = f"{links.name(share.commitment_id)} {SHARES[share.kind]} {links.name(share.lender_id)}."
        _add(asked, share.pk, share.commitment_id, sentence)
    for joint in JointAmount.objects.filter(pk__in=rows):
        asked.said[joint.pk].append(_together(joint, links))
        if together := links.together.get(joint.pk):
            asked.pages[joint.pk] = together[0].pk
    return asked


def _add(asked: AskedLinks, link: UUID, of: UUID, sentence: str) -> None:
    asked.said[link].append(sentence)
    asked.said[of].append(sentence)
    asked.pages[link] = of


def _together(joint: JointAmount, links: Links) -> str:
    figure = amount({"amount": joint.amount, "currency": joint.currency, "qualifier": joint.qualifier})
    commitments = links.together.get(joint.pk, [])
    named = "; ".join(called(row) for row in commitments)
    note = f" Note: {plain(joint.note, 300)}" if joint.note else ""
    return f"{figure} stands for {len(commitments)} commitments together and counts once: {named}.{note}"
