"""Putting a financing together: register a deal, give it tranches, change them, tell it to others."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from deals.models import Company, Deal, DealStatus, Origin, Project, Purpose, RoleKind, Tranche
from deals.money import Money
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen, set_level
from deals.services.inviting import name_role, registrar
from deals.services.projects import network_for
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Network, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.services.acting import must


class NameTaken(Refusal):
    code = "name_taken"
    says = gettext_noop("Your institution has a {what} '{name}' here already. Choose another name.")
    status = 409


class TakesOverRegistered(Refusal):
    code = "takes_over_registered"
    says = gettext_noop("A deal takes over a published one, which nobody keeps. Name such a one, or none.")


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
    """A deal at level `own`, with its registrar as coordinator. Raises NameTaken for a slug of the asker's own."""
    must(by, Permission.DEALS_WRITE, "register a deal")
    network = network_for(by.institution, network)
    if Deal.objects.filter(owner_id=by.institution_id, slug=slug).exists():
        raise NameTaken(what="deal", name=slug, pointer="/slug")
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


@transaction.atomic
def change_deal(*, by: Staff | Client, deal: Deal, **facts: Any) -> None:
    """Changes what the registrar states: name, code_name, project, borrower, target (Money or None)."""
    must(by, Permission.DEALS_WRITE, "change a deal")
    registrar(by, deal)
    if "target" in facts:
        target: Money | None = facts.pop("target")
        facts |= {
            "target_amount": target.amount if target else None,
            "target_currency": target.currency if target else "",
        }
    if facts and Deal.objects.filter(pk=deal.pk).update(**facts) != 1:
        raise Stale
    deal.refresh_from_db()


@transaction.atomic
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
    registrar(by, deal)
    if Tranche.objects.filter(deal=deal, name=name).exists():
        raise NameTaken(what="tranche", name=name, pointer="/name")
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


@transaction.atomic
def change_tranche(*, by: Staff | Client, tranche: Tranche, **facts: Any) -> None:
    """Changes a tranche's terms: name, amount (Money or None), tenor_months, availability_ends_on, …"""
    must(by, Permission.DEALS_WRITE, "change a tranche")
    registrar(by, tranche.deal)
    if "amount" in facts:
        amount: Money | None = facts.pop("amount")
        facts["amount"] = amount.amount if amount else None
    if facts and Tranche.objects.filter(pk=tranche.pk).update(**facts) != 1:
        raise Stale
    tranche.refresh_from_db()


def ask_to_open(*, by: Staff | Client, deal: Deal, level: Level) -> Approval:
    """Asks an approver to tell the deal, its roles, tranches and parties as far as `level`."""
    must(by, Permission.DEALS_WRITE, "open a deal to others")
    rows = [deal, *_told_with(deal)]
    return ask_to_widen(
        by=by,
        subject=deal,
        rows=rows,
        level=level,
        deal_id=deal.pk,
        summary=summarised("Tell {level} of {deal}", level=level.value, deal=deal),
    )


@transaction.atomic
def tell_deal(*, by: Staff | Client, deal: Deal, level: Level) -> Approval | None:
    """Tells a deal as far as asked: narrower, or up to the lead, at once; further when the approval is confirmed."""
    must(by, Permission.DEALS_WRITE, "say how far a deal is told")
    registrar(by, deal)
    if level.beyond_lead and level.rank > Level(deal.level).rank:
        return ask_to_open(by=by, deal=deal, level=level)
    if level is not Level(deal.level):
        wider = level.rank > Level(deal.level).rank
        set_level(row=deal, level=level)
        if wider:
            _take_along(deal, level)
    return None


def _take_along(deal: Deal, level: Level) -> None:
    """A wider deal shows its own rows as far; a narrower one narrows them by itself (deals.narrow_parts)."""
    for row in _told_with(deal):
        if Level(row.level).rank < level.rank:
            set_level(row=row, level=level)


def _told_with(deal: Deal) -> list[Confidential]:
    """The deal's own rows that stand; what two persons have not seen yet is told with its own approval."""
    roles, parties = (rows.filter(state=State.CONFIRMED) for rows in (deal.dealrole_set.all(), deal.party_set.all()))
    return [*roles, *deal.tranche_set.all(), *parties]
