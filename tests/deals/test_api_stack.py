"""The capital stack over REST: exact figures as texts, each with its rows, rates and bounds."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import System, person_of, system_of
from tests.packages import Package, load_rates, m, site

pytestmark = pytest.mark.slow


@pytest.fixture
def package(cast) -> Package:
    load_rates()
    made = Package(cast, "mixed", target=m(500), project=site(cast))
    made.commit("maple", m(200, "AUD"), stage="approved", qualifier="up_to")
    made.commit("hanok", m(50))
    made.commit("sakura")
    loan = made.commit("corner", m(100), stage="conditional_approval")
    made.cover(made.commit("rhein", m(70), instrument="guarantee"), loan, political="60", commercial="10")
    made.commit("rhein", m(70), instrument="guarantee", stage="approved")
    return made


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def test_a_deals_stack_is_told_class_by_class_with_both_gaps_and_its_rates(cast, package):
    stack = system_of("rhein").get(f"deals/{package.deal.pk}/stack").body
    assert stack["subject"] == {"type": "deal", "id": str(package.deal.pk)}
    assert (stack["label"], stack["currency"], stack["on"]) == ("from what you may see", "USD", "2025-10-31")
    assert stack["target"] == money("500000000.00")
    firm, signed = stack["gaps"]["to_firm"], stack["gaps"]["to_signed"]
    assert (firm["money"], firm["bound"], firm["unknown"]) == (money("325000000.00"), "between", 1)
    assert (firm["low"], firm["high"], firm["up_to"]) == (
        money("0.00"), money("450000000.00"), money("125000000.00"),
    )  # fmt: skip
    assert (signed["money"], signed["bound"]) == (money("450000000.00"), "at_most")
    classes = {found["class"]: found["blocks"] for found in stack["classes"]}
    assert list(classes) == ["firm", "conditional", "indicative"]
    base = classes["firm"][0]
    assert (base["side"], base["purpose"], base["closes_gap"]) == ("money", "base", True)
    assert (base["total"], base["signed"], base["unknown"]) == (money("175000000.00"), money("50000000.00"), 1)
    (aud,) = [figure for figure in base["figures"] if figure["currency"] == "AUD"]
    assert (aud["money"], aud["converted"]) == (money("200000000.00", "AUD"), money("125000000.00"))
    (row,) = aud["opens"]
    assert (row["rate"], row["rate_date"], row["qualifier"]) == ("0.625", "2025-10-31", "up_to")
    assert row["commitments"][0]["institution"] == str(cast.bank("maple").pk)
    (rate,) = stack["rates"]
    assert (rate["currency_per_euro"], rate["target_per_euro"], rate["source"]) == ("2", "1.25", "ecb")
    (conditional,) = classes["conditional"]
    assert conditional["parts"]["covered"] == {"political": money("60000000.00"), "commercial": money("10000000.00")}
    (cover,) = [block for block in classes["firm"] if block["side"] == "cover"]
    assert (cover["total"], cover["closes_gap"], cover["parts"]) == (money("140000000.00"), False, None)


def test_tranches_and_projects_have_theirs_in_any_currency_at_any_day(cast, package):
    load_rates(date(2025, 10, 24), USD="1.00", AUD="2.00")
    base = package.tranche("Base", amount=m(80))
    package.commit("fjord", m(30), tranche=base)
    system = system_of("rhein")
    tranche = system.get(f"tranches/{base.pk}/stack").body
    assert tranche["gaps"]["to_signed"]["says"] == "USD 50,000,000.00"
    project = system.get(f"projects/{package.project.pk}/stack?currency=AUD&on=2025-10-26").body
    assert (project["on"], project["target"]) == ("2025-10-26", money("1000000000.00", "AUD"))
    assert {rate["date"] for rate in project["rates"]} == {"2025-10-24"}


def test_without_a_rate_the_amount_stands_as_it_was_stated(cast, package):
    system = system_of("rhein")
    stack = system.get(f"deals/{package.deal.pk}/stack?on=2025-10-30").body
    assert stack["gaps"]["to_firm"]["not_converted"] == [money("200000000.00", "AUD")]
    assert stack["gaps"]["to_firm"]["bound"] == "at_most"
    # Ten days on, the rate is too old.
    for day, left in (("2025-11-09", []), ("2025-11-10", [money("200000000.00", "AUD")])):
        gap = system.get(f"deals/{package.deal.pk}/stack?on={day}").body["gaps"]["to_firm"]
        assert gap["not_converted"] == left
    in_kwd = system.get(f"deals/{package.deal.pk}/stack?currency=KWD").body
    assert (in_kwd["target"], in_kwd["gaps"]["to_firm"]["says"]) == (None, "unknown: no rate converts the target")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("currency=usd", "/currency"), ("currency=XXX", "/currency"), ("currency=", "/currency"),
        ("on=2999-01-01", "/on"), ("on=30.10.2026", "/on"), ("on=2026-02-30", "/on"), ("on=", "/on"),
        ("level=own", "/level"), ("currency=USD&currency=EUR", "/currency"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_refused_with_its_name(cast, package, query, pointer):
    refused = system_of("rhein").get(f"deals/{package.deal.pk}/stack?{query}")
    assert refused.status == 400
    assert list(refused.codes) == [pointer]


@pytest.mark.parametrize("kind", ["deals", "tranches", "projects"])
def test_hidden_missing_and_no_id_are_the_same(cast, kind):
    hidden = {"deals": cast.deal.pk, "tranches": cast.base.pk, "projects": uuid4()}[kind]
    maple = system_of("maple")
    answers = [maple.get(f"{kind}/{key}/stack") for key in (hidden, uuid4(), "x")]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body["detail"] for answer in answers}) == 1


def test_a_hidden_commitment_changes_neither_the_stack_nor_its_version(cast):
    rhein = system_of("rhein")
    before = rhein.get(f"deals/{cast.deal.pk}/stack")
    letter(cast, Level.LEAD)
    after = rhein.get(f"deals/{cast.deal.pk}/stack")
    assert after.body == before.body
    assert rhein.get(f"deals/{cast.deal.pk}/stack", If_None_Match=before.headers["ETag"]).status == 304
    letter(cast, Level.PARTIES)
    assert rhein.get(f"deals/{cast.deal.pk}/stack", If_None_Match=before.headers["ETag"]).status == 200


def test_a_stack_costs_two_queries_beside_who_asks(cast, package):
    system = system_of("rhein")
    for path, cost in ((f"deals/{package.deal.pk}", 2), (f"projects/{package.project.pk}", 3)):
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert system.get(f"{path}/stack").status == 200
            # Who asks; then these.
            assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 1 + cost
            package.commit("fjord", m(1, "CAD"))


def test_the_answer_is_as_the_schema_says(cast, package):
    joint = package.joint(m(10))
    loan = package.commit("fjord", joint)
    package.participate(package.commit("corner", m(1)), loan, "funded")
    schema = System().get("schema").body
    told = schema["paths"]["/api/v1/deals/{key}/stack"]["get"]["responses"]["200"]["content"]["application/json"]
    stack = person_of("mina@hanok.example").get(f"deals/{package.deal.pk}/stack").body
    Draft202012Validator(told["schema"] | {"components": schema["components"]}).validate(stack)
    assert set(stack) == set(schema["components"]["schemas"]["Stack"]["properties"])


def test_rates_are_listed_and_filtered(cast):
    load_rates()
    load_rates(date(2025, 10, 30), USD="1.24")
    system = system_of("maple")
    page = system.get("fx-rates?quote=USD").body["results"]
    assert [(row["date"], row["base"], row["quote"], row["rate"], row["source"]) for row in page] == [
        ("2025-10-30", "EUR", "USD", "1.24", "ecb"), ("2025-10-31", "EUR", "USD", "1.25", "ecb"),
    ]  # fmt: skip
    assert len(system.all("fx-rates?date=2025-10-31")) == 5
    assert len(system.all("fx-rates?limit=1")) == 6
    assert system.all("fx-rates?since=2025-10-31&until=2025-10-31&quote=JPY")[0]["rate"] == "160"
    assert system.get("fx-rates?date=30.10.2026").codes == {"/date": "invalid"}
    one = system.get(f"fx-rates/{page[0]['id']}")
    assert one.body == page[0]
    with CaptureQueriesContext(connection) as queries:
        system.get("fx-rates")
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 2
