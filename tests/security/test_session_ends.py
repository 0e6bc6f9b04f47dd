"""A session begins anew with each log-in, and ends: unused, by its age, by logging out, with the account."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import LazySettings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from institutions import session_ends
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import PASSWORD, Cast
from tests.institutions.test_guessing import code_of
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]
LOGIN = "/accounts/login/"


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = time.time()
        monkeypatch.setattr("institutions.session_ends.time.time", lambda: self.at)

    def goes(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def is_in(http: Client) -> bool:
    return http.get("/admin/", secure=True).status_code == 200


def enter() -> Client:
    http = Client()
    answer = http.post(LOGIN, {"login": "ada@austral.example", "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    return http


def test_a_session_that_is_not_used_for_an_hour_ends(cast: Cast, clock: Clock) -> None:
    http = enter()
    clock.goes(3_599)
    assert is_in(http)
    clock.goes(3_599)
    assert is_in(http)
    clock.goes(3_601)
    assert not is_in(http)
    # Also at the other door, and for good.
    assert http.get("/api/v1/deals", secure=True).status_code == 401
    clock.goes(-3_601)
    assert not is_in(http)


def test_a_session_ends_twelve_hours_after_the_log_in_however_it_is_used(cast: Cast, clock: Clock) -> None:
    http = enter()
    for _ in range(23):
        clock.goes(1_800)
        assert is_in(http)
    clock.goes(1_801)
    assert not is_in(http)


def test_a_session_of_which_nobody_knows_when_it_began_is_too_old(cast: Cast) -> None:
    http = enter()
    session = SessionStore(http.cookies["__Host-sessionid"].value)
    del session[session_ends.BEGAN]
    session.save()
    assert not is_in(http)


def test_that_it_is_used_is_not_written_down_with_each_page(cast: Cast, clock: Clock) -> None:
    web = Web(cast.ada)
    first = web.get("/admin/deals/deal/").queries
    assert web.get("/admin/deals/deal/").queries == first
    clock.goes(session_ends.NOTED_EACH)
    assert web.get("/admin/deals/deal/").queries > first


def test_a_log_in_makes_a_new_session_and_ends_the_one_of_before(cast: Cast) -> None:
    """What somebody put into a browser beforehand opens nothing."""
    http = Client()
    http.get(LOGIN, {"next": "/admin/"}, secure=True)
    planted = SessionStore()
    planted["x"] = 1
    planted.create()
    http.cookies["__Host-sessionid"] = str(planted.session_key)
    http.post(LOGIN, {"login": "ada@austral.example", "password": PASSWORD}, secure=True)
    mine = http.cookies["__Host-sessionid"].value
    assert mine != planted.session_key
    assert not SessionStore().exists(str(planted.session_key))
    http.post("/accounts/reauthenticate/", {"password": PASSWORD}, secure=True)
    assert is_in(http)


@pytest.mark.parametrize("way", ["password", "code"])
def test_who_is_asked_again_goes_on_under_a_new_id_and_the_one_of_before_opens_nothing(cast: Cast, way: str) -> None:
    http, kept, other = enter(), Client(), enter()
    before = kept.cookies["__Host-sessionid"] = http.cookies["__Host-sessionid"].value
    assert is_in(http)
    assert is_in(kept)
    if way == "password":
        answer = http.post("/accounts/reauthenticate/", {"password": PASSWORD}, secure=True)
    else:
        secret = str(generate_totp_secret())
        TOTP.activate(cast.ada, secret)
        answer = http.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret)}, secure=True)
    assert answer.status_code == 302
    assert http.cookies["__Host-sessionid"].value != before
    assert is_in(http)
    assert is_in(other)
    assert not is_in(kept)
    # It is the same session in the list of one's own, and the other one ends by it and not this.
    page = http.get("/accounts/sessions/", secure=True)
    ids = {each.cookies["__Host-sessionid"].value for each in (http, other)}
    assert {session.session_key for session in page.context["sessions"]} == ids
    http.post("/accounts/sessions/", secure=True)
    assert is_in(http)
    assert not is_in(other)


def test_a_wrong_password_renews_nothing(cast: Cast) -> None:
    http = enter()
    before = http.cookies["__Host-sessionid"].value
    http.post("/accounts/reauthenticate/", {"password": "another one"}, secure=True)
    assert http.cookies["__Host-sessionid"].value == before
    assert is_in(http)


def test_a_session_is_known_to_the_server_alone_by_128_bits(cast: Cast, settings: LazySettings) -> None:
    keys = {enter().cookies["__Host-sessionid"].value for _ in range(20)}
    assert len(keys) == 20
    # 32 signs of 36: 165 bits.
    assert {len(key) for key in keys} == {32}
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"
    forged = Client()
    forged.cookies["__Host-sessionid"] = "a" * 32
    assert not is_in(forged)


def test_what_was_ended_comes_back_by_no_cookie_that_was_kept(cast: Cast) -> None:
    http, kept = enter(), Client()
    kept.cookies["__Host-sessionid"] = http.cookies["__Host-sessionid"].value
    assert is_in(kept)
    http.post("/accounts/logout/", secure=True)
    assert not is_in(kept)


def test_every_page_of_the_admin_has_the_way_out(cast: Cast) -> None:
    web = Web(cast.ada)
    for page in ("/admin/", "/admin/deals/deal/", "/admin/pipeline/", f"/admin/deals/deal/{cast.deal.pk}/change/"):
        assert 'action="/admin/logout/"' in web.get(page).text, page


def test_others_sessions_are_ended_once_the_password_was_asked_again(cast: Cast) -> None:
    here, there = enter(), enter()
    assert here.get("/accounts/sessions/", secure=True).status_code == 200
    answer = here.post("/accounts/sessions/", secure=True)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert is_in(there)
    here.post("/accounts/reauthenticate/", {"password": PASSWORD}, secure=True)
    here.post("/accounts/sessions/", secure=True)
    assert is_in(here)
    assert not is_in(there)


def test_an_admin_ends_the_sessions_of_a_colleague_and_of_nobody_elses(cast: Cast) -> None:
    with acting_as(None):
        admin = Staff.objects.create_user(
            "ann@austral.example", PASSWORD, institution=cast.bank("austral"), role="institution_admin", name="Ann"
        )
    http, rolf = enter(), Client()
    rolf.post(LOGIN, {"login": "rolf@rhein.example", "password": PASSWORD}, secure=True)
    web = Web(admin)
    assert web.http.post(f"/admin/people/{cast.rolf.pk}/sessions/", secure=True).status_code == 404
    assert is_in(http)
    assert is_in(rolf)
    assert web.http.post(f"/admin/people/{cast.ada.pk}/sessions/", secure=True).status_code == 302
    assert not is_in(http)
    assert is_in(rolf)


def test_nobody_is_logged_in_without_having_done_so(cast: Cast) -> None:
    """Coming to a page, or back from an institution's sign-in that nobody began, makes no session."""
    http = Client()
    for page in ("/", "/admin/", LOGIN, "/api/v1/deals", "/accounts/oidc/hanok/login/callback/?code=c&state=s"):
        http.get(page, secure=True)
    assert SESSION_KEY not in http.session
