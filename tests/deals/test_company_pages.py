"""Companies, holdings and offtakes in the web admin and over REST: registered, stated, told, looked through."""

from datetime import date

import pytest

from deals.models import Company, CompanyRole, Holding, Offtake, Project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.api import system_of
from tests.cast import Cast
from tests.project_acts import SCOPES, company, curated, decide, holding, made, mineral, offtake, project
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

LEI = "5493001KJTIIGC8Y1R12"


def test_an_officer_registers_a_company_and_corrects_it(cast: Cast) -> None:
    web = Web(cast.marc)
    wrong = web.post("deals_company_register", name="Sponsor", country="C4", lei="123", level="own")
    assert (wrong.status, "is no country code" in wrong.seen) == (422, True)
    wrong = web.post("deals_company_register", name="Sponsor", country="CA", lei="123", level="own")
    assert (wrong.status, "not the 20 signs of an LEI" in wrong.seen) == (422, True)
    done = web.post("deals_company_register", name="Sponsor", country="ca", aliases="A; B", level="network")
    assert done.status == 200
    decide(cast, "marc")
    with acting_as(cast.marc):
        row = Company.objects.get(name="Sponsor")
        assert (row.country, row.aliases, row.level) == ("CA", ["A", "B"], "network")
    done = web.post("deals_company_correct", row.pk, name="Sponsor", country="CA", lei=LEI.lower(), level="network")
    assert done.status == 200
    assert LEI in web.get("deals_company_change", row.pk).seen
    # Another institution's company is as missing, and a viewer is told whom to ask.
    assert Web(cast.rolf).get("deals_company_correct", row.pk).status == 404
    refused = Web(cast.mary).get("deals_company_register")
    assert (refused.status, "Marc" in refused.seen) == (403, True)


def test_a_project_page_looks_through_its_owners(cast: Cast) -> None:
    mine, state = curated(cast), company(cast, "Ministry", country="CN", is_state=True)
    sponsor = company(cast, "Sponsor", country="AU")
    web = Web(cast.marc)
    assert "Nobody tells you who holds it. State what" in web.get("deals_project_change", mine.pk).seen
    # Whoever changes her mind is led back.
    back = f'href="/admin/deals/project/{mine.pk}/change/"'
    assert back in web.get("deals_project_holding", mine.pk).text
    wrong = web.post("deals_project_holding", mine.pk, share="101", as_of="2026-01-01", holder=sponsor.pk, level="own")
    assert wrong.status == 422
    done = web.post(
        "deals_project_holding",
        mine.pk,
        share="50",
        as_of="2026-01-01",
        holder=sponsor.pk,
        level="network",
        basis="Register",
    )
    assert done.status == 200
    decide(cast, "marc")
    holding(cast, mine, None, "50")
    holding(cast, sponsor, state, "60")
    page = Web(cast.ada).get("deals_project_change", mine.pk)
    for said in (
        "flagged States (China, Iran, North Korea, Russia) hold 30 %: at or over 25 %.", "Ministry → Sponsor: 30 %",
        "Foreign entity of concern, version 2024-05 of 6 May 2024", "Maple states what Sponsor holds: 50 %",
        "flagged Sponsor holds 50 %: at or over 50 %.",
    ):  # fmt: skip
        assert said in page.seen, said
    held = Web(cast.ada).get("deals_company_change", sponsor.pk)
    assert "Ministry 60 %" in held.seen
    assert "Balama 50 %" in held.seen


def test_an_officer_tells_a_holding_further_and_narrower(cast: Cast) -> None:
    mine, sponsor = curated(cast), company(cast, "Sponsor")
    row = holding(cast, mine, sponsor, "50", level=Level.OWN)
    web = Web(cast.marc)
    assert web.post("deals_holding_level", row.pk, level="network").status == 200
    decide(cast, "marc")
    assert "Sponsor" in Web(cast.ada).get("deals_project_change", mine.pk).seen
    assert Web(cast.rolf).post("deals_holding_level", row.pk, level="own").status == 404
    assert web.post("deals_holding_level", row.pk, level="own").status == 200
    with acting_as(cast.ada):
        assert not Holding.objects.exists()


def test_a_project_page_says_who_takes_the_output(cast: Cast) -> None:
    mine, buyer, graphite = curated(cast), company(cast, "Buyer", country="KR"), mineral(cast)
    web = Web(cast.marc)
    sent = {"buyer": buyer.pk, "mineral": graphite.pk, "first_year": "2028", "last_year": "2029", "as_of": "2026-01-01"}
    wrong = web.post("deals_project_offtake", mine.pk, share="60", quantity="5", unit="t_per_year", level="own", **sent)
    assert (wrong.status, "not both" in wrong.seen) == (422, True)
    assert web.post("deals_project_offtake", mine.pk, share="60", binding="on", level="network", **sent).status == 200
    decide(cast, "marc")
    offtake(cast, mine, buyer, "50", contract="Second", first_year=2029)
    page = Web(cast.ada).get("deals_project_change", mine.pk)
    assert "More Graphite is sold by binding contracts than there will be, in: 2029" in page.seen
    assert "South Korea 60 % 110 % 50 %" in page.seen
    with acting_as(cast.marc):
        row = Offtake.objects.get(contract="")
    assert web.post("deals_offtake_level", row.pk, level="own").status == 200
    assert "110 %" not in Web(cast.ada).get("deals_project_change", mine.pk).seen


