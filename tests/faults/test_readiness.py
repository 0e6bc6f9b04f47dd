"""Whether a process lives and can serve: each fault by its own word, and what only degrades by another."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from config.embedded import addresses
from config.embedded.postgres import Postgres
from tests.cast import Cast
from tests.services import DATA


def asked(path: str = "/readyz") -> tuple[int, dict[str, Any]]:
    answer = Client().get(path)
    return answer.status_code, answer.json()


@pytest.fixture
def owner(committed_cast: Cast) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as found:
        yield found


def test_a_sound_process_is_ready(committed_cast: Cast) -> None:
    code, said = asked()
    assert (code, said["state"]) == (200, "ready")
    assert set(said.values()) == {"ready", "ok"}
    assert asked("/livez") == (200, {"state": "live"})
    # It is the same for everybody, and nobody posts to it.
    assert Client().post("/readyz").status_code == 405


def test_without_its_database_it_lives_and_is_not_ready(committed_cast: Cast) -> None:
    postgres = Postgres(DATA, durable=False)
    connections.close_all()
    postgres.stop()
    try:
        assert asked() == (503, {"state": "not ready", "database": "down"})
        assert asked("/livez")[0] == 200
    finally:
        connections.close_all()
        postgres.start()
    assert asked()[0] == 200


def test_a_schema_that_is_older_than_the_code_is_not_served(owner: psycopg.Connection[Any]) -> None:
    owner.execute("DELETE FROM django_migrations WHERE app = 'deals' AND name LIKE '0030%'")
    code, said = asked()
    assert (code, said["state"], said["migrations"]) == (503, "not ready", "behind")
    # One that is ahead is the next release's.
    owner.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('deals', '0030_rates_say_when_they_came', now())"
    )
    owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('deals', '9999_of_tomorrow', now())")
    assert asked()[0] == 200


def test_walls_that_do_not_stand_are_not_served_behind(owner: psycopg.Connection[Any]) -> None:
    owner.execute("ALTER TABLE deals_size NO FORCE ROW LEVEL SECURITY")
    code, said = asked()
    assert (code, said["walls"]) == (503, "open")


def test_without_the_broker_it_is_degraded_and_serves(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "broker_client_url", lambda: "redis://127.0.0.1:1/0")
    code, said = asked()
    assert (code, said["state"], said["broker"]) == (200, "degraded", "down")


def test_a_log_that_is_sealed_late_is_told(owner: psycopg.Connection[Any]) -> None:
    late = timezone.now() - timedelta(hours=4)
    owner.execute("INSERT INTO institutions_seal (number, sealed_at, block, root) VALUES (0, %s, 'x', 'x')", [late])
    code, said = asked()
    assert (code, said["state"], said["seal"]) == (200, "degraded", "late")
