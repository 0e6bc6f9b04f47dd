"""A deal room's lists: one query each however many rows, in the shape that the schema tells, and told in the feed."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deals.models import Party, Reply
from deals.services import documents, parties, questions, reports
from deals.services.reports import RelianceDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.api import System, person_of
from tests.cast import Cast
from tests.deals.test_api_queries import cost
from tests.room import consent, document, partner

pytestmark = pytest.mark.slow

LISTS = ("documents", "downloads", "consents", "questions", "reports", "party-replies", "conflicts")


def fill(cast: Cast) -> None:
    """Several rows in every list, as the lead sees them."""
    given = consent(cast, by="ada")
    for _ in range(2):
        consent(cast, by="ada")
        made = document(cast, Level.LEAD, by="ada", consent=given)
        with acting_as(cast.ada):
            documents.take(by=cast.ada, document=made).content.close()
            reports.commission_report(
                by=cast.ada, deal=cast.deal, workstream="legal", reliances=[RelianceDraft(cast.bank("rhein"))]
            )
            parties.declare_conflict(by=cast.ada, deal=cast.deal, description="x", level=Level.LEAD)
        with acting_as(cast.rolf):
            asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Why?")
        with acting_as(cast.ada):
            questions.answer_question(by=cast.ada, question=asked, text="So.", document=made)
    for who in ("rolf", "sora"):
        person = cast.people[who]
        with acting_as(person):
            party = Party.objects.get(institution=person.institution)
            parties.reply(by=person, party=party, answer=Reply.ACCEPTED)


@pytest.fixture
def busy(cast: Cast) -> System:
    fill(cast)
    return partner("austral")


@pytest.mark.parametrize("name", LISTS)
def test_a_page_costs_one_query_beside_who_asks(busy: System, cast: Cast, name: str) -> None:
    one, _ = cost(busy, f"{name}?limit=1")
    many, rows = cost(busy, name)
    assert (one, many) == (2, 2)
    assert rows > 1


@pytest.mark.parametrize(
    "query",
    ["documents?deal=wattle&kind=report&basis=own", "questions?state=open&to=austral", "reports?workstream=legal",
     "party-replies?answer=accepted", "downloads?institution=austral", "conflicts?level=lead,parties"],
)  # fmt: skip
def test_a_filter_costs_no_query_more(busy: System, query: str) -> None:
    assert cost(busy, query)[0] == 2


@pytest.mark.parametrize("query", ["documents?party=x", "downloads?document=x", "documents?title__contains=a"])
def test_a_filter_that_names_nothing_finds_nothing(busy: System, query: str) -> None:
    page = busy.get(query)
    assert page.status == 400 if "title" in query else page.body["results"] == []


def test_every_list_answers_in_the_shape_that_it_tells(cast: Cast) -> None:
    fill(cast)
    schema = System().get("schema").body
    shapes = schema["components"]["schemas"]
    ada = person_of("ada@austral.example")
    for name in LISTS:
        told = schema["paths"][f"/api/v1/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = ada.get(name).body
        Draft202012Validator(told | {"components": schema["components"]}).validate(page)
        item = shapes[told["$ref"].split("/")[-1]]["properties"]["results"]["items"]["$ref"]
        assert page["results"]
        for row in page["results"]:
            assert set(row) == set(shapes[item.split("/")[-1]]["properties"])


def feed(system: System) -> list[dict[str, Any]]:
    return list(system.get("events?limit=500").body["results"])


def test_the_feed_tells_what_happens_in_the_room_and_takes_it_back(committed_cast: Cast) -> None:
    cast = committed_cast
    given = consent(cast)
    made = document(cast, Level.PARTIES, consent=given)
    austral = partner("austral")
    with acting_as(cast.rolf):
        asked = questions.ask_question(by=cast.rolf, deal=cast.deal, text="Why?")
    with acting_as(cast.ada):
        questions.answer_question(by=cast.ada, question=asked, text="So.")
        documents.take(by=cast.ada, document=made).content.close()
    rhein = partner("rhein")
    types = [event["type"] for event in feed(rhein)]
    for told in ("sponsor_consent.created", "document.created", "question.created", "question.updated"):
        assert told in types
    (receipt,) = (event for event in feed(rhein) if event["type"] == "download.created")
    assert receipt["data"]["institution"] == str(cast.bank("austral").pk)
    assert "document.revealed" in [event["type"] for event in feed(austral)]
    with acting_as(cast.rolf):
        documents.end_consent(by=cast.rolf, consent=given)
    about = [event for event in feed(austral) if event["object"] == {"type": "document", "id": str(made.pk)}]
    assert [(event["type"], event["data"]) for event in about] == [("object.concealed", None)]
    assert "Wattle model" not in str(feed(austral))
