"""The feed: nothing missed, nothing hidden told, and what went out of sight named by its id alone."""

import os
import uuid
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter, widen
from tests.api import Answer, System, person_of, system_of
from tests.deals.test_api_disclosure import SEES_FROM, SYSTEMS_SEE_FROM

pytestmark = pytest.mark.slow


def feed(system: System, after: str = "", limit: int = 500) -> Answer:
    answer = system.get(f"events?limit={limit}&after={after}")
    assert answer.status == 200, answer.raw
    return answer


def now(system: System) -> str:
    """The cursor behind everything that is there."""
    cursor: str = feed(system).body["next_cursor"]
    return cursor


def about(answer: Answer, key: uuid.UUID) -> list[dict[str, Any]]:
    return [event for event in answer.body["results"] if event["object"]["id"] == str(key)]


@pytest.mark.slow
@pytest.mark.parametrize("level", list(Level))
def test_a_letter_is_told_as_far_as_it_was_disclosed(committed_cast, level):
    made = letter(committed_cast, level, by="rolf", approver="rita")
    askers = [(who, person_of(who), first) for who, first in SEES_FROM.items()]
    askers += [(bank, system_of(bank, "registry:read"), first) for bank, first in SYSTEMS_SEE_FROM.items()]
    for who, asker, first in askers:
        answer = feed(asker)
        assert bool(about(answer, made.pk)) is (level.rank >= first.rank), who
        if level.rank < first.rank:
            assert str(made.pk).encode() not in answer.raw, who
            assert b"150000000" not in answer.raw, who


def test_what_is_told_is_the_object_as_its_reader_sees_it_now(committed_cast):
    austral = system_of("austral")
    start = now(austral)
    made = letter(committed_cast, Level.LEAD, by="rolf", approver="rita", size_level=Level.OWN)
    told = about(feed(austral, start), made.pk)
    assert [event["type"] for event in told] == ["commitment.revealed"]
    assert told[0]["data"] == austral.get(f"commitments/{made.pk}").body
    assert told[0]["data"]["size"] is None
    assert told[0]["institution"] == str(committed_cast.bank("rhein").pk)
    assert told[0]["time"].endswith("Z")


def test_a_size_is_told_as_a_change_of_its_commitment(committed_cast):
    austral, rhein = system_of("austral"), system_of("rhein")
    made = letter(committed_cast, Level.LEAD, by="rolf", approver="rita", stage="enquiry")
    start = now(austral)
    path = f"commitments/{made.pk}"
    size = {"money": {"amount": "7.00", "currency": "EUR"}}
    assert rhein.patch(path, {"size": size}, rhein.get(path).body["version"]).status == 200
    told = about(feed(austral, start), made.pk)
    assert [event["type"] for event in told] == ["commitment.updated"]
    assert told[0]["data"]["size"]["money"] == size["money"]


def test_a_hidden_change_is_no_event_and_no_empty_one(committed_cast):
    austral, rhein = system_of("austral"), system_of("rhein")
    made = letter(committed_cast, Level.LEAD, by="rolf", approver="rita", size_level=Level.OWN, stage="enquiry")
    start = now(austral)
    path = f"commitments/{made.pk}"
    version = rhein.get(path).body["version"]
    changed = {"size": {"money": {"amount": "7.00", "currency": "EUR"}}, "price": {"fees": "1 %"}}
    assert rhein.patch(path, changed, version).status == 200
    assert feed(austral, start).body["results"] == []


def test_what_comes_into_sight_is_revealed_and_what_goes_is_concealed(committed_cast):
    sakura = system_of("sakura")
    made = letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
    start = now(sakura)
    widen(committed_cast, made, Level.INVITED, by="rolf", approver="rita")
    seen = feed(sakura, start)
    assert {event["type"] for event in about(seen, made.pk)} == {"commitment.revealed", "commitment.updated"}
    assert about(seen, made.pk)[0]["data"]["size"]["money"]["amount"] == "150000000.00"
    with acting_as(committed_cast.rolf):
        made.refresh_from_db()
        set_level(row=made, level=Level.OWN)
    gone = feed(sakura, seen.body["next_cursor"])
    assert [(e["type"], e["object"], e["data"]) for e in about(gone, made.pk)] == [
        ("object.concealed", {"type": "commitment", "id": str(made.pk)}, None)
    ]
    assert b"150000000" not in feed(sakura).raw


