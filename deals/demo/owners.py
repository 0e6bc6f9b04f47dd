"""A wholly fictional project: its owners looked through their tiers, its buyers, and how it was screened."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import transaction

from deals.demo.letters import confirm_all
from deals.demo.people import Bank
from deals.demo.reference import mineral_id
from deals.models import Company, FactCode, Mineral, Project
from deals.services.companies import CompanyDraft, name_role, register_company
from deals.services.esg import CategoryDraft, ScreeningDraft, categorise, screen
from deals.services.facts import FactDraft, state_fact
from deals.services.offtakes import OfftakeDraft, state_offtake
from deals.services.ownership import HoldingDraft, state_holding
from deals.services.projects import ProjectDraft, register_project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as

BANK, SLUG = "export-finance-australia", "example-ridge"
AS_OF = date(2026, 6, 30)
PROJECT = ProjectDraft(
    "Example Ridge Graphite", "AU", slug=SLUG, region="Queensland", latitude=Decimal("-20.50"),
    longitude=Decimal("143.80"), chain_stages=("extraction",),
)  # fmt: skip
COMPANIES = {
    "mine": CompanyDraft("Example Ridge Mining Pty Ltd", "AU"),
    "upper": CompanyDraft("Example Pacific Holdings", "SG"),
    "lower": CompanyDraft("Example Battery Minerals", "AU"),
    "state": CompanyDraft("Example State Fund", "CN", is_state=True),
    "maker": CompanyDraft("Example Motors", "KR"),
    "trader": CompanyDraft("Example Trading House", "JP"),
}
ROLES = (("mine", "sponsor"), ("maker", "offtaker"), ("trader", "offtaker"))
# What is held ('' is the project), by whom ('' are many), and how much in percent: 20 direct and 6 over two tiers.
HOLDINGS = (
    ("", "mine", 55), ("", "state", 20), ("", "lower", 20), ("", "", 5), ("mine", "", 100), ("lower", "upper", 50),
    ("lower", "", 50), ("upper", "state", 60), ("upper", "", 40),
)  # fmt: skip
OFFTAKES = (("maker", 45, 2028, 2034, True), ("trader", 20, 2029, 2033, True), ("trader", 15, 2028, 2030, False))
SCREENED = (
    ("environment", "met", "Impact assessment, approved in May 2026"),
    ("land", "partly_met", "Two of three landholders have agreed"),
)


def load_owners(banks: Mapping[str, Bank]) -> int:
    """How many projects were made: one, or none where it is there."""
    return int(_load(banks[BANK]))


@transaction.atomic
def _load(bank: Bank) -> bool:
    officer = bank.officer
    with acting_as(officer):
        if Project.objects.filter(owner=bank.institution, slug=SLUG).exists():
            return False
        graphite = Mineral.objects.get(pk=mineral_id("graphite"))
        draft = ProjectDraft(**{**vars(PROJECT), "minerals": {graphite: False}})
        project = register_project(by=officer, draft=draft, level=Level.NETWORK, demo=True)
        companies = {
            key: register_company(by=officer, draft=each, level=Level.NETWORK, demo=True)
            for key, each in COMPANIES.items()
        }
    confirm_all(bank)
    with acting_as(officer):
        project.refresh_from_db()
        for company in companies.values():
            company.refresh_from_db()
        for key, role in ROLES:
            name_role(by=officer, project=project, company=companies[key], role=role)
        output = FactDraft(
            FactCode.PLANNED_OUTPUT, AS_OF, number=Decimal(40), unit="kt_per_year", mineral=graphite, form="contained"
        )
        state_fact(by=officer, project=project, draft=output, level=Level.NETWORK, demo=True)
        _state(bank, project, companies, graphite)
    confirm_all(bank)
    return True


def _state(bank: Bank, project: Project, companies: Mapping[str, Company], graphite: Mineral) -> None:
    for held, holder, share in HOLDINGS:
        holding = HoldingDraft(
            companies[held] if held else project, companies[holder] if holder else None, AS_OF, Decimal(share),
            basis="Its register of shareholders",
        )  # fmt: skip
        state_holding(by=bank.officer, draft=holding, level=Level.NETWORK, demo=True)
    for buyer, taken, first, last, binding in OFFTAKES:
        offtake = OfftakeDraft(
            project, companies[buyer], graphite, first, AS_OF, binding, last, Decimal(taken),
            contract="" if binding else "Memorandum", basis="The term sheet",
        )  # fmt: skip
        state_offtake(by=bank.officer, draft=offtake, level=Level.NETWORK, demo=True)
    rests_on = CategoryDraft("B", AS_OF, "Its impact assessment")
    categorise(by=bank.officer, project=project, draft=rests_on, level=Level.NETWORK, demo=True)
    for principle, outcome, evidence in SCREENED:
        screened = ScreeningDraft(principle, outcome, evidence, AS_OF)
        screen(by=bank.officer, project=project, draft=screened, demo=True)
