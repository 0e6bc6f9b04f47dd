"""An agent's notice: movements proposed to lenders, each of whom confirms its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.lifecycle import LEDGER_STAGES
from deals.models import Commitment, Deal, Kind, Movement, MovementProposal
from deals.money import Money
from deals.services.ledger import ProposalNotOpen
from deals.services.movements import record_movement
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Client, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services.acting import must


class WhichCommitment(Refusal):
    code = "which_commitment"
    says = gettext_noop("The proposal names no commitment. Name the one of yours that it is about (commitment).")


@dataclass(frozen=True)
class Share:
    """What a notice says of one lender."""

    to: Institution
    money: Money
    commitment: Commitment | None = None


@transaction.atomic
def propose_movements(
    *, by: Staff | Client, deal: Deal, kind: Kind, on: date, shares: Sequence[Share], reference: str = ""
) -> list[MovementProposal]:
    """Proposes a movement to each lender, addressed to it alone. Only the deal's facility agent may.

    The day may come yet; a lender confirms on it or later.
    """
    must(by, Permission.COMMITMENTS_WRITE, "propose movements")
    notice = uuid4()
    with rules_hold():
        return [
            MovementProposal.objects.create(
                owner_id=by.institution_id,
                deal=deal,
                to=share.to,
                commitment=share.commitment,
                notice=notice,
                kind=kind.value,
                amount=share.money.amount,
                currency=share.money.currency,
                effective_on=on,
                reference=reference,
                demo=deal.demo,
            )
            for share in shares
        ]


@transaction.atomic
def withdraw_proposal(*, by: Staff | Client, proposal: MovementProposal) -> None:
    """The agent takes a proposal back; what was confirmed before stays confirmed. Raises ProposalNotOpen."""
    must(by, Permission.COMMITMENTS_WRITE, "withdraw a proposal")
    if proposal.owner_id != by.institution_id:
        raise NotFound(what="proposal")
    open_ = MovementProposal.objects.filter(pk=proposal.pk, withdrawn_on=None)
    if open_.update(withdrawn_on=timezone.now().date()) != 1:
        raise ProposalNotOpen
    proposal.refresh_from_db()


@transaction.atomic
def confirm_proposal(
    *,
    by: Staff | Client,
    proposal: MovementProposal,
    commitment: Commitment | None = None,
    level: Level | None = None,
    repays: Commitment | None = None,
) -> Movement:
    """Records in one's own ledger what the agent proposed, as it stands; the agent is told."""
    if proposal.to_id != by.institution_id:
        raise NotFound(what="proposal")
    return record_movement(
        by=by,
        commitment=commitment or _only(by, proposal),
        kind=Kind(proposal.kind),
        money=Money(proposal.amount, proposal.currency),
        on=proposal.effective_on,
        reference=proposal.reference,
        level=level,
        repays=repays,
        proposal=proposal,
    )


def _only(by: Staff | Client, proposal: MovementProposal) -> Commitment:
    """The commitment that the proposal names, or the only one that it can be about."""
    mine = Commitment.objects.filter(owner_id=by.institution_id, deal_id=proposal.deal_id, stage__in=LEDGER_STAGES)
    if proposal.commitment_id:
        mine = mine.filter(pk=proposal.commitment_id)
    found = list(mine[:2])
    if len(found) != 1:
        raise WhichCommitment(pointer="/commitment")
    return found[0]
