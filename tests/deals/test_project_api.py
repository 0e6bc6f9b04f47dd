"""Projects and facts over REST; what is hidden changes no answer about them, their links, merges and confirmations."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.models import Project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import published
from tests.api import Answer, System, person_of, system_of
from tests.cast import Cast
from tests.project_acts import SCOPES, curated, decide, made, merge, mineral, project, stage

pytestmark = pytest.mark.slow


@pytest.fixture
def maple(cast: Cast) -> System:
    return system_of("maple", SCOPES)


def body(**more: object) -> dict[str, object]:
    return {"name": "Balama North", "country": "MZ"} | more


def test_a_member_registers_a_project_and_hears_what_it_could_be(cast, maple):
    news, graphite = curated(cast), mineral(cast)
    answer = maple.post(
        "projects",
        body(minerals=[{"mineral": str(graphite.pk)}], latitude="-13.3", longitude="38.6", aliases=["Nicanda"]),
    )
    assert answer.status == 201, answer.raw
    found = answer.body
    assert (found["level"], found["slug"], found["pending_approval"]) == ("own", "balama-north", None)
    assert (found["latitude"], found["minerals"][0]["slug"]) == ("-13.3", "graphite")
    assert answer.headers["Location"].endswith(f"/api/v1/projects/{found['id']}")
    assert [one["reasons"] for one in found["duplicates"]] == [["a similar name"]]
    found = made(maple, "projects", body(name="Balama mine"))
    first = found["duplicates"][0]
    assert (first["project"], first["reasons"]) == (str(news.pk), ["the same name"])
    assert maple.get(f"projects/{found['id']}/duplicates").body["results"] == found["duplicates"]
    assert system_of("rhein").get(f"projects/{found['id']}/duplicates").status == 404


def test_observers_outsiders_and_systems_without_the_scope_are_refused_in_words(cast):
    for bank in ("fjord", "corner"):
        refused = system_of(bank, SCOPES).post("projects", body())
        assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:not_a_member")
    assert system_of("maple").post("projects", body()).status == 403
    keeps = system_of("maple", "registry:read projects:write")
    assert keeps.post("projects", body()).status == 201
    # What waits for an approver is prepared with the scope for that.
    assert keeps.post("projects", body(level="network")).status == 403


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"country": "Mozambique"}, {"/country": "no_country"}),
        ({"latitude": -13.3, "longitude": "38.6"}, {"/latitude": "not_a_number"}),
        ({"latitude": "-13.3"}, {"/latitude": "required"}),
        ({"latitude": "-93.3", "longitude": "38.6"}, {"/latitude": "no_place"}),
        ({"minerals": [{"mineral": str(uuid4())}]}, {"/minerals/0/mineral": "not_found"}),
        ({"level": "parties"}, {"/level": "unknown_code"}),
        ({"development_stage": "operating"}, {"/development_stage": "unknown_field"}),
        ({"name": "Balama\u202e"}, {"/name": "invalid_text"}),
        ({"slug": "No Slug"}, {"/slug": "no_slug"}),
    ],
)
def test_what_is_wrong_is_named_at_its_place(cast, maple, sent, wrong):
    answer = maple.post("projects", body(**sent))
    assert (answer.status, answer.codes) == (422, wrong)


def test_it_is_changed_by_its_owner_who_has_read_it(cast, maple):
    found = made(maple, "projects", body())
    path = f"projects/{found['id']}"
    assert maple.patch(path, {"region": "Cabo Delgado"}).status == 428
    changed = maple.patch(path, {"region": "Cabo Delgado", "level": "network"}, found["version"])
    assert changed.status == 200, changed.raw
    assert (changed.body["region"], changed.body["level"]) == ("Cabo Delgado", "own")
    assert changed.body["pending_approval"]["summary"] == "Tell network of the project Balama North"
    assert maple.patch(path, {"region": "X"}, found["version"]).status == 412
    other = system_of("rhein", SCOPES)
    assert other.patch(path, {"region": "X"}, found["version"]).status == 404
    decide(cast, "marc")
    seen = other.get(path).body
    assert other.patch(path, {"region": "X"}, seen["version"]).status == 403


def test_a_repeated_registration_is_one(cast, maple):
    first = maple.post("projects", body(), Idempotency_Key="k1")
    again = maple.post("projects", body(), Idempotency_Key="k1")
    assert (again.status, again.body) == (201, first.body)
    with acting_as(cast.marc):
        assert Project.objects.count() == 1


def fact(about: Project, **more: object) -> dict[str, object]:
    return {"project": str(about.pk), "code": "development_stage", "text": "operating", "as_of": "2026-05-01"} | more


def test_facts_stand_side_by_side_with_the_shown_one_marked(cast, maple):
    news = curated(cast)
    first = made(maple, "project-facts", fact(news))
    assert (first["shown"], first["level"], first["kind"]) == (True, "own", "text")
    stage(cast, news, "closed", date(2026, 4, 1), by="rolf", level=Level.NETWORK)
    listed = maple.get(f"project-facts?project={news.slug}&code=development_stage").body["results"]
    assert {(one["text"], one["shown"], one["current"]) for one in listed} == {
        ("operating", True, True),
        ("closed", False, True),
    }
    second = made(maple, "project-facts", fact(news, as_of="2026-05-02", text="care_and_maintenance", level="network"))
    assert (second["supersedes"], second["level"]) == (first["id"], "own")
    assert second["pending_approval"]["summary"] == "Tell network the development stage of Balama"
    assert maple.get(f"projects/{news.pk}").body["development_stage"] == "care_and_maintenance"
    assert [row["id"] for row in maple.get("projects?development_stage=care_and_maintenance").body["results"]] == [
        str(news.pk)
    ]
    assert maple.get("projects?development_stage=construction").body["results"] == []
    other = system_of("rhein")
    assert other.get(f"project-facts/{first['id']}").status == 404
    assert other.get(f"projects/{news.pk}").body["development_stage"] == "closed"
    told = maple.get(f"project-facts/{second['id']}").body
    decide(cast, "marc")
    assert other.get(f"project-facts/{second['id']}").body["text"] == "care_and_maintenance"
    told = maple.get(f"project-facts/{second['id']}").body
    assert maple.patch(f"project-facts/{second['id']}", {"level": "own"}, told["version"]).body["level"] == "own"
    assert other.get(f"project-facts/{second['id']}").status == 404


def test_a_quantity_is_exact_and_what_a_fact_lacks_is_named(cast, maple):
    news, graphite = curated(cast), mineral(cast)
    asked = fact(news, code="planned_output", mineral=str(graphite.pk), basis="Feasibility study of May 2026")
    asked.pop("text")
    found = made(maple, "project-facts", asked | {"quantity": {"number": "29300.125", "unit": "t_per_year"}})
    assert found["quantity"] == {"number": "29300.125", "unit": "t_per_year"}
    for sent, wrong in (
        ({"quantity": {"number": 29300.5, "unit": "t_per_year"}}, {"/quantity/number": "not_a_number"}),
        ({"quantity": {"number": "1e5", "unit": "t_per_year"}}, {"/quantity/number": "not_a_number"}),
        ({"quantity": {"number": "5", "unit": "years"}}, {"/quantity/unit": "required"}),
        ({"quantity": {"number": "5", "unit": "t_per_year"}, "mineral": str(uuid4())}, {"/mineral": "not_found"}),
        ({"money": {"amount": "5.00", "currency": "USD"}}, {"/quantity": "required", "/money": "required"}),
        ({"quantity": {"number": "5", "unit": "t_per_year"}, "project": str(uuid4())}, {"/project": "not_found"}),
    ):
        answer = maple.post("project-facts", asked | sent)
        assert (answer.status, answer.codes) == (422, wrong)


def test_the_feed_tells_of_facts_and_merges_to_who_sees_them(committed_cast):
    cast = committed_cast
    maple, other = system_of("maple"), system_of("rhein")
    start = {name: system.get("events?limit=500").body["next_cursor"] for name, system in
             (("maple", maple), ("rhein", other))}  # fmt: skip
    news = curated(cast)
    stage(cast, news, "operating", date(2026, 5, 1), by="marc")
    with acting_as(cast.marc):
        mine = project(cast)
    merge(cast, mine, news, by="marc", other="dora")
    told = {
        name: {one["type"] for one in system.get(f"events?limit=500&after={start[name]}").body["results"]}
        for name, system in (("maple", maple), ("rhein", other))
    }
    assert {"project_fact.created", "project.created", "project_merge.created"} <= told["maple"]
    assert told["rhein"] <= {"project.created"}


WORLD = ("projects", "project-facts", "same-as", "project-merges", "confirmations", "commitments", "deals",
         "projects?country=MZ&count=true", "projects?merged=true", "projects?development_stage=operating",
         "project-facts?code=capex,development_stage&current=true")  # fmt: skip


def test_what_a_bank_does_in_secret_changes_no_answer_to_another(cast):
    news = curated(cast)
    about = published(cast, about="maple")
    mine = project(cast, "Balama mine", by="rolf")
    rhein = person_of("rolf@rhein.example")
    paths = (*WORLD, f"projects/{news.pk}", f"projects/{news.pk}/duplicates", f"projects/{mine.pk}/duplicates",
             f"commitments/{about.pk}", f"deals?project={news.pk}")  # fmt: skip

    def crawl() -> dict[str, tuple[int, Any]]:
        found = {}
        for path in paths:
            answer: Answer = rhein.get(path)
            found[path] = (answer.status, answer.body)
        return found

    before = crawl()
    hidden = project(cast, "Balama", by="marc", minerals=(mineral(cast),))
    stage(cast, news, "operating", date(2026, 6, 1), by="marc")
    maple = system_of("maple", SCOPES)
    made(maple, "same-as", {"project": str(hidden.pk), "other": str(news.pk)})
    made(maple, "project-merges", {"project": str(hidden.pk), "survivor": str(project(cast, "Z").pk)})
    made(maple, f"commitments/{about.pk}/confirmation", {})
    after = crawl()
    assert after == before


@pytest.mark.parametrize("name", ["projects", "project-facts", "same-as", "project-merges", "confirmations"])
def test_a_list_costs_one_question_however_long(cast, maple, name):
    news, about = curated(cast), published(cast, about="maple")

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = maple.get(name)
        # The test's own savepoint around the request is the transaction that it would be otherwise.
        return len([one for one in asked if "SAVEPOINT" not in one["sql"]]), len(answer.body["results"])

    def more(number: int) -> None:
        mine, other = project(cast, f"P {number}"), project(cast, f"Q {number}")
        stage(cast, mine, "operating", date(2026, 5, 1), by="marc")
        made(maple, "same-as", {"project": str(mine.pk), "other": str(news.pk)})
        made(maple, "project-merges", {"project": str(mine.pk), "survivor": str(other.pk)})
        made(maple, f"commitments/{about.pk}/confirmation", {})

    more(1)
    before = cost()
    for number in (2, 3):
        more(number)
    after = cost()
    assert after[0] == before[0] == 2
    assert after[1] > before[1]


def test_answers_are_as_the_schema_tells(cast, maple):
    news, about = curated(cast), published(cast, about="maple")
    mine, other = project(cast), project(cast, "Q")
    stage(cast, mine, "operating", date(2026, 5, 1), by="marc")
    made(maple, "same-as", {"project": str(mine.pk), "other": str(news.pk)})
    made(maple, "project-merges", {"project": str(mine.pk), "survivor": str(other.pk)})
    made(maple, f"commitments/{about.pk}/confirmation", {})
    told = System().get("schema").body["components"]["schemas"]
    for name, shape in (("projects", "Project"), ("project-facts", "Fact"), ("same-as", "Link"),
                        ("project-merges", "Merge"), ("confirmations", "Confirmation")):  # fmt: skip
        (row, *_) = maple.get(name).body["results"]
        assert set(row) == set(told[shape]["properties"]), name
