"""How far a commitment is told, with its parts."""

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.lifecycle import STAGES, Requirement
from deals.models import Commitment, Size
from deals.services.commitments import widen_commitment
from deals.services.disclosure import set_level
from deals.services.owning import own
from deals.services.sizes import check_size_level
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class SignedIsTold(Refusal):
    code = "required"
    says = gettext_noop("What is signed is told at least to the lead. Choose 'lead' or a wider level.")


@transaction.atomic
def tell_commitment(
    *, by: Staff | Client, commitment: Commitment, level: Level | None = None, size_level: Level | None = None
) -> Approval | None:
    """Tells a commitment and its size as far as asked; up to the lead at once, further when the returned approval is
    confirmed. A narrower commitment takes its parts along."""
    must(by, Permission.COMMITMENTS_WRITE, "say how far a commitment is told")
    own(by, commitment)
    wanted = level or Level(commitment.level)
    check_size_level(level=wanted, size_level=size_level)
    if Requirement.TOLD_TO_LEAD in STAGES[commitment.stage].requires and wanted.rank < Level.LEAD.rank:
        raise SignedIsTold(pointer="/level")
    # The database narrows the parts with their commitment.
    _now(commitment, wanted)
    size = Size.objects.filter(commitment=commitment).first()
    if size and size_level:
        _now(size, size_level)
    waits = wanted.rank > Level(commitment.level).rank
    size_waits = bool(size and size_level and size_level.rank > Level(size.level).rank)
    if not (waits or size_waits):
        return None
    return widen_commitment(by=by, commitment=commitment, level=wanted, size_level=size_level)


def _now(row: Commitment | Size, level: Level) -> None:
    """Narrowing, and widening up to the lead, need no second person."""
    present = Level(row.level)
    if level is not present and (level.rank < present.rank or not level.beyond_lead):
        set_level(row=row, level=level)
