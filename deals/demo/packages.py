"""A fictional financing as its registrar puts it together: the deal, its tranches, and who is let in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from deals.demo.letters import Letter, confirm_all
from deals.demo.people import Bank
from deals.demo.published import company_id, deal_id, project_id
from deals.demo.reference import FORGE, network_id
from deals.models import Company, Deal, DealStatus, Project, Purpose, RoleKind
from deals.money import Money
from deals.services import approving, deals, inviting
from deals.services.deal_moves import move_deal
from deals.services.disclosure import ask_to_widen
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Network


@dataclass(frozen=True)
class Sought:
    """A tranche: what is sought under which name."""

    name: str
    money: Money
    purpose: Purpose = Purpose.BASE
    seniority: str = "senior"
    tenor_months: int | None = None
    availability_ends_on: date | None = None


@dataclass(frozen=True)
class Package:
    """A registered deal of the fiction. `takes_over` is the slug of the published one.

    `parties` are under an NDA since `nda` days, `invited` since a week. Told to `told`: the network knows of the deal,
    its roles and tranches, while who is at the table stays with the invited.
    """

    slug: str
    name: str
    code_name: str
    registrar: str
    project: str
    borrower: str
    target: Money
    tranches: tuple[Sought, ...]
    letters: tuple[Letter, ...]
    parties: tuple[str, ...]
    invited: tuple[str, ...] = ()
    roles: tuple[tuple[str, RoleKind], ...] = ()
    takes_over: str = ""
    told: Level = Level.NETWORK
    nda: int = 45
    closed_on: date | None = None


def find(package: Package, banks: Mapping[str, Bank]) -> Deal | None:
    registrar = banks[package.registrar]
    with acting_as(registrar.officer):
        return Deal.objects.filter(owner=registrar.institution, slug=package.slug).first()


@transaction.atomic
def register_package(package: Package, banks: Mapping[str, Bank]) -> Deal:
    """All of it but the letters, or nothing."""
    registrar = banks[package.registrar]
    among_parties = min(package.told, Level.INVITED, key=lambda level: level.rank)
    with acting_as(registrar.officer):
        deal = _deal(package, registrar)
        opening = deals.ask_to_open(by=registrar.officer, deal=deal, level=among_parties)
    with acting_as(registrar.approver):
        approving.confirm(by=registrar.approver, approval=opening)
    with acting_as(registrar.officer):
        deal.refresh_from_db()
        _let_in(package, deal, banks)
    confirm_all(registrar)
    if package.told.rank > among_parties.rank:
        with acting_as(registrar.officer):
            deal.refresh_from_db()
            told = [deal, *deal.dealrole_set.all(), *deal.tranche_set.all()]
            ask_to_widen(
                by=registrar.officer, subject=deal, rows=told, level=package.told, deal_id=deal.pk,
                summary=f"Tell the {package.told.value} of {deal}, not of its parties",
            )  # fmt: skip
        confirm_all(registrar)
    if package.closed_on:
        with acting_as(registrar.officer):
            deal.refresh_from_db()
            move_deal(by=registrar.officer, deal=deal, to=DealStatus.CLOSED, on=package.closed_on)
        confirm_all(registrar)
    return deal


def _deal(package: Package, registrar: Bank) -> Deal:
    deal = deals.register_deal(
        by=registrar.officer,
        network=Network.objects.get(pk=network_id(FORGE)),
        slug=package.slug,
        name=package.name,
        code_name=package.code_name,
        project=Project.objects.get(pk=project_id(package.project)),
        borrower=Company.objects.get(pk=company_id(package.borrower)),
        target=package.target,
        status=DealStatus.IN_MARKET,
        takes_over=Deal.objects.get(pk=deal_id(package.takes_over)) if package.takes_over else None,
        demo=True,
    )
    for sought in package.tranches:
        deals.add_tranche(
            by=registrar.officer, deal=deal, name=sought.name, currency=sought.money.currency, amount=sought.money,
            purpose=sought.purpose, seniority=sought.seniority, tenor_months=sought.tenor_months,
            availability_ends_on=sought.availability_ends_on,
        )  # fmt: skip
    return deal


def _let_in(package: Package, deal: Deal, banks: Mapping[str, Bank]) -> None:
    by, today = banks[package.registrar].officer, timezone.now().date()
    for slug in package.parties:
        inviting.invite(
            by=by,
            deal=deal,
            institution=banks[slug].institution,
            on=today - timedelta(days=package.nda + 15),
            nda_signed_on=today - timedelta(days=package.nda),
            nda_expires_on=today + timedelta(days=720),
            nda_company=package.borrower,
            nda_version="1",
        )
    for slug in package.invited:
        inviting.invite(by=by, deal=deal, institution=banks[slug].institution, on=today - timedelta(days=7))
    for slug, role in package.roles:
        inviting.name_role(by=by, deal=deal, institution=banks[slug].institution, role=role)
