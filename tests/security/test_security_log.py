"""Who came in and who did not, what was refused and what failed: each a line with when, in which request and who."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import LazySettings
from django.db import OperationalError
from django.test import Client

from config.log_lines import JsonLine
from config.settings.api import rate_limit
from config.settings.logs import LOGGING
from config.urls import urlpatterns
from institutions.asked import OPENING
from institutions.isolation.session import acting_as
from institutions.services.clients import issue_client
from institutions.services.welcome import choose_password, token_for
from tests.api import System, ask_token, person_of, system_of
from tests.cast import PASSWORD, Cast
from tests.institutions.test_guessing import code_of
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")
ROW = "what a row holds"


class Log(logging.Handler):
    """What would stand on standard error."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonLine())
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def lines(self, source: str = "") -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.written) if line["from"].startswith(source)]

    def said(self, source: str = "orebook.log_in") -> list[str]:
        return [line["message"] for line in self.lines(source)]


@pytest.fixture
def log() -> Iterator[Log]:
    root, made = logging.getLogger(), Log()
    before = root.level
    root.setLevel(logging.INFO)
    root.addHandler(made)
    yield made
    root.removeHandler(made)
    root.setLevel(before)


def enter(password: str = PASSWORD, login: str = "ada@austral.example") -> Client:
    http = Client()
    http.post("/accounts/login/", {"login": login, "password": password}, secure=True, REMOTE_ADDR="203.0.113.9")
    return http


def test_a_log_in_is_a_line_with_the_ways_that_were_used(cast: Cast, log: Log) -> None:
    secret = generate_totp_secret()
    TOTP.activate(cast.ada, secret)
    http = enter()
    assert log.said() == []
    http.post("/accounts/2fa/authenticate/", {"code": "000000"}, secure=True)
    http.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}, secure=True)
    http.post("/accounts/logout/", secure=True)
    assert log.said() == [
        "wrong second factor",
        f"person:{cast.ada.pk} logged in by password and totp",
        f"person:{cast.ada.pk} logged out",
    ]
    assert secret not in str(log.written)


def test_each_wrong_password_is_a_line_that_names_no_address_of_mail(cast: Cast, log: Log) -> None:
    for _ in range(6):
        enter("canary of a password")
    enter("canary of a password", login="nobody@nowhere.example")
    said = log.said()
    assert len({line for line in said if line.startswith("wrong password for account ")}) == 2
    assert said[5] == "stopped: too many failed attempts to log in"
    assert all(" from 203.0.113.9" in line for line in said if line.startswith("wrong"))
    for secret in ("canary", "ada@", "nobody@"):
        assert secret not in str(log.written)


def test_a_system_that_is_given_a_token_and_one_that_is_not_are_lines(cast: Cast, log: Log) -> None:
    issued = issue_client(institution="hanok", scopes=["registry:read"])
    token = ask_token(issued.client.client_id, issued.secret).body["access_token"]
    ask_token(issued.client.client_id, "canary of a secret")
    ask_token("canary of a name", "x")
    assert log.said("orebook.tokens") == [
        f"client:{issued.client.pk} was given a token for registry:read",
        f"client secret refused: client:{issued.client.pk}",
        "client secret refused: no client of that name",
    ]
    for secret in (token, issued.secret, "canary"):
        assert secret not in str(log.written)


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("POST", "approvals/6b3d3f6c-6f43-4c3e-8a39-0f6f3c1b0a11/confirm", 403, "Forbidden: /api/v1/approvals/"),
        ("GET", "deals/6b3d3f6c-6f43-4c3e-8a39-0f6f3c1b0a11", 404, "Not Found: /api/v1/deals/"),
        ("POST", "deals", 422, "Unprocessable"),
    ],
)
def test_what_is_refused_is_a_line_that_says_who_asked_and_in_which_request(
    cast: Cast, log: Log, method: str, path: str, status: int, says: str
) -> None:
    system = system_of("hanok", "registry:read deals:write")
    answer = system.send(method, path, {"canary": "of a body"})
    assert answer.status == status
    [line] = log.lines("django.request")
    assert line["message"].startswith(says)
    assert line["by"].startswith("client:")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "canary" not in str(log.written)


