"""Taking back what was entered by mistake: a recorded act on each row, since nothing is deleted."""

from collections.abc import Sequence
from typing import TypeGuard

from django.utils.translation import gettext_noop

from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Deal, DealStatus, Project
from deals.services.deal_moves import move_deal
from deals.services.moves import move_commitment, step_of
from deals.services.owning import own_all
from deals.services.projects import tell
from deals.services.requirements import day_of_step
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must
from institutions.services.many import insert_many


class ToldFurther(Refusal):
    code = "told_further"
    says = gettext_noop("An approver is asked to tell the project further. Have that rejected first.")
    status = 409


def take_back(row: Confidential, *, by: Staff | Client, reason: str) -> bool:
    """Reverses that `row` was entered, as far as its kind can be; whether an approver must confirm it.

    A commitment is withdrawn, a deal cancelled; a project is told to nobody else any more. What stands for several
    commitments goes with them. Raises what the rules say where a row has gone too far since.
    """
    match row:
        case Commitment() if STAGES[row.stage].cls is not Class.ENDED:
            return move_commitment(by=by, commitment=row, to="withdrawn", reason=reason) is not None
        case Deal() if row.status != DealStatus.CANCELLED:
            return move_deal(by=by, deal=row, to=DealStatus.CANCELLED.value, reason=reason) is not None
        case Project():
            if Approval.objects.filter(row_id=row.pk, decision="").exists():
                raise ToldFurther
            tell(by=by, row=row, level=Level.OWN, summary=reason)
    return False


def can_be_withdrawn(row: Confidential) -> TypeGuard[Commitment]:
    """Whether it is a commitment at a stage that one person leaves, and that has no ledger."""
    return isinstance(row, Commitment) and STAGES[row.stage].cls is Class.INDICATIVE


def withdraw_many(*, by: Staff | Client, commitments: Sequence[Commitment], reason: str) -> None:
    """As `take_back`, of very many that can be (`can_be_withdrawn`), with the same steps. Raises what the database
    refuses of any of them, and does not say of which."""
    must(by, Permission.COMMITMENTS_WRITE, "withdraw commitments")
    rows = own_all(by, commitments)
    steps = [step_of(row, stage="withdrawn", on=day_of_step(None), reason=reason) for row in rows]
    for step in {step.deal_id: step for step in steps}.values():
        step.prepare(Level.OWN)
    insert_many(steps)
    moved = Commitment.objects.filter(pk__in=[row.pk for row in rows if can_be_withdrawn(row)])
    if moved.update(stage="withdrawn") != len(rows):
        raise Stale
