"""What an approver confirms of links, in sentences made of the rows themselves."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from deals.models import CoverLink, JointAmount, Participation
from deals.plain import plain
from deals.selectors.links import SHARES, Links, called, cover_in_words, links_among
from deals.sentences.words import amount, in_row
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
        facts = {
            "cover": links.name(link.cover_id), "covered": links.protected(link), "how_much": cover_in_words(link),
        }  # fmt: skip
        _add(asked, link.pk, link.cover_id, _("%(cover)s protects %(covered)s: %(how_much)s.") % facts)
    for share in links.shares:
        named = {"share": links.name(share.commitment_id), "lender": links.name(share.lender_id)}
        _add(asked, share.pk, share.commitment_id, SHARES[share.kind] % named)
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
    facts = {"amount": figure, "count": len(commitments), "names": in_row(called(row) for row in commitments)}
    said = _("%(amount)s stands for %(count)s commitments together and counts once: %(names)s.") % facts
    note = _("Note: %(note)s") % {"note": plain(joint.note, 300)}
    return f"{said} {note}" if joint.note else said
