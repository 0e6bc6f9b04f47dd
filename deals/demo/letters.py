"""How the fictional banks commit: an officer prepares, an approver confirms, through the same services as everyone."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deals.demo.people import Bank
from deals.models import Commitment, Deal, Instrument, Price, Qualifier, Size, Tranche
from deals.money import Money
from deals.services import approving, commitments, moves, sizes
from deals.services.disclosure import ask_to_grant
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Institution

# Long enough that nothing of a fresh demo lapses while it is looked at.
VALID = timedelta(days=180)


@dataclass(frozen=True)
class Letter:
    """One fictional commitment; `reference` tells it apart, so that a second load finds it."""

    reference: str
    bank: str
    instrument: Instrument
    stage: str
    level: Level
    money: Money
    qualifier: Qualifier = Qualifier.EXACT
    tranche: str = ""
    account: str = ""
    replaces: UUID | None = None
    approved: bool = False
    granted_to: str = ""
    margin_bps: Decimal | None = None


def is_registered(letter: Letter, bank: Bank) -> bool:
    with acting_as(bank.officer):
        return Commitment.objects.filter(owner=bank.institution, reference=letter.reference).exists()


@transaction.atomic
def register(letter: Letter, *, bank: Bank, deal: Deal) -> None:
    """All of it or nothing, so that a broken-off load leaves no half commitment."""
    with acting_as(bank.officer):
        commitment = _prepare(letter, bank, deal)
    confirm_all(bank)
    if letter.approved:
        with acting_as(bank.officer):
            commitment.refresh_from_db()
            moves.move_commitment(by=bank.officer, commitment=commitment, to="approved")
        confirm_all(bank)
    if letter.granted_to:
        with acting_as(bank.officer):
            _grant(commitment, bank, Institution.objects.get(slug=letter.granted_to))


def _prepare(letter: Letter, bank: Bank, deal: Deal) -> Commitment:
    commitment = commitments.register_commitment(
        by=bank.officer,
        deal=deal,
        instrument=letter.instrument,
        stage=letter.stage,
        level=letter.level,
        tranche=Tranche.objects.get(deal=deal, name=letter.tranche) if letter.tranche else None,
        valid_until=timezone.localdate() + VALID,
        size=sizes.SizeDraft(letter.money, letter.qualifier),
        supersedes=Commitment.objects.get(pk=letter.replaces) if letter.replaces else None,
        reference=letter.reference,
        account=letter.account,
        demo=True,
    )
    if letter.margin_bps is not None:
        Price.objects.create(
            owner=bank.institution,
            deal=deal,
            commitment=commitment,
            margin_bps=letter.margin_bps,
            level=Level.LEAD.value,
            demo=True,
        )
    return commitment


def confirm_all(bank: Bank) -> None:
    """The bank's approver confirms what its officer prepared."""
    with acting_as(bank.approver):
        for waiting in Approval.objects.filter(decision="").order_by("created_at"):
            approving.confirm(by=bank.approver, approval=waiting)


def _grant(commitment: Commitment, bank: Bank, to: Institution) -> None:
    """The commitment and its size; each is a row of its own."""
    with acting_as(bank.officer):
        rows = (commitment, Size.objects.get(commitment=commitment))
        until = timezone.now() + 2 * VALID
        ask_to_grant(by=bank.officer, rows=rows, to=to, until=until, deal_id=commitment.deal_id)
    confirm_all(bank)
