"""An approver's word on what was prepared: everything that a confirmed approval can carry out, on one screen."""

from collections.abc import Callable

from django.db import transaction

from deals.models import Deal
from deals.services.allocating import check_allocation
from deals.services.answering import check_answer
from deals.services.deal_moves import carry_out_deal_move
from deals.services.deal_teams import carry_out_wall_ends
from deals.services.deciding import carry_out_added, carry_out_decisions
from deals.services.disclosure import carry_out_grants, carry_out_widening
from deals.services.inviting import carry_out_nda
from deals.services.moves import carry_out_move
from deals.services.prices import carry_out_price
from deals.services.sameness import carry_out_merge
from institutions.constraints import rules_hold
from institutions.models import Approval, Client, Decision, Staff, State
from institutions.refusals import NotFound, Stale
from institutions.services import approvals
from institutions.services.admitting import carry_out_admission
from institutions.services.checking import check_first
from institutions.services.rows import lock, settle
from institutions.services.standing import carry_out_change


def _confirm_states(approval: Approval) -> None:
    with rules_hold():
        settled = settle(approval, State.CONFIRMED)
    if settled != len(approval.asks.get("states", {})):
        raise Stale


# Each looks for its own part of what was asked. What was prepared takes effect before it is told; a commitment is moved
# and told at once, its parts after it.
ACTS: tuple[Callable[[Approval], None], ...] = (
    check_allocation,
    check_answer,
    check_first,
    _confirm_states,
    carry_out_move,
    carry_out_price,
    carry_out_deal_move,
    carry_out_nda,
    carry_out_added,
    carry_out_decisions,
    carry_out_widening,
    carry_out_merge,
    carry_out_grants,
    carry_out_wall_ends,
    carry_out_admission,
    carry_out_change,
)


@transaction.atomic
def confirm(*, by: Staff | Client, approval: Approval, reference: str = "") -> Approval:
    """Confirms what was prepared and carries it out at once, both or neither. `reference`: the institution's own."""
    _in_sight(approval)
    # Locked before it is compared with what was prepared: a change that races is either seen or waits.
    lock(approval)
    decided = approvals.decide(by=by, approval=approval, decision=Decision.CONFIRMED, reason=reference)
    for act in ACTS:
        act(decided)
    return decided


@transaction.atomic
def reject(*, by: Staff | Client, approval: Approval, reason: str) -> Approval:
    """Rejects what was prepared; nothing of it happens."""
    _in_sight(approval)
    decided = approvals.decide(by=by, approval=approval, decision=Decision.REJECTED, reason=reason)
    settle(decided, State.REJECTED)
    return decided


def _in_sight(approval: Approval) -> None:
    """Raises NotFound where the deal went out of the approver's sight since: nothing is written in it then."""
    if approval.deal_id and not Deal.objects.filter(pk=approval.deal_id).exists():
        raise NotFound(what="deal")
