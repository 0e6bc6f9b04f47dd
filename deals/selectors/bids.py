"""Offers for a tranche as its lead sees them: what has no amount that the asker may see is no bid."""

from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from deals.allocation import Bid, Kind
from deals.lifecycle import HOLDS_ALLOCATION, STAGES, Class
from deals.models import (
    COVER,
    AllocationAcceptance,
    AllocationAnswer,
    AllocationCounter,
    AllocationLine,
    Commitment,
    Origin,
    Tranche,
)
from deals.money import Money

# What can still be allocated: alive, and not allocated yet.
BIDDING = tuple(
    stage.code for stage in STAGES.values() if stage.cls is not Class.ENDED and stage.code not in HOLDS_ALLOCATION
)


@dataclass(frozen=True)
class LeftOut:
    """A commitment to the tranche that is no bid, and why."""

    commitment: Commitment
    why: str


@dataclass(frozen=True)
class Book:
    """The bids for a tranche, by their commitments' ids, and what is none; `room`: what is not allocated yet."""

    commitments: dict[Hashable, Commitment]
    bids: dict[Hashable, Bid]
    left_out: tuple[LeftOut, ...]
    allocated: Money
    room: Money


def book_of(tranche: Tranche) -> Book | None:
    """The book of a tranche, from what the asker sees; two queries. None where no amount is sought."""
    if tranche.amount is None:
        return None
    counter = AllocationCounter.objects.filter(tranche=tranche).first()
    allocated = counter.allocated if counter else Decimal(0)
    found = (
        Commitment.objects.filter(tranche=tranche, origin=Origin.REGISTERED, stage__in=BIDDING)
        .exclude(instrument__in=COVER)
        .select_related("institution", "size", "participation")
        .annotate(waits=Exists(open_lines().filter(commitment=OuterRef("pk"))))
        .order_by("institution__short_name", "told_at", "id")
    )
    commitments: dict[Hashable, Commitment] = {row.pk: row for row in found}
    reasons = {key: _no_bid(row, tranche) for key, row in commitments.items()}
    return Book(
        commitments=commitments,
        bids={key: _bid(row) for key, row in commitments.items() if not reasons[key]},
        left_out=tuple(LeftOut(commitments[key], why) for key, why in reasons.items() if why),
        allocated=Money(allocated, tranche.currency),
        room=Money(tranche.amount - allocated, tranche.currency),
    )


def holding_lines() -> QuerySet[AllocationLine]:
    """Lines whose money is counted: told, and neither taken back nor declined nor given back."""
    freed = AllocationAcceptance.objects.filter(
        Q(answer=AllocationAnswer.DECLINED) | Q(given_back_on__isnull=False), line=OuterRef("pk"), state="confirmed"
    )
    return AllocationLine.objects.filter(~Exists(freed), state="confirmed", taken_back_on=None)


def open_lines() -> QuerySet[AllocationLine]:
    """Lines that wait for an answer, as far as the asker sees lines and answers."""
    answered = AllocationAcceptance.objects.filter(line=OuterRef("pk"), state="confirmed")
    return AllocationLine.objects.filter(~Exists(answered), state="confirmed", taken_back_on=None)


def _no_bid(row: Commitment, tranche: Tranche) -> str:
    # Hidden is the same as missing: Django raises either way.
    if getattr(row, "participation", None) is not None:
        return _("a share in another's loan")
    size = getattr(row, "size", None)
    if size is None or size.amount is None or size.joint_id is not None:
        return _("no amount of its own that you may see")
    if size.currency != tranche.currency:
        return _("in %(currency)s: no rate is applied") % {"currency": size.currency}
    if getattr(row, "waits", False):
        return _("a line waits for its answer")
    return ""


def _bid(row: Commitment) -> Bid:
    """ECAs, DFIs and funds take and hold; commercial banks are scaled back. Of one whose amount is seen."""
    amount: Decimal = row.size.amount or Decimal(0)
    scalable = row.institution.kind == "commercial_bank"
    return Bid(
        key=row.pk,
        amount=Money(amount, row.size.currency),
        kind=Kind.SCALABLE if scalable else Kind.FIXED,
        # When the lead was told its amount.
        offered=row.size.told_at,
        name=row.institution.short_name,
    )
