"""A feed that waits for news, tells chosen types, and a snapshot to begin with."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.request import Request

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Client, Staff
from network.api import events
from tests.acts import letter
from tests.api import Answer, System, system_of
from tests.cast import Cast

pytestmark = pytest.mark.slow


def now(system: System) -> str:
    cursor: str = system.get("events?limit=500").body["next_cursor"]
    return cursor


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a request that waits has looked and found nothing."""
    found_nothing, pause = threading.Event(), events._pause

    def told(request: Request, wait: int) -> float:
        if wait:
            found_nothing.set()
        return pause(request, wait)

    monkeypatch.setattr(events, "_pause", told)
    return found_nothing


def waited(system: System, address: str, waits: threading.Event, act: Callable[[], object]) -> Answer:
    """The answer, where that is done meanwhile."""

    def run() -> None:
        try:
            assert waits.wait(20)
            act()
        finally:
            connection.close()

    meanwhile = threading.Thread(target=run)
    meanwhile.start()
    try:
        return system.get(address)
    finally:
        meanwhile.join()


def test_news_ends_the_waiting(committed_cast: Cast, waits: threading.Event) -> None:
    austral = system_of("austral")
    start = now(austral)
    began = time.monotonic()
    told = waited(
        austral,
        f"events?wait=25&after={start}",
        waits,
        lambda: letter(committed_cast, Level.LEAD, by="rolf", approver="rita"),
    )
    assert [event["type"] for event in told.body["results"]]
    assert time.monotonic() - began < 20


def test_who_loses_its_right_while_it_waits_is_told_nothing(committed_cast: Cast, waits: threading.Event) -> None:
    austral = system_of("austral")
    start = now(austral)

    def revoke() -> None:
        with acting_as(None):
            Client.objects.filter(institution=committed_cast.bank("austral")).update(is_active=False)

    assert waited(austral, f"events?wait=25&after={start}", waits, revoke).status == 401


def test_without_news_it_answers_when_it_has_waited(committed_cast: Cast) -> None:
    austral = system_of("austral")
    began = time.monotonic()
    told = austral.get(f"events?wait=1&after={now(austral)}")
    assert (told.status, told.body["results"]) == (200, [])
    assert time.monotonic() - began >= 1


def test_chosen_types_alone_are_told_and_whatever_must_be_purged(committed_cast: Cast) -> None:
    austral, rhein = system_of("austral"), system_of("rhein")
    start = now(austral)
    made = letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
    path = f"commitments/{made.pk}"
    assert rhein.patch(path, {"reference": "R-1"}, rhein.get(path).body["version"]).status == 200
    told = austral.get(f"events?type=commitment.updated&after={start}").body["results"]
    assert {event["type"] for event in told} == {"commitment.updated"}
    assert rhein.patch(path, {"level": "own"}, rhein.get(path).body["version"]).status == 200
    told = austral.get(f"events?type=deal.created&after={start}").body["results"]
    assert [(event["type"], event["object"]["id"]) for event in told] == [("object.concealed", str(made.pk))]


@pytest.mark.parametrize(
    ("query", "pointer"), [("wait=26", "/wait"), ("wait=-1", "/wait"), ("type=", "/type"), ("type=a.b", "/type")]
)
def test_what_cannot_be_asked_is_refused(cast: Cast, query: str, pointer: str) -> None:
    refused = system_of("austral").get(f"events?{query}")
    assert (refused.status, list(refused.codes)) == (400, [pointer])


def test_a_snapshot_has_one_kind_where_one_is_asked_for(committed_cast: Cast) -> None:
    lines = system_of("austral").get("snapshot?type=deal").raw.splitlines()
    assert len(lines) == 3
    refused = system_of("austral").get("snapshot?type=ounce")
    assert (refused.status, list(refused.codes)) == (400, ["/type"])


def test_a_snapshot_says_so_where_nobody_answers_for_its_reader_any_more(cast: Cast) -> None:
    rhein = system_of("rhein", "registry:read", "rolf@rhein.example")
    answer: Any = rhein.http.get("/api/v1/snapshot", headers={"Authorization": f"Bearer {rhein.token}"}, secure=True)
    lines = iter(answer.streaming_content)
    next(lines)
    with acting_as(None):
        Staff.objects.filter(email="rolf@rhein.example").update(is_active=False)
    assert [json.loads(line)["type"] for line in lines] == ["error"]