def test_a_person_who_is_refused_is_named_by_id(cast: Cast, log: Log) -> None:
    assert person_of("mina@hanok.example").post("deals", {}).status in (403, 422)
    assert Web(cast.mina).get("people").status == 404
    assert [line["by"] for line in log.lines("django.request")] == [f"person:{cast.mina.pk}"] * 2


def test_who_asks_too_much_is_a_line(cast: Cast, log: Log, settings: LazySettings) -> None:

    settings.RATE_LIMIT = rate_limit("1/minute")
    system = system_of("hanok")
    assert [system.get("deals").status for _ in range(2)] == [200, 429]
    assert "Too Many Requests: /api/v1/deals" in log.said("django.request")


def test_who_asked_is_forgotten_with_its_request(cast: Cast, log: Log) -> None:
    system_of("hanok").get("deals/x")
    System().get("deals/x")
    assert ["by" in line for line in log.lines("django.request")] == [True, False]


def test_every_line_has_its_time_in_utc_its_source_and_its_request(cast: Cast, log: Log) -> None:
    enter()
    System().get("deals")
    assert len(log.lines()) >= 2
    for line in log.lines():
        assert datetime.fromisoformat(line["time"]).utcoffset() == timedelta()
        assert {"level", "from", "message", "request"} <= line.keys()


def test_no_line_break_of_a_client_begins_a_line(cast: Cast, log: Log) -> None:
    http = Client(raise_request_exception=False)
    http.get('/api/v1/x%0a{"level":"INFO","message":"forged"}', secure=True, headers={"X-Request-ID": "a\nb"})
    http.get("/admin/%0d%0aforged", secure=True)
    enter(login="a@b.example\nforged")
    logging.getLogger("orebook.x").warning("a %s", "line\nand\r\u2028another")
    assert len(log.written) >= 3
    assert all(len(line.splitlines()) == 1 for line in log.written)
    assert all(isinstance(json.loads(line), dict) for line in log.written)


def test_a_link_that_opens_something_stands_in_no_line(cast: Cast, log: Log) -> None:
    with acting_as(None):
        token = token_for(cast.mina)
        choose_password(cast.mina, "seven rivers under one bridge")
    assert Client().get(f"/accounts/welcome/{token}/", secure=True).status_code == 404
    assert Client().get(f"/mail/stop/{token}/", secure=True).status_code == 404
    assert len(log.lines("django.request")) == 2
    assert token not in str(log.written)


@pytest.mark.parametrize("after", ["", ".", "/x", "/)."])
@pytest.mark.parametrize("method", ["TRACE", "DELETE", "POST", "GET"])
def test_nor_where_it_was_refused_before_anybody_looked_whose_page_it_is(
    cast: Cast, log: Log, method: str, after: str
) -> None:
    with acting_as(None):
        token = token_for(cast.mina)
    http = Client(enforce_csrf_checks=True)
    for way in ("accounts/welcome", "mail/stop"):
        http.generic(method, f"/{way}/{token}{after or '/'}", secure=True)
    assert token not in str(log.written)


def test_every_page_whose_address_opens_something_is_known_to_the_log() -> None:
    opening = {f"/{each.pattern}".partition("<")[0] for each in urlpatterns if "token>" in str(each.pattern)}
    assert opening == set(OPENING)


def test_what_fails_here_is_a_line_with_its_places_and_a_word_for_who_asked(
    cast: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ValueError(ROW)

    monkeypatch.setattr("institutions.api.conventions.resources.whole_page_of", breaks)
    answer = system_of("hanok").get("deals")
    assert (answer.status, answer.body["type"]) == (500, "urn:orebook:problem:internal")
    assert any(line["level"] == "ERROR" and "ValueError" in line["message"] for line in log.lines())
    assert ROW not in str(log.written) + answer.raw.decode()


def test_a_database_that_goes_away_lets_nobody_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise OperationalError

    http = Web(cast.ada).http
    monkeypatch.setattr("institutions.session_ends._end_if_old", gone)
    assert http.get("/admin/", secure=True).status_code == 503


def test_lines_go_to_standard_error_and_nowhere_else() -> None:
    assert list(LOGGING["handlers"]) == ["stderr"]
    assert LOGGING["root"]["handlers"] == ["stderr"]
    assert [each["handlers"] for each in LOGGING["loggers"].values()] == [[], []]
