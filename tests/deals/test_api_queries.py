"""How many queries a page costs: one for its rows, however many they are."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from deals.models import Company, Kind, Mineral, Project, ProjectMineral, RoleKind
from deals.money import Money
from deals.services import deals
from deals.services.covers import promise_together
from deals.services.inviting import name_role
from deals.services.proposals import Share, propose_movements
from deals.services.transfers import offer_transfer
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Network
from tests.acts import letter, move_money, signed
from tests.api import WRITES, System, system_of
from tests.cast import Cast
from tests.conftest import anew
from tests.deals.allocating import allocated, offer, scalable, tranche, usd

pytestmark = pytest.mark.slow

LISTS = (
    "networks", "institutions", "memberships", "companies", "minerals", "projects", "deals", "tranches", "parties",
    "commitments", "approvals", "allocations", "allocation-lines", "movements", "transfers", "movement-proposals",
    "joint-amounts",
)  # fmt: skip


@pytest.fixture(scope="module")
def busy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[System]:
    """Austral's system, with several rows in every list: made once, since nobody here writes."""
    with django_db_blocker.unblock():
        yield crowded(Cast.find())
        anew("cast_template")


def crowded(cast: Cast) -> System:
    with acting_as(cast.dora):
        Network.objects.create(code="msn2", name="Its sister", founded_on=date(2025, 1, 1))
        minerals = [Mineral.objects.create(slug=f"m{i}", name=f"Mineral {i}") for i in range(3)]
    with acting_as(cast.ada):
        for i in range(3):
            project = Project.objects.create(
                owner=cast.bank("austral"), network=cast.network, slug=f"p{i}", name=f"P {i}", country="AU"
            )
            for mineral in minerals:
                ProjectMineral.objects.create(
                    owner=cast.bank("austral"), network=cast.network, project=project, mineral=mineral
                )
            company = Company.objects.create(owner=cast.bank("austral"), network=cast.network, name=f"C {i}")
            deals.register_deal(by=cast.ada, network=cast.network, slug=f"d{i}", name=f"D {i}", borrower=company)
            deals.add_tranche(by=cast.ada, deal=cast.deal, name=f"T {i}", currency="USD")
    for _ in range(2):
        # Decided ones stay on the list.
        letter(cast, Level.PARTIES, by="ada", approver="abe")
    ledger(cast)
    letter(cast, Level.LEAD, by="rolf", approver="rita")
    letter(cast, Level.PARTIES, by="mina", approver="joon")
    for _ in range(2):
        both = [letter(cast, by="ada", approver="abe", stage="enquiry") for _ in range(2)]
        with acting_as(cast.ada):
            promise_together(by=cast.ada, commitments=both, money=usd(9))
    for name in ("Commercial", "More"):
        shared = tranche(cast, name=name)
        offers = [offer(cast, shared, usd(50)), offer(cast, shared, usd(60), by="rolf")]
        allocated(cast, shared, scalable(*offers))
    return system_of("austral", WRITES)


def ledger(cast: Cast) -> None:
    """Austral is the agent of the deal; it drew, offered and proposed several times."""
    made = signed(cast, by="ada", approver="abe")
    with acting_as(cast.ada):
        name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("austral"), role=RoleKind.FACILITY_AGENT)
        for bank in ("hanok", "rhein"):
            share = Share(cast.bank(bank), Money.of("1", "USD"))
            propose_movements(by=cast.ada, deal=cast.deal, kind=Kind.DRAWDOWN, on=date.today(), shares=[share])
            offer_transfer(by=cast.ada, commitment=made, to=cast.bank(bank), money=Money.of("1", "USD"))
            move_money(cast, made, Kind.DRAWDOWN, "1", by="ada", approver="abe")


def cost(system: System, path: str) -> tuple[int, int]:
    """How many queries, and how many rows came."""
    with CaptureQueriesContext(connection) as queries:
        page = system.get(path)
    assert page.status == 200
    # The request's transaction, which is a savepoint where a test has one of its own.
    around = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
    asked = [query["sql"] for query in queries if not query["sql"].startswith(around)]
    return len(asked), len(page.body["results"])


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_one_query_beside_who_asks(busy: System, name: str) -> None:
    one, _ = cost(busy, f"{name}?limit=1")
    many, rows = cost(busy, name)
    # Who asks; then the rows.
    assert (one, many) == (2, 2)
    assert rows > 1


@pytest.mark.parametrize(
    "query",
    ["deal=wattle", "institution=rhein", "tranche=Base senior", "stage=letter_of_interest,signed", "class=indicative",
     "project=p1", "updated_after=2020-01-01T00:00:00Z", "level=lead&origin=registered&instrument=senior_loan"],
)  # fmt: skip
def test_a_filter_costs_no_query_more(busy: System, query: str) -> None:
    assert cost(busy, f"commitments?{query}")[0] == 2


def test_a_count_costs_one_more(busy: System) -> None:
    assert cost(busy, "commitments?count=true")[0] == 3
