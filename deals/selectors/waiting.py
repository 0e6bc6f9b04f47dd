"""What others addressed to an institution and it has not answered yet: an agent's proposals, offers of transfers."""

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from deals.models import Movement, MovementProposal, Transfer
from institutions.models import State


def open_proposals(institution: UUID, deal: UUID | None = None) -> QuerySet[MovementProposal]:
    """Neither withdrawn nor confirmed, nor waiting for an approver; oldest day first."""
    answered = Movement.objects.filter(proposal=OuterRef("pk")).exclude(state=State.REJECTED)
    found = MovementProposal.objects.filter(~Exists(answered), to_id=institution, withdrawn_on=None)
    return found.filter(**_in(deal)).select_related("owner").order_by("effective_on", "told_at", "id")


def open_offers(institution: UUID, deal: UUID | None = None) -> QuerySet[Transfer]:
    """Neither withdrawn nor taken up, nor waiting for an approver; oldest day first."""
    answered = Movement.objects.filter(transfer=OuterRef("pk")).exclude(state=State.REJECTED)
    found = Transfer.objects.filter(~Exists(answered), to_id=institution, state=State.CONFIRMED, withdrawn_on=None)
    return found.filter(**_in(deal)).select_related("owner").order_by("effective_on", "told_at", "id")


def _in(deal: UUID | None) -> dict[str, UUID]:
    return {} if deal is None else {"deal_id": deal}
