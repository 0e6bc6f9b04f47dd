"""The book status and teasers over REST."""

from datetime import date, timedelta

import pytest

from tests.api import APPROVES, WRITES, System, system_of
from tests.cast import Cast
from tests.deals.book import firm, let_in, publish

LEADS = f"{WRITES} deals:write"
MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def lead(cast: Cast) -> System:
    return system_of("austral", LEADS, responsible="ada@austral.example")


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein", LEADS, responsible="rolf@rhein.example")


@pytest.fixture
def maple(cast: Cast) -> System:
    return system_of("maple", LEADS, responsible="marc@maple.example")


def test_a_party_reads_its_own_line_and_the_lead_all(cast: Cast, lead: System, rhein: System, maple: System) -> None:
    let_in(cast, "maple")
    for bank, money in (("hanok", "100000000"), ("sakura", "60000000"), ("maple", "50000000")):
        firm(cast, bank, money)
    at = f"deals/{cast.deal.pk}/book-status"
    published = lead.post(at, {"step": 20})
    assert published.status == 201, published.raw
    assert len(published.body["lines"]) == 3
    [line] = rhein.get(at).body["lines"]
    assert (line["others_cover"], line["withheld"], line["step"], line["as_of"]) == (40, False, 20, str(date.today()))
    [withheld] = maple.get(at).body["lines"]
    assert (withheld["others_cover"], withheld["withheld"], withheld["as_of"]) == (None, True, None)
    assert rhein.all("book-lines") == [line]
    assert rhein.get(f"book-lines/{line['id']}").body == line
    assert rhein.get(f"book-lines/{withheld['id']}").status == 404
    assert lead.post(at, {"step": 10}).body["type"].endswith("step_stands")


def test_the_feed_tells_a_party_its_own_line_and_no_figure_where_it_is_withheld(committed_cast: Cast) -> None:
    cast = committed_cast
    firm(cast, "hanok", "123000000")
    publish(cast)
    system = system_of("rhein", LEADS, responsible="rolf@rhein.example")
    events = system.get("events?limit=500").body["results"]
    [told] = [event for event in events if event["type"].startswith("book")]
    assert (told["type"], told["data"]["others_cover"], told["data"]["withheld"]) == ("book_line.created", None, True)
    assert told["data"]["institution"] == str(cast.bank("rhein").pk)
    assert "123000000" not in str(events)


def test_who_is_not_the_registrar_publishes_nothing(cast: Cast, rhein: System, maple: System) -> None:
    assert rhein.post(f"deals/{cast.deal.pk}/book-status", {}).status == 403
    hidden = maple.post(f"deals/{cast.deal.pk}/book-status", {})
    missing = maple.post(f"deals/{MISSING}/book-status", {})
    assert (hidden.status, missing.status) == (404, 404)
    assert hidden.body | {"request_id": ""} == missing.body | {"request_id": ""}
    assert maple.get(f"deals/{cast.deal.pk}/book-status").status == 404


def test_a_teaser_is_released_read_answered_and_ended(cast: Cast, lead: System, rhein: System, maple: System) -> None:
    soon = str(date.today() + timedelta(days=30))
    body = {"to": str(cast.bank("maple").pk), "until": soon, "reply_to": "Ada", "tell_target": True,
            "facts": {"place": "Australia", "instruments": ["senior_loan"]}}  # fmt: skip
    made = lead.post(f"deals/{cast.deal.pk}/teasers", body)
    assert made.status == 201, made.raw
    assert maple.all("teasers") == []
    approver = system_of("austral", APPROVES, responsible="abe@austral.example")
    assert approver.post(f"approvals/{made.body['pending_approval']['id']}/confirm").status == 200
    [told] = maple.all("teasers")
    assert (told["code_name"], told["deal"], told["target"]["amount"]) == ("Blue Gum", None, "500000000.00")
    assert str(cast.deal.pk) not in str(told)
    at = f"teasers/{told['id']}"
    assert maple.post(f"{at}/replies", {"answer": "interested", "note": "Call us"}).status == 201
    assert rhein.get(at).status == 404
    assert rhein.post(f"{at}/replies", {"answer": "interested"}).status == 404
    owned = lead.get(at).body
    assert [(reply["answer"], reply["note"]) for reply in owned["replies"]] == [("interested", "Call us")]
    assert owned["deal"] == str(cast.deal.pk)
    assert maple.post(f"{at}/end", If_Match=f'"{maple.get(at).body["version"]}"').status == 403
    ended = lead.post(f"{at}/end", If_Match=f'"{owned["version"]}"')
    assert ended.status == 200, ended.raw
    assert maple.get(at).status == 404
    assert maple.all("teasers") == []
