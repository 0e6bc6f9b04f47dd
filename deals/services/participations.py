"""A share in another's loan: whose money is counted within it, and whose risk alone is taken."""

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Commitment, Participation, ParticipationKind
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen
from deals.services.owning import own, told_within
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Client, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class SharesOnce(Refusal):
    code = "shares_once"
    says = gettext_noop("This commitment is a share in another's loan already. Register another for another loan.")
    status = 409


class NotAnothersLoan(Refusal):
    code = "not_anothers_loan"
    says = gettext_noop("Name the lender of record's commitment in the same deal, which is another than this one.")


@transaction.atomic
def share_in_loan(
    *,
    by: Staff | Client,
    commitment: Commitment,
    lender: Commitment,
    kind: ParticipationKind,
    level: Level = Level.OWN,
) -> Participation:
    """Says that one's own commitment is a share in a loan whose lender of record is named.

    Told no further than both; beyond the lead once an approver confirms.
    """
    must(by, Permission.COMMITMENTS_WRITE, "say whose loan it shares in")
    own(by, commitment)
    if lender.pk == commitment.pk or lender.deal_id != commitment.deal_id:
        raise NotAnothersLoan(pointer="/lender")
    for whole in (commitment, lender):
        told_within(whole.level, level)
    if Participation.objects.filter(commitment=commitment).exists():
        raise SharesOnce(pointer="/commitment")
    with rules_hold():
        made = Participation.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            lender=lender,
            kind=kind.value,
            level=(Level.OWN if level.beyond_lead else level).value,
            demo=commitment.demo,
        )
    if level.beyond_lead:
        summary = summarised(
            "Tell {level} that {commitment} is a share in {lender}",
            level=level.value,
            commitment=commitment,
            lender=lender,
        )
        ask_to_widen(by=by, subject=made, rows=[made], level=level, deal_id=made.deal_id, summary=summary)
    return made
