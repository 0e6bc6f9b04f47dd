"""Where one is logged in: each session in a list, and all others ended at once."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def enter(browser: str, address: str) -> Client:
    http = Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
    answer = http.post("/accounts/login/", {"login": "ada@austral.example", "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    return http


def test_every_session_is_listed_and_all_others_are_ended_at_once(cast: Cast) -> None:
    here, there = enter("Office browser", "192.0.2.1"), enter("Stolen laptop", "198.51.100.7")
    page = here.get("/accounts/sessions/", secure=True).content.decode()
    for shown in ("Office browser", "192.0.2.1", "Stolen laptop", "198.51.100.7"):
        assert shown in page
    assert there.get("/admin/", secure=True).status_code == 200
    here.post("/accounts/reauthenticate/", {"password": PASSWORD}, secure=True)
    here.post("/accounts/sessions/", secure=True)
    assert here.get("/admin/", secure=True).status_code == 200
    assert there.get("/admin/", secure=True).status_code == 302
    assert SESSION_KEY not in there.session
    page = here.get("/accounts/sessions/", secure=True).content.decode()
    assert "Stolen laptop" not in page


def test_nobody_sees_anothers_sessions(cast: Cast) -> None:
    enter("Office browser", "192.0.2.1")
    theirs = Client(headers={"User-Agent": "Rival browser"})
    theirs.post("/accounts/login/", {"login": "rolf@rhein.example", "password": PASSWORD}, secure=True)
    assert "Office browser" not in theirs.get("/accounts/sessions/", secure=True).content.decode()
