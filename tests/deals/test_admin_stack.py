"""The stack on the pages of deals, projects and tranches, and the page of rates."""

from datetime import date
from uuid import uuid4

import pytest

from deals.models import Loaded
from deals.services.rates import note_failure
from tests.cast import Cast
from tests.packages import Package, load_rates, m, site
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


@pytest.fixture
def package(cast: Cast) -> Package:
    made = Package(cast, "mixed", target=m(500), project=site(cast))
    made.commit("maple", m(200, "AUD"), stage="approved")
    joint = made.joint(m(100))
    for bank in ("corner", "fjord"):
        made.commit(bank, joint)
    loan = made.commit("hanok", m(50))
    made.cover(made.commit("rhein", m(45), instrument="guarantee"), loan, political="90", commercial="90")
    return made


def test_a_figure_opens_to_its_rows_with_rate_and_date(cast: Cast, package: Package) -> None:
    load_rates()
    seen = Web(cast.rolf).get("deals_deal_change", package.deal.pk).seen
    assert "Gap to firm USD 225,000,000" in seen
    assert "Gap to signed USD 350,000,000" in seen
    assert "Maple AUD 200,000,000 USD 125,000,000 AUD 1 = USD 0.625 on 31 Oct 2025 (ECB)" in seen
    assert "Corner , Fjord jointly, counted once signed USD 100,000,000" in seen
    assert "covered: USD 45,000,000" in seen
    assert "without any cover: USD 225,000,000" in seen
    assert "AUD 1 = USD 0.625 of 31 Oct 2025 (EUR 1 = AUD 2 = USD 1.25)" in seen


def test_the_reporting_currency_and_the_day_are_chosen(cast: Cast, package: Package) -> None:
    load_rates()
    load_rates(date(2025, 10, 24), USD="1.00", AUD="2.00")
    web = Web(cast.rolf)
    in_aud = web.get("deals_deal_change", package.deal.pk, currency="AUD").seen
    assert "Gap to firm AUD 360,000,000" in in_aud
    # Sunday takes Friday's rates, and says so.
    sunday = web.get("deals_deal_change", package.deal.pk, on="2025-10-26").seen
    assert "Gap to firm USD 250,000,000" in sunday
    assert "of 26 Oct 2025; none were published that day, so the last ones before it hold: 24 Oct 2025" in sunday


@pytest.mark.parametrize("asked", [{"currency": "XXX"}, {"on": "2999-01-01"}, {"on": "yesterday"}, {"currency": "<b>"}])
def test_a_wrong_choice_is_said_at_its_field_and_the_usual_stack_stands(
    cast: Cast, package: Package, asked: dict[str, str]
) -> None:
    load_rates()
    page = Web(cast.rolf).get("deals_deal_change", package.deal.pk, **asked)
    assert page.status == 200
    assert "Gap to firm USD 225,000,000" in page.seen
    assert 'role="alert"' in page.text


def test_without_rates_the_page_says_so_and_adds_nothing(cast: Cast, package: Package) -> None:
    seen = Web(cast.rolf).get("deals_deal_change", package.deal.pk).seen
    assert "Gap to firm at most USD 350,000,000 (AUD 200,000,000 not converted)" in seen
    assert "There are no rates yet, so no currency is converted" in seen


def test_a_project_and_a_tranche_have_their_stack(cast: Cast, package: Package) -> None:
    load_rates()
    base = package.tranche("Base", amount=m(80))
    package.commit("sakura", m(30), tranche=base)
    web = Web(cast.rolf)
    assert "Gap to firm USD 195,000,000" in web.get("deals_project_change", package.deal.project_id).seen
    page = web.get("tranche", base.pk)
    assert "Gap to firm USD 50,000,000" in page.seen
    gone = web.get("tranche", uuid4())
    hidden = Web(cast.marc).get("tranche", cast.base.pk)
    assert (gone.status, hidden.status) == (404, 404)
    assert Web(cast.marc).get("tranche", uuid4()).raw == hidden.raw


def test_the_page_asks_no_more_of_the_database_with_more_rows(cast: Cast, package: Package) -> None:
    load_rates()
    web = Web(cast.rolf)
    pages = [("deals_deal_change", package.deal.pk), ("deals_project_change", package.deal.project_id)]
    before = [web.get(*page).queries for page in pages]
    package.commit("sakura", m(30, "CAD"))
    package.cover(package.commit("rhein", m(9), instrument="guarantee"), package.commit("maple", m(9)), political="5")
    assert [web.get(*page).queries for page in pages] == before


def test_the_page_of_rates_says_how_current_they_are_and_why(cast: Cast) -> None:
    web = Web(cast.rolf)
    assert "There are no rates yet, so nothing is converted" in web.get("rates").seen
    load_rates()
    seen = web.get("rates").seen
    assert "Rates from 31 Oct 2025 up to 31 Oct 2025, from the history that the installation brings along" in seen
    assert "USD 1.25" in seen
    note_failure("this machine can't reach it", how=Loaded.DAILY)
    assert "because this machine can't reach it." in web.get("rates").seen
    sunday = web.get("rates", on="2025-11-02").seen
    assert "None were published on Sunday, 2 Nov 2025: these are the last ones before, of 31 Oct 2025." in sunday
    assert "No rates were published on this day" in web.get("rates", on="2020-01-01").seen
