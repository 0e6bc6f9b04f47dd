"""The fictional conditions precedent of the Nolans package: one threshold of binding offtake that all lenders share,
and two lenders who wait for each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from deals.demo.people import Bank
from deals.models import Commitment, Condition, Deal
from deals.services.approving import confirm
from deals.services.conditions import add_condition
from deals.services.deciding import ConditionDraft, Wait
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval

SHARED = "Binding offtake contracts reach the one share of planned output that all lenders agreed on"


@dataclass(frozen=True)
class Term:
    """One fictional condition; `reference` is the commitment's, '' the deal's. The text tells it apart."""

    bank: str
    reference: str
    kind: str
    text: str
    level: Level = Level.LEAD
    responsible: str = ""
    shares: bool = False
    awaits: tuple[str, str] = ("", "")


TERMS = (
    Term("export-finance-australia", "", "offtake", SHARED, Level.PARTIES, "Borrower"),
    Term("export-finance-australia", "EFA-CMF-1", "offtake", "Offtake as agreed between the lenders", shares=True),
    Term("edc", "EDC-1", "offtake", "Lenders' offtake threshold is met", shares=True),
    Term("edc", "EDC-1", "other_lenders", "US EXIM approves its loan", awaits=("EXIM-1", "approved")),
    Term("us-exim", "EXIM-1", "offtake", "Sales contracts cover the agreed share", shares=True),
    Term("us-exim", "EXIM-1", "other_lenders", "The senior loan of EDC is effective", awaits=("EDC-1", "effective")),
    Term("kexim", "KEXIM-COVER-1", "offtake", "Korean offtake contract is in force", responsible="Offtaker"),
)


def load_conditions(deal: Deal, banks: Mapping[str, Bank]) -> int:
    """How many were made."""
    return sum(_register(term, banks[term.bank], deal) for term in TERMS)


@transaction.atomic
def _register(term: Term, bank: Bank, deal: Deal) -> bool:
    with acting_as(bank.officer):
        if Condition.objects.filter(owner=bank.institution, deal=deal, text=term.text).exists():
            return False
        seen = Deal.objects.get(pk=deal.pk)
        made = add_condition(
            by=bank.officer,
            draft=ConditionDraft(
                term.kind,
                term.text,
                # Far enough that nobody is warned of it while a fresh demo is looked at.
                due_on=timezone.now().date() + timedelta(days=150),
                responsible=term.responsible,
                waits_for=_waits(term),
            ),
            deal=seen,
            commitment=Commitment.objects.get(deal=deal, reference=term.reference) if term.reference else None,
            level=term.level,
        )
        waiting = made if isinstance(made, Approval) else Approval.objects.filter(row_id=made.pk, decision="").first()
    if waiting:
        with acting_as(bank.approver):
            confirm(by=bank.approver, approval=waiting)
    return True


def _waits(term: Term) -> tuple[Wait, ...]:
    shared = [Wait(shared=Condition.objects.get(text=SHARED))] if term.shares else []
    reference, stage = term.awaits
    return (*shared, *([Wait(Commitment.objects.get(reference=reference), stage)] if reference else []))
