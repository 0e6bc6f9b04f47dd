"""PostgreSQL away: a clear 503, and back without anybody restarting anything."""

from django.db import connections
from django.test import Client

from config.embedded.postgres import Postgres
from tests.cast import PASSWORD, Cast
from tests.services import DATA


def test_while_the_database_is_down_every_door_says_so_and_then_opens_again(committed_cast: Cast) -> None:
    postgres = Postgres(DATA, durable=False)
    browser = Client()
    assert browser.login(email=committed_cast.ada.email, password=PASSWORD)
    connections.close_all()
    postgres.stop()
    try:
        for path in ("/admin/", "/api/v1/deals", "/oauth/token"):
            answer = browser.get(path, secure=True)
            assert (answer.status_code, answer["Retry-After"]) == (503, "5"), path
        assert browser.get("/api/v1/deals", secure=True)["Content-Type"] == "application/problem+json"
        health = browser.get("/health/", secure=True)
        assert (health.status_code, health.json()["database"]) == (503, "down")
    finally:
        connections.close_all()
        postgres.start()
    assert browser.get("/health/", secure=True).json()["database"] == "ok"
    # The session is read again; the demo's setting is off here, so that a second factor is asked for.
    assert browser.get("/admin/", secure=True)["Location"] == "/accounts/2fa/totp/activate/"
