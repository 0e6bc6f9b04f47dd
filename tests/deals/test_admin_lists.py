"""What a page asks the database does not grow with what stands on it."""

from datetime import date

import pytest

from deals.models import Company, Mineral, Project, ProjectMineral, RoleKind
from deals.services.deals import add_tranche, register_deal
from deals.services.inviting import invite, name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Institution, Membership, Network
from tests.acts import letter
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

# Session, person, identity (5), the page's own, the sidebar's badge.
LISTS = {
    "deals_deal_changelist": 0,
    "deals_commitment_changelist": 0,
    "deals_project_changelist": 0,
    "deals_company_changelist": 0,
    "deals_mineral_changelist": 0,
    "institutions_institution_changelist": 0,
    "institutions_network_changelist": 0,
    "institutions_membership_changelist": 0,
}


def more(cast: Cast, number: int) -> None:
    """Another of everything, seen by Ada."""
    with acting_as(System("test", cast.bank("desk").pk)):
        bank = Institution.objects.create(
            slug=f"bank-{number}", name=f"Bank {number}", short_name=f"B{number}", country="FI", kind="commercial_bank"
        )
        network = Network.objects.create(code=f"n{number}", name=f"Network {number}", founded_on=date(2026, 1, 1))
        Membership.objects.create(institution=bank, network=network, status="observer", since=date(2026, 1, 1))
        mineral = Mineral.objects.create(slug=f"m{number}", name=f"Mineral {number}")
        mineral.listings.create(list="EU CRM", version=str(number))
    ada = cast.ada
    with acting_as(ada):
        facts = {"owner": ada.institution, "network": cast.network}
        company = Company.objects.create(name=f"Company {number}", **facts)
        project = Project.objects.create(slug=f"p{number}", name=f"Project {number}", country="FI", **facts)
        ProjectMineral.objects.create(project=project, mineral=mineral, **facts)
        register_deal(
            by=ada, network=cast.network, slug=f"d{number}", name=f"Deal {number}", project=project, borrower=company
        )
        add_tranche(by=ada, deal=cast.deal, name=f"Tranche {number}", currency="USD")
        invite(by=ada, deal=cast.deal, institution=bank, on=date.today())
        name_role(by=ada, deal=cast.deal, institution=bank, role=RoleKind.PARTICIPANT)
    letter(cast, Level.LEAD)
    letter(cast, Level.OWN, by="ada", approver="abe")


@pytest.fixture
def grown(cast: Cast) -> Cast:
    more(cast, 1)
    return cast


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_much_for_many_rows_as_for_one(grown: Cast, name: str) -> None:
    web = Web(grown.ada)
    web.get(name)
    before = web.get(name)
    for number in range(2, 5):
        more(grown, number)
    after = web.get(name)
    assert after.queries == before.queries <= 14
    assert len(after.text) > len(before.text)


@pytest.mark.parametrize(("name", "most"), [("index", 33), ("approvals", 16), ("history", 14)])
def test_a_page_of_the_desk_asks_as_much_for_many_rows_as_for_one(grown: Cast, name: str, most: int) -> None:
    web = Web(grown.ada)
    web.get(name)
    before = web.get(name)
    for number in range(2, 5):
        more(grown, number)
    assert web.get(name).queries == before.queries <= most


def test_the_page_of_a_deal_asks_as_much_for_many_rows_as_for_one(grown: Cast) -> None:
    web = Web(grown.ada)
    web.get("deals_deal_change", grown.deal.pk)
    before = web.get("deals_deal_change", grown.deal.pk)
    for number in range(2, 5):
        more(grown, number)
    after = web.get("deals_deal_change", grown.deal.pk)
    assert after.queries == before.queries <= 38
    assert after.seen.count("Hanok senior loan") == before.seen.count("Hanok senior loan") + 3