def test_pages_hold_every_event_once_and_in_order(committed_cast):
    austral = system_of("austral")
    letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
    whole = feed(austral).body["results"]
    cursor, found = "", []
    while page := feed(austral, cursor, limit=4).body:
        found += page["results"]
        cursor = page["next_cursor"]
        if not page["results"]:
            break
    plain = [{k: v for k, v in event.items() if k != "cursor"} for event in found]
    assert plain == [{k: v for k, v in event.items() if k != "cursor"} for event in whole]
    middle = whole[len(whole) // 2]
    after = feed(austral, middle["cursor"]).body["results"]
    assert [e["object"] for e in after] == [e["object"] for e in whole[len(whole) // 2 + 1 :]]


def test_a_writer_that_holds_its_transaction_open_loses_nothing(committed_cast):
    austral = system_of("austral")
    start = now(austral)
    bank = committed_cast.bank("austral").pk
    with psycopg.connect(os.environ["DATABASE_URL"]) as slow:
        slow.execute("SELECT wall.act('person', %s)", [committed_cast.ada.pk])
        slow.execute("SELECT wall.prepare(NULL, %s, 'own', NULL)", [committed_cast.network.pk])
        early = uuid.uuid4()
        slow.execute(
            "INSERT INTO deals_company (id, owner_id, level, network_id, name, country, lei, register_number, aliases,"
            " is_state, origin, demo)"
            " VALUES (%s, %s, 'own', %s, 'Early Ltd', '', '', '', '{}', false, 'registered', false)",
            [early, bank, committed_cast.network.pk],
        )
        late = letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
        waiting = feed(austral, start)
        # The later one has committed, and is not handed out before the earlier could still appear.
        assert waiting.body["results"] == []
        slow.commit()
    told = feed(austral, waiting.body["next_cursor"]).body["results"]
    assert [event["object"]["id"] for event in told] == [str(early), str(late.pk), str(late.pk)]


@pytest.mark.parametrize("cursor", ["x", "A" * 200, "%C3%A9"])
def test_a_cursor_that_is_none_says_where_to_start(cast, cursor):
    refused = system_of("austral").get(f"events?after={cursor}")
    assert (refused.status, refused.codes) == (400, {"/after": "invalid_cursor"})
    assert "beginning" in refused.body["detail"]


def test_a_cursor_is_its_clients_own(committed_cast):
    cursor = now(system_of("austral"))
    for other in (system_of("austral"), system_of("rhein"), person_of("ada@austral.example")):
        assert other.get(f"events?after={cursor}").status == 400


def test_after_a_restore_older_cursors_are_void(committed_cast):
    austral = system_of("austral")
    cursor = now(austral)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("INSERT INTO institutions_epoch (number, began_at) VALUES (2, now())")
    refused = austral.get(f"events?after={cursor}")
    assert (refused.status, refused.codes) == (410, {"/after": "cursor_void"})


def test_a_page_costs_the_same_however_long_it_is(committed_cast):
    austral = system_of("austral")
    for bank, second in (("rolf", "rita"), ("mina", "joon"), ("rolf", "rita")):
        letter(committed_cast, Level.LEAD, by=bank, approver=second)
    start = now(austral)
    counts = []
    for times in (1, 5):
        for _ in range(times):
            letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
        with CaptureQueriesContext(connection) as queries:
            page = feed(austral, start)
        counts.append(len(queries))
        assert len(page.body["results"]) == 2 * times
        start = page.body["next_cursor"]
    # Identity, token, client, epoch, horizon, events, and one for the one type that the page speaks of.
    assert counts[0] == counts[1]
    assert counts[0] <= 11