def test_companies_of_ones_own_project_are_named_and_ended(cast: Cast) -> None:
    mine, sponsor = project(cast, level=Level.NETWORK), company(cast, "Sponsor")
    web = Web(cast.marc)
    assert web.post("deals_project_company", mine.pk, company=sponsor.pk, role="offtaker").status == 200
    again = web.post("deals_project_company", mine.pk, company=sponsor.pk, role="offtaker")
    assert (again.status, "in this role already" in again.seen) == (422, True)
    decide(cast, "marc")
    with acting_as(cast.ada):
        role = CompanyRole.objects.get()
    assert Web(cast.rolf).get("deals_project_company", mine.pk).status == 404
    assert web.post("deals_companyrole_end", role.pk).status == 200
    assert "until" in web.get("deals_project_change", mine.pk).seen


def test_partner_systems_keep_companies_holdings_and_offtakes(cast: Cast) -> None:
    maple, other = system_of("maple", SCOPES), system_of("rhein", SCOPES)
    mine, graphite = curated(cast), mineral(cast)
    sponsor = made(maple, "companies", {"name": "Sponsor", "country": "CN", "is_state": True, "level": "network"})
    assert sponsor["pending_approval"]["summary"] == "Tell network of the company Sponsor"
    assert other.get(f"companies/{sponsor['id']}").status == 404
    decide(cast, "marc")
    assert other.get(f"companies/{sponsor['id']}").body["is_state"] is True
    wrong = maple.post("companies", {"name": "Other", "lei": "123"})
    assert wrong.codes == {"/lei": "required"}, wrong.codes
    version = maple.get(f"companies/{sponsor['id']}").headers["ETag"]
    changed = maple.patch(f"companies/{sponsor['id']}", {"register_number": "77"}, version)
    assert (changed.status, changed.body["register_number"]) == (200, "77")

    held = {"project": str(mine.pk), "holder": sponsor["id"], "share": "26", "as_of": "2026-01-01", "level": "network"}
    kept = made(maple, "holdings", held)
    made(maple, "holdings", {"project": str(mine.pk), "holder": None, "share": "74", "as_of": "2026-01-01"})
    assert other.get(f"projects/{mine.pk}/ownership").body["holders"] == []
    decide(cast, "marc")
    seen = other.get(f"projects/{mine.pk}/ownership").body
    assert seen["holders"][0]["share"] == {"low": "26", "high": "26"}
    assert seen["untold"] == [{"held": str(mine.pk), "share": "74"}]
    found = {each["pack"]: each for each in seen["findings"]}
    assert (found["foreign_entity_of_concern"]["verdict"], found["majority_control"]["verdict"]) == (
        "flagged",
        "unknown",
    )
    assert found["foreign_entity_of_concern"]["paths"][0]["holders"] == [sponsor["id"]]
    before = other.get(f"projects/{mine.pk}/ownership?on=2024-01-01").body
    assert [each["pack"] for each in before["findings"]] == ["majority_control"]
    assert maple.post("holdings", held | {"company": sponsor["id"]}).status == 422
    assert [row["id"] for row in other.all(f"holdings?project={mine.pk}&current=true")] == [kept["id"]]

    sold = {"project": str(mine.pk), "buyer": sponsor["id"], "mineral": str(graphite.pk), "share": "40",
            "binding": True, "first_year": 2028, "last_year": 2029, "as_of": "2026-01-01",
            "level": "network"}  # fmt: skip
    made(maple, "offtakes", sold)
    decide(cast, "marc")
    (table,) = other.get(f"projects/{mine.pk}/contracted").body["results"]
    assert [(year["year"], year["binding"]) for year in table["years"]] == [(2028, "40"), (2029, "40")]
    assert table["countries"][0]["country"] == "CN"


def test_a_system_names_companies_of_its_project(cast: Cast) -> None:
    maple = system_of("maple", SCOPES)
    mine, sponsor = project(cast, level=Level.NETWORK), company(cast, "Sponsor")
    named = maple.post(f"projects/{mine.pk}/companies", {"company": str(sponsor.pk), "role": "sponsor"})
    assert named.status == 201, named.raw
    (role,) = named.body["companies"]
    ended = maple.patch(f"projects/{mine.pk}/companies/{role['id']}", {"until": date.today().isoformat()})
    assert (ended.status, ended.body["companies"][0]["until"]) == (200, date.today().isoformat())
    assert system_of("rhein", SCOPES).post(
        f"projects/{mine.pk}/companies", {"company": str(sponsor.pk), "role": "sponsor"}
    ).status == 403  # fmt: skip
    with acting_as(cast.rolf):
        assert Project.objects.filter(pk=mine.pk).exists()
