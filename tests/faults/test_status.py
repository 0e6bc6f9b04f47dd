"""/status: for everybody, also while what it tells of is away."""

import json

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client

from config.embedded.broker import Broker
from config.embedded.postgres import Postgres
from tests.cast import Cast
from tests.services import DATA
from tests.web import Web


def asked() -> dict[str, object]:
    answer = Client().get("/status", headers={"accept": "application/json"}, secure=True)
    assert answer.status_code == 200
    found: dict[str, object] = json.loads(answer.content)
    return found


def test_it_is_a_page_for_people_and_json_for_machines(committed_cast: Cast) -> None:
    page = Web(None).get("/status")
    assert "Everything works." in page.seen
    said = asked()
    assert said["state"] == "ready"
    assert said["parts"] == {"registry": "ok", "telling": "ok", "log": "ok"}
    assert (said["environment"], said["next_reset_at"]) == ("production", None)
    assert Client().get("/status", secure=True).headers["Cache-Control"] == "no-store"
    assert Client().post("/status", secure=True).status_code == 405


def test_it_is_the_same_for_everybody(committed_cast: Cast) -> None:
    pages = {Web(who).get("/status").seen.split("As of")[0] for who in (None, committed_cast.ada, committed_cast.dora)}
    assert len(pages) == 1


def test_what_whoever_runs_it_has_to_say_is_said_as_text(committed_cast: Cast, settings: LazySettings) -> None:
    settings.STATUS_NOTICE = "Away on <b>Saturday</b> from 06:00 UTC"
    assert "Away on &lt;b&gt;Saturday" in Web(None).get("/status").text
    assert asked()["notice"] == settings.STATUS_NOTICE


@pytest.mark.slow
def test_it_answers_without_its_database(committed_cast: Cast) -> None:
    postgres = Postgres(DATA, durable=False)
    connections.close_all()
    postgres.stop()
    try:
        assert asked()["state"] == "not ready"
        page = Client().get("/status", secure=True)
        assert (page.status_code, b"Nothing that was confirmed is lost" in page.content) == (200, True)
    finally:
        connections.close_all()
        postgres.start()
    assert asked()["state"] == "ready"


@pytest.mark.slow
def test_without_the_broker_mail_waits(committed_cast: Cast) -> None:
    broker = Broker(DATA)
    broker.stop()
    try:
        said = asked()
        assert (said["state"], said["parts"]) == ("degraded", {"registry": "ok", "telling": "waits", "log": "ok"})
    finally:
        broker.start()
    assert asked()["state"] == "ready"
