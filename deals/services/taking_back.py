"""Taking back what was entered by mistake: a recorded act on each row, since nothing is deleted."""

from django.utils.translation import gettext_noop

from deals.lifecycle import STAGES, Class
from deals.models import Commitment, Deal, DealStatus, Project
from deals.services.deal_moves import move_deal
from deals.services.moves import move_commitment
from deals.services.projects import tell
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Staff
from institutions.refusals import Refusal


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
