"""What fictional banks say of projects: statements beside the published ones, and two entries of one site."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from deals.demo.letters import confirm_all
from deals.demo.people import Bank
from deals.demo.published import project_id
from deals.demo.reference import mineral_id
from deals.demo.sums import aud
from deals.models import FactCode, Mineral, Project, ProjectFact
from deals.services.facts import FactDraft, state_fact
from deals.services.projects import ProjectDraft, register_project
from deals.services.sameness import link_same
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as


@dataclass(frozen=True)
class Statement:
    """What a bank says of a published project; `output` in tonnes a year of the mineral named."""

    bank: str
    project: str
    level: Level
    draft: FactDraft
    output_of: str = ""


@dataclass(frozen=True)
class Entry:
    """A bank's own entry of a site that the network has already; whether its bank has said so."""

    bank: str
    site: str
    draft: ProjectDraft
    minerals: tuple[str, ...]
    linked: bool


STATEMENTS = (
    # Beside the published AUD 1,680m of March 2024.
    Statement(
        "export-finance-australia", "nolans", Level.NETWORK,
        FactDraft(FactCode.CAPEX, date(2026, 6, 30), money=aud(1720), basis="The lenders' engineer"),
    ),
    Statement(
        "export-finance-australia", "nolans", Level.NETWORK,
        FactDraft(
            FactCode.PLANNED_OUTPUT, date(2026, 6, 30), number=Decimal(4400), unit="t_per_year",
            basis="NdPr oxide, at nameplate",
        ),
        output_of="rare-earths",
    ),
    Statement(
        "kexim", "nolans", Level.OWN,
        FactDraft(FactCode.CAPEX, date(2026, 9, 30), money=aud(1790), basis="Our own downside case"),
    ),
    # Published is the construction.
    Statement(
        "finnvera", "keliber", Level.NETWORK,
        FactDraft(FactCode.DEVELOPMENT_STAGE, date(2026, 4, 30), text="commissioning", basis="Site visit"),
    ),
)  # fmt: skip

ENTRIES = (
    # Suggested to KEXIM as a duplicate of the published Nolans: nobody has linked the two.
    Entry(
        "kexim", "nolans",
        ProjectDraft(
            "Nolans Bore", "AU", slug="nolans-bore", region="Northern Territory", latitude=Decimal("-22.59"),
            longitude=Decimal("133.24"), chain_stages=("extraction", "processing"),
        ),
        ("rare-earths",), linked=False,
    ),
    Entry(
        "jbic", "quebrada-blanca-2",
        ProjectDraft(
            "Quebrada Blanca Fase 2", "CL", slug="qb-fase-2", aliases=("QB2",), region="Tarapacá",
            chain_stages=("extraction",),
        ),
        ("copper", "molybdenum"), linked=True,
    ),
)  # fmt: skip


def load_statements(banks: Mapping[str, Bank]) -> int:
    """How many were made."""
    return sum(_state(each, banks[each.bank]) for each in STATEMENTS)


def load_entries(banks: Mapping[str, Bank]) -> int:
    """How many were made."""
    return sum(_enter(each, banks[each.bank]) for each in ENTRIES)


@transaction.atomic
def _state(each: Statement, bank: Bank) -> bool:
    with acting_as(bank.officer):
        project = Project.objects.get(pk=project_id(each.project))
        if ProjectFact.objects.filter(owner=bank.institution, project=project, code=each.draft.code).exists():
            return False
        mineral = Mineral.objects.get(pk=mineral_id(each.output_of)) if each.output_of else None
        draft = replace(each.draft, mineral=mineral)
        state_fact(by=bank.officer, project=project, draft=draft, level=each.level, demo=True)
    confirm_all(bank)
    return True


@transaction.atomic
def _enter(each: Entry, bank: Bank) -> bool:
    with acting_as(bank.officer):
        if Project.objects.filter(owner=bank.institution, slug=each.draft.slug).exists():
            return False
        yields = {Mineral.objects.get(pk=mineral_id(slug)): False for slug in each.minerals}
        made = register_project(by=bank.officer, draft=replace(each.draft, minerals=yields), demo=True)
        if each.linked:
            link_same(by=bank.officer, project=made, other=Project.objects.get(pk=project_id(each.site)))
    return True
