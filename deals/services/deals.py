"""Putting a financing together: register a deal, give it tranches, open it to others, move it through its life."""

from typing import Any

from django.db import transaction

from deals.models import Company, Deal, DealStatus, Project, Purpose, RoleKind, Tranche
from deals.money import Money
from deals.services.disclosure import ask_to_widen
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Network, Staff, State
from institutions.permissions import Permission
from institutions.services.acting import must


@transaction.atomic
def register_deal(
    *,
    by: Staff | Client,
    network: Network,
    slug: str,
    name: str,
    project: Project | None = None,
    borrower: Company | None = None,
    code_name: str = "",
    target: Money | None = None,
    status: DealStatus = DealStatus.DRAFT,
    takes_over: Deal | None = None,
    demo: bool = False,
) -> Deal:
    """A deal at level `own`, with its registrar as coordinator."""
    must(by, Permission.DEALS_WRITE, "register a deal")
    deal = Deal.objects.create(
        owner_id=by.institution_id,
        network=network,
        slug=slug,
        name=name,
        project=project,
        borrower=borrower,
        code_name=code_name,
        status=status,
        target_amount=target.amount if target else None,
        target_currency=target.currency if target else "",
        supersedes=takes_over,
        demo=demo,
    )
    name_role(by=by, deal=deal, institution=by.institution, role=RoleKind.COORDINATOR)
    return deal


def add_tranche(
    *,
    by: Staff | Client,
    deal: Deal,
    name: str,
    currency: str,
    amount: Money | None = None,
    purpose: Purpose = Purpose.BASE,
    seniority: str = "senior",
    **terms: Any,
) -> Tranche:
    """A tranche of the deal, told as far as the deal is. `terms`: tenor_months, grace_months, repayment, …"""
    must(by, Permission.DEALS_WRITE, "add a tranche")
    return Tranche.objects.create(
        owner_id=deal.owner_id,
        deal=deal,
        name=name,
        currency=currency,
        amount=amount.amount if amount else None,
        purpose=purpose,
        seniority=seniority,
        level=deal.level,
        demo=deal.demo,
        **terms,
    )


def ask_to_open(*, by: Staff | Client, deal: Deal, level: Level) -> Approval:
    """Asks an approver to tell the deal, its roles, tranches and parties as far as `level`."""
    must(by, Permission.DEALS_WRITE, "open a deal to others")
    # What two persons have not seen yet is told with its own approval.
    standing = [rows.filter(state=State.CONFIRMED) for rows in (deal.dealrole_set.all(), deal.party_set.all())]
    parts = [*standing[0], *deal.tranche_set.all(), *standing[1]]
    return ask_to_widen(
        by=by, subject=deal, rows=[deal, *parts], level=level, deal_id=deal.pk, summary=f"Tell {level.value} of {deal}"
    )
