"""The desk: what waits for the person and for their institution, before anything else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from deals.admin.allocation_lines import addressed_to
from deals.admin.approvals import waiting_for
from deals.admin.history import latest
from deals.admin.ledger import ShownNotice as ShownOffer
from deals.admin.lines import ShownCommitment, ShownNotice
from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Deal, Origin
from deals.money import figure
from deals.selectors.conditions import overdue_of
from deals.selectors.deal_page import CommitmentLine, with_sizes
from deals.selectors.ledger import undrawn_past_availability
from deals.selectors.waiting import open_offers, open_proposals
from institutions.admin.site import person
from institutions.permissions import Permission

SOON = timedelta(days=60)


def desk(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Adds to the home page what the person would otherwise have to look for."""
    who = person(request)
    waiting = waiting_for(who)
    return context | {
        "title": "Desk",
        "mine": [item for item in waiting if item.form is not None],
        "others": [item for item in waiting if item.form is None],
        "allocated": addressed_to(who),
        "expiring": [ShownCommitment(CommitmentLine(row)) for row in _expiring(who.institution_id)],
        "running": [ShownNotice(row) for row in overdue_of(who.institution_id)[:10]],
        "proposals": [ShownOffer(row) for row in open_proposals(who.institution_id)],
        "offers": [ShownOffer(row) for row in open_offers(who.institution_id)],
        "undrawn": [
            (ShownCommitment(CommitmentLine(row)), figure(now.available))
            for row, now in undrawn_past_availability(
                with_sizes(Commitment.objects.filter(owner_id=who.institution_id)).prefetch_related("deal")
            )
        ],
        "deals": _deals(who.institution_id)[:8],
        "history": latest(8),
        "prepares": who.may(Permission.COMMITMENTS_WRITE),
        "approves": who.may(Permission.COMMITMENTS_APPROVE),
    }


def _expiring(institution_id: UUID) -> QuerySet[Commitment]:
    """The institution's own, alive, whose date comes soon."""
    alive = [stage.code for stage in STAGES.values() if stage.cls is not Class.ENDED]
    return (
        with_sizes(Commitment.objects.filter(owner_id=institution_id, origin=Origin.REGISTERED, stage__in=alive))
        .filter(valid_until__lte=timezone.now().date() + SOON)
        .prefetch_related("deal")
        .order_by("valid_until", "id")[:10]
    )


def _deals(institution_id: UUID) -> QuerySet[Deal]:
    """Deals that the institution registered, was invited to, has a role in, or has money in."""
    return (
        Deal.objects.filter(origin=Origin.REGISTERED)
        .filter(
            Q(owner_id=institution_id)
            | Q(party_set__institution_id=institution_id, party_set__left_on__isnull=True)
            | Q(dealrole_set__institution_id=institution_id)
            | Q(commitments__owner_id=institution_id)
        )
        .select_related("project", "owner")
        .distinct()
        .order_by("name", "id")
    )
