"""Links on a commitment's page: what it protects, shares in and is promised with, and what its owner may say of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.forms import Form
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.link_forms import CoverForm, ShareForm, TogetherForm, others_in_deal, own_and_open
from deals.admin.words import level_badge
from deals.lifecycle import SEEN_BY_TWO, STAGES, Class
from deals.models import COVER, Commitment, CoverLink, JointAmount, Participation, Tranche
from deals.selectors.deal_page import stated_in_words
from deals.selectors.links import Links, called, cover_in_words, links_of
from deals.sentences.words import word
from institutions.models import Approval

_FORMS = ("cover", "share", "together")
KINDS = {"b_loan": later("B loan"), "funded": later("funded share"), "risk": later("risk alone, no money")}


@dataclass(frozen=True)
class Other:
    """What a link names; without an id it has no page that the asker may open."""

    name: str
    commitment_id: UUID | None = None


@dataclass(frozen=True)
class ShownLink:
    """One line: what is said, of what, how much, by whom, and how far it is told."""

    what: str
    others: tuple[Other, ...]
    how_much: str
    by: str
    told_to: SafeString
    # How far it will be told when a second person confirms; '' where nothing waits.
    waits: str


@dataclass(frozen=True)
class Linked:
    """Everything that the page shows of it; forms are there for its owner's officers."""

    lines: tuple[ShownLink, ...]
    forms: dict[str, Form]
    # Why something can't be said now, and what to do.
    closed: tuple[str, ...]


def linked_of(commitment: Commitment, *, officer: bool, refused: dict[str, Form] | None = None) -> Linked:
    """`refused`: forms as they were filled in."""
    links = links_of(commitment)
    forms, closed = _forms(commitment, links) if officer else ({}, ())
    mine = {name: form for name, form in (refused or {}).items() if name in _FORMS}
    return Linked(tuple(_lines(commitment, links)), forms | mine, closed)


def _lines(commitment: Commitment, links: Links) -> list[ShownLink]:
    size = getattr(commitment, "size", None)
    joint = size.joint if size else None
    waiting = _waiting([*links.covers, *links.shares, *([joint] if joint else [])])
    said: list[tuple[CoverLink | Participation | JointAmount, str, tuple[Other, ...], str]] = []
    for link in links.covers:
        mine = link.cover_id == commitment.pk
        other = Other(links.protected(link), _seen(links, link.covered_id)) if mine else _other(links, link.cover_id)
        said.append((link, _("Protects") if mine else _("Protected by"), (other,), cover_in_words(link)))
    for share in links.shares:
        mine = share.commitment_id == commitment.pk
        other = _other(links, share.lender_id if mine else share.commitment_id)
        what = _("A share in the loan of") if mine else _("Shared in by")
        said.append((share, what, (other,), str(KINDS[share.kind])))
    if joint and size:
        others = tuple(Other(called(row), row.pk) for row in links.together.get(joint.pk, ()) if row != commitment)
        figure = stated_in_words(size)
        how_much = _("%(amount)s: %(note)s") % {"amount": figure, "note": joint.note} if joint.note else figure
        said.append((joint, _("Promised together with"), others, how_much))
    return [
        ShownLink(
            what, others, how_much, row.owner.short_name, level_badge(row, row.owner.short_name),
            waiting.get(row.pk, ""),
        )
        for row, what, others, how_much in said
    ]  # fmt: skip


def _other(links: Links, commitment_id: UUID) -> Other:
    return Other(links.name(commitment_id), _seen(links, commitment_id))


def _seen(links: Links, commitment_id: UUID | None) -> UUID | None:
    return commitment_id if commitment_id in links.named else None


def _waiting(rows: list[CoverLink | Participation | JointAmount]) -> dict[UUID, str]:
    """The level that an approver is asked for, by row."""
    found = Approval.objects.filter(row_id__in=[row.pk for row in rows], decision="") if rows else ()
    return {waits.row_id: word(waits.asks.get("levels", {}).get(str(waits.row_id), "")) for waits in found}


def _forms(commitment: Commitment, links: Links) -> tuple[dict[str, Form], tuple[str, ...]]:
    """The forms for what can be said now, and for the rest why not."""
    cls = STAGES[commitment.stage].cls
    if cls is Class.ENDED:
        return {}, (_("It has ended, and stays as it was."),)
    forms: dict[str, Form] = {}
    closed = []
    facts: dict[str, Any] = {"commitment": commitment}
    if cls is not Class.INDICATIVE:
        closed.append(
            _("Two persons approved what it protects and shares in. To say more of that, step it back first.")
        )
    else:
        others = others_in_deal(commitment).exists()
        if commitment.instrument in COVER:
            if others or Tranche.objects.filter(deal_id=commitment.deal_id).exists():
                forms["cover"] = CoverForm(prefix="cover", **facts)
            else:
                closed.append(
                    _(
                        "To say what it protects, you must see a commitment or a tranche of the deal. Ask the lender "
                        "to tell the parties of its loan, or the registrar to add the tranche."
                    )
                )
        if not any(share.commitment_id == commitment.pk for share in links.shares):
            if others:
                forms["share"] = ShareForm(prefix="share", **facts)
            else:
                closed.append(
                    _(
                        "To say that it is a share in a loan, you must see that loan. Ask its lender to tell the "
                        "parties."
                    )
                )
    if commitment.stage in SEEN_BY_TWO:
        closed.append(
            _("Two persons saw its amount: move it with another amount, instead of promising one with others.")
        )
    elif own_and_open(commitment).exists():
        forms["together"] = TogetherForm(prefix="together", **facts)
    else:
        closed.append(
            _("One amount for several commitments needs another of yours in this deal, before its letter: register it.")
        )
    return forms, tuple(closed)
