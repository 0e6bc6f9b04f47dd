"""What commitments protect, share in and are promised with, read in a number of questions that rows don't raise."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.models import Commitment, CoverLink, Participation
from deals.plain import plain
from deals.selectors.deal_page import amount_in_words, with_sizes
from deals.selectors.parts import decimal
from deals.sentences.words import instrument_word, listed, word

SHARES = {
    "b_loan": later("%(share)s is a B loan within %(lender)s."),
    "funded": later("%(share)s is a funded share in %(lender)s."),
    "risk": later("%(share)s takes a share in the risk, and gives no money, of %(lender)s."),
}
_RISKS = {"political": later("political %(percent)s %%"), "commercial": later("commercial %(percent)s %%")}


@dataclass(frozen=True)
class Links:
    """The links of some commitments as the asker sees them, with the commitments that they name and it sees."""

    covers: tuple[CoverLink, ...]
    shares: tuple[Participation, ...]
    # By the id of their joint amount.
    together: dict[UUID, list[Commitment]]
    named: dict[UUID, Commitment]

    def name(self, commitment_id: UUID | None) -> str:
        found = self.named.get(commitment_id) if commitment_id else None
        return called(found) if found else _("a commitment that you can't see")

    def protected(self, link: CoverLink) -> str:
        """What the link covers, in words."""
        if link.covered_id:
            return self.name(link.covered_id)
        if link.covered_tranche is None:
            return _("a tranche that you can't see")
        return _("the tranche '%(name)s'") % {"name": link.covered_tranche.name}


def links_of(commitment: Commitment) -> Links:
    """What one commitment protects and shares in, what covers it and shares in it, and what it is promised with."""
    size = getattr(commitment, "size", None)
    return _read(
        CoverLink.objects.filter(Q(cover=commitment) | Q(covered=commitment)),
        Participation.objects.filter(Q(commitment=commitment) | Q(lender=commitment)),
        [size.joint_id] if size and size.joint_id else [],
    )


def links_among(rows: Iterable[UUID]) -> Links:
    """The links with these ids, and those of the commitments with these ids."""
    ids = list(rows)
    return _read(
        CoverLink.objects.filter(Q(pk__in=ids) | Q(cover__in=ids)),
        Participation.objects.filter(Q(pk__in=ids) | Q(commitment__in=ids)),
        ids,
    )


def commitment_in_words(commitment: Commitment) -> str:
    """'Hanok: senior loan, enquiry', as its `str` in the language that is active."""
    return _("%(whose)s: %(instrument)s, %(stage)s") % {
        "whose": commitment.institution,
        "instrument": instrument_word(commitment.instrument),
        "stage": word(commitment.stage),
    }


def called(commitment: Commitment) -> str:
    """'Hanok: senior loan, enquiry (KX-1)': with its own reference, since several of one institution are normal."""
    said = plain(commitment_in_words(commitment))
    return f"{said} ({plain(commitment.reference, 60)})" if commitment.reference else said


def cover_in_words(link: CoverLink) -> str:
    """'political 95 %, commercial 90 %', an amount, or that it is all."""
    risks = {"political": link.political_percent, "commercial": link.commercial_percent}
    said = [_RISKS[risk] % {"percent": decimal(percent)} for risk, percent in risks.items() if percent is not None]
    if link.amount is not None:
        said.append(amount_in_words(link.amount, link.currency))
    return listed(said) or _("all of it")


def _read(covers: QuerySet[CoverLink], shares: QuerySet[Participation], joints: list[UUID]) -> Links:
    # A tranche that is hidden is none: it is joined from outside.
    found = tuple(covers.select_related("owner", "covered_tranche").order_by("told_at", "id"))
    parts = tuple(shares.select_related("owner").order_by("told_at", "id"))
    ids = {key for row in found for key in (row.cover_id, row.covered_id) if key}
    ids |= {key for row in parts for key in (row.commitment_id, row.lender_id)}
    named: dict[UUID, Commitment] = {}
    together: dict[UUID, list[Commitment]] = {}
    wanted = Q(pk__in=ids) | Q(size__joint__in=joints)
    for row in with_sizes(Commitment.objects.filter(wanted)).order_by("told_at", "id"):
        named[row.pk] = row
        size = getattr(row, "size", None)
        if size and size.joint_id in joints:
            together.setdefault(size.joint_id, []).append(row)
    return Links(found, parts, together, named)
