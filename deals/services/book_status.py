"""The lead tells the parties how far others cover the target, without anybody's amount (docs/decisions/0016)."""

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import BookLine, BookStatus, Deal
from deals.selectors.book_status import readers, step_of
from deals.services.inviting import registrar
from institutions.constraints import rules_hold
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must
from institutions.services.rows import hold


class NoTarget(Refusal):
    code = "no_target"
    says = gettext_noop("A book status is a share of the deal's target, and it has none. State the target first.")


class StepStands(Refusal):
    code = "step_stands"
    says = gettext_noop(
        "This deal's book status is told in steps of {step} %, since figures of two steps would tell more than either. "
        "Publish it in that step."
    )
    status = 409


@transaction.atomic
def publish_book_status(*, by: Staff | Client, deal: Deal, step: int | None = None) -> BookStatus:
    """Counts the book anew and tells each party under an NDA its line; the database fills the figures in.

    `step` in per cent, fixed with the deal's first status (10 where none is given). Raises NoTarget, StepStands.
    """
    must(by, Permission.DEALS_WRITE, "publish a book status")
    registrar(by, deal)
    if deal.target_amount is None:
        raise NoTarget(pointer="/target")
    # Of two who publish at once, the second waits, and finds what the first one told.
    hold(deal)
    present = step_of(deal)
    if present and step and step != present:
        raise StepStands(step=present, pointer="/step")
    of_lead = {"owner_id": deal.owner_id, "deal": deal, "demo": deal.demo}
    with rules_hold():
        made = BookStatus.objects.create(step=present or step or 10, **of_lead)
        for institution in readers(deal):
            BookLine.objects.create(status=made, institution_id=institution, **of_lead)
    made.refresh_from_db()
    return made
