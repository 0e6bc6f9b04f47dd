"""Putting a financing together: register a deal, name roles, invite, open it to others."""

from datetime import date
from typing import Any

from django.db import transaction

from deals.models import Company, Deal, DealRole, DealStatus, Origin, Party, Project, Purpose, RoleKind, Tranche
from deals.money import Money
from deals.services.disclosure import ask_to_widen
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Institution, Network, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services.acting import must


class TakesOverRegistered(Refusal):
    code = "takes_over_registered"
    says = "A deal takes over a published one, which nobody keeps. Name such a one, or none."


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
    if takes_over and takes_over.origin != Origin.PUBLISHED:
        raise TakesOverRegistered(pointer="/takes_over")
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


def name_role(
    *,
    by: Staff | Client,
    deal: Deal,
    institution: Institution,
    role: RoleKind,
    since: date | None = None,
    tranche: Tranche | None = None,
) -> DealRole:
    """Gives an institution a role in the deal, told as far as the deal is."""
    must(by, Permission.DEALS_WRITE, "name a role")
    return DealRole.objects.create(
        owner_id=deal.owner_id,
        deal=deal,
        institution=institution,
        role=role,
        since=since,
        tranche=tranche,
        level=deal.level,
        demo=deal.demo,
    )


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


def invite(
    *,
    by: Staff | Client,
    deal: Deal,
    institution: Institution,
    on: date,
    nda_signed_on: date | None = None,
    nda_expires_on: date | None = None,
    nda_company: str = "",
    nda_version: str = "",
) -> Party:
    """Invites an institution; with `nda_signed_on` it is a party under an NDA in force."""
    must(by, Permission.DEALS_WRITE, "invite an institution")
    return Party.objects.create(
        owner_id=deal.owner_id,
        deal=deal,
        institution=institution,
        invited_on=on,
        nda_signed_on=nda_signed_on,
        nda_expires_on=nda_expires_on,
        nda_company=nda_company,
        nda_version=nda_version,
        level=deal.level,
        demo=deal.demo,
    )


def ask_to_open(*, by: Staff | Client, deal: Deal, level: Level) -> Approval:
    """Asks an approver to tell the deal, its roles, tranches and parties as far as `level`."""
    must(by, Permission.DEALS_WRITE, "open a deal to others")
    parts = [*deal.dealrole_set.all(), *deal.tranche_set.all(), *deal.party_set.all()]
    return ask_to_widen(
        by=by, subject=deal, rows=[deal, *parts], level=level, deal_id=deal.pk, summary=f"Tell {level.value} of {deal}"
    )
