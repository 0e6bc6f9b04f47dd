"""Mandates and matches in the web admin: stated, told, superseded, ended; and whom a lead could ask."""

from datetime import date
from decimal import Decimal

import pytest

from deals.models import Deal, DealStatus, Mandate
from deals.money import Money
from deals.services.deals import ask_to_open, register_deal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.project_acts import decide, mandate, mineral
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")

FORM = {
    "name": "Export account", "since": "2026-01-01", "level": "network", "ticket_from": "50m", "ticket_to": "USD 500m",
    "currency": "USD", "longest_tenor_months": "180", "chain_stages": ["extraction", "refining"],
    "instruments": ["senior_loan", "subordinated_loan"], "earliest_stage": "feasibility", "links": ["offtaker"],
    "link_country": "kr",
}  # fmt: skip
READS = (
    "Lends USD 50m to 500m for up to 15 years to extraction or refining of Graphite or Nickel, "
    "from feasibility on, with an offtake to South Korea."
)


def open_deal(cast: Cast) -> Deal:
    """Austral's, which the network is told of: USD 100m."""
    with acting_as(cast.ada):
        deal = register_deal(
            by=cast.ada, network=cast.network, slug="open", name="Open package", code_name="Wren",
            target=Money.of("100000000", "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        ask_to_open(by=cast.ada, deal=deal, level=Level.NETWORK)
    decide(cast, "ada")
    return deal


def test_a_mandate_is_stated_and_read_in_words(cast: Cast) -> None:
    minerals = [str(mineral(cast, slug).pk) for slug in ("graphite", "nickel")]
    sora, ada = Web(cast.sora), Web(cast.ada)
    assert "Deals that fit then come to you" in sora.get("mandates").seen
    sora.post("mandate_new", **FORM | {"minerals": minerals})
    page = sora.get("mandates").seen
    assert READS in page
    assert READS not in ada.get("institutions_institution_change", cast.bank("sakura").pk).seen
    decide(cast, "sora")
    assert READS in ada.get("institutions_institution_change", cast.bank("sakura").pk).seen


def test_what_does_not_fit_together_is_said_at_its_field(cast: Cast) -> None:
    page = Web(cast.sora).post("mandate_new", **FORM | {"ticket_to": "10m", "countries": "Korea", "currency": ""})
    assert page.status == 422
    assert "is no country code" in page.seen
    assert not Mandate.objects.exists()


def test_a_later_version_supersedes_and_an_end_ends(cast: Cast) -> None:
    first = mandate(cast, name="Export account", countries=("MZ",))
    sora = Web(cast.sora)
    form = sora.get("mandate_new", **{"from": str(first.pk)}).text
    assert 'value="MZ"' in form
    sora.post("mandate_new", name="Export account", since=date.today().isoformat(), level="own")
    page = sora.get("mandates").seen
    assert "superseded" in page
    with acting_as(cast.sora):
        latest = Mandate.objects.get(level="own")
    sora.post("mandate_end", latest.pk)
    with acting_as(cast.sora):
        latest.refresh_from_db()
    assert latest.ended_on == date.today()


def test_nobody_keeps_anothers_mandate(cast: Cast) -> None:
    made = mandate(cast, by="marc")
    for page in ("mandate_end", "mandate_level"):
        assert Web(cast.sora).post(page, made.pk, level="public").status == 404
    assert Web(cast.shin).post("mandate_new", **FORM).status == 403


def test_deals_that_fit_are_told_on_the_desk_and_on_their_page(cast: Cast) -> None:
    deal = open_deal(cast)
    mandate(cast, by="marc", level=Level.OWN, ticket_to=Decimal(30000000), currency="USD")
    marc = Web(cast.marc)
    assert "you could fill USD 30,000,000" in marc.get("index").seen
    page = marc.get("matches").seen
    assert deal.name in page
    assert "could fill USD 30,000,000, 30 % of the gap" in page


def test_a_lead_sees_whom_it_could_ask_and_nobody_else_does(cast: Cast) -> None:
    deal = open_deal(cast)
    mandate(cast, by="sora", ticket_to=Decimal(60000000), currency="USD")
    mandate(cast, by="marc", ticket_to=Decimal(50000000), currency="USD")
    mandate(cast, by="rolf", level=Level.OWN)
    mandate(cast, by="mina", earliest_stage="construction", ticket_from=Decimal(200000000), currency="USD")
    ada = Web(cast.ada)
    page = ada.get("deals_deal_matches", deal.pk)
    assert "Who could close the gap together" in page.seen
    assert page.seen.index("Sakura") < page.seen.index("Maple")
    assert "Rhein" not in page.seen
    assert "the smallest ticket is USD 200000000.00" in page.seen or "the smallest ticket is" in page.seen
    assert Web(cast.marc).get("deals_deal_matches", deal.pk).status == 404
    assert "Whom to ask" in ada.get("deals_deal_change", deal.pk).seen
    assert "Whom to ask" not in Web(cast.marc).get("deals_deal_change", deal.pk).seen


def test_the_pages_ask_no_question_in_a_loop(cast: Cast) -> None:
    deal = open_deal(cast)
    counted = []
    for by in ("sora", "marc", "mina"):
        mandate(cast, by=by)
        counted.append(Web(cast.ada).get("deals_deal_matches", deal.pk).queries)
    assert counted[1] == counted[2]
