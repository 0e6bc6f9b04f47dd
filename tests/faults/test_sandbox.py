"""The sandbox: it says what it is, sends nothing outside, and is as on its first day after a reset."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.management.commands import reset_sandbox
from config.sandbox import resetting
from config.sandbox.marking import close, is_closed, reopen
from config.sandbox.nights import next_night
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import Cast
from tests.elsewhere import Elsewhere
from tests.web import Web

ROOT = settings.BASE_DIR
TRIED = """
    INSERT INTO deals_mineral (id, slug, name, symbol, hs_hint, source, confidence)
    VALUES (gen_random_uuid(), 'x', 'x', '', '', '', '') RETURNING slug
"""
MARKING = "config.sandbox.marking.SandboxMiddleware"
SAYS = "Sandbox: everything here is fictional and goes each night at 03:00 UTC"


def asked(elsewhere: Elsewhere, question: str) -> Any:
    with elsewhere.owner() as there:
        return there.execute(question).fetchone()


def done(elsewhere: Elsewhere, statement: str) -> None:
    with elsewhere.owner() as there:
        there.execute(statement)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_reset_leaves_the_fictional_network_and_nothing_else(elsewhere: Elsewhere) -> None:
    sandbox = {"ORE_ENV": "sandbox", "ORE_HTTPS": "0"}
    # What calls itself no sandbox is not touched, whatever is in it.
    refused = elsewhere.run("manage.py", "reset_sandbox")
    assert refused.returncode == 1
    assert "This is no sandbox" in refused.stderr
    # Nor is what is of something else, in a database that was named by mistake.
    done(elsewhere, "CREATE TABLE ledger AS SELECT 1 AS amount")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert (refused.returncode, "The table ledger" in refused.stderr) == (1, True)
    assert asked(elsewhere, "SELECT amount FROM ledger") == (1,)
    done(elsewhere, "DROP TABLE ledger")
    made = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert made.returncode == 0, made.stderr
    first = asked(elsewhere, "SELECT count(*) FROM deals_deal")
    assert first[0] > 50
    assert asked(elsewhere, "SELECT count(*) FROM deals_mineral WHERE slug = 'x'") == (0,)
    # Walls stand, and the log begins with the first day.
    assert elsewhere.run("manage.py", "restore", "--check", **sandbox).returncode == 0
    # Once somebody real is in it, it is nobody's sandbox any more.
    asked(elsewhere, "UPDATE institutions_staff SET demo = false WHERE email LIKE 'o%' RETURNING 1")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert refused.returncode == 1
    assert "of no fictional person" in refused.stderr
    assert asked(elsewhere, "SELECT count(*) FROM deals_deal") == first
    # Nor where it has no accounts, and rows that somebody owns: one into which only published deals were loaded.
    done(elsewhere, "TRUNCATE institutions_staff CASCADE")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert (refused.returncode, "institutions have rows in it" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("empty", "broke_off", "does"),
    [
        (True, False, ["reset", "waits"]),
        (False, True, ["reset", "waits"]),
        (False, False, ["waits"]),
    ],
)  # fmt: skip
def test_what_is_no_whole_sandbox_is_made_one_at_once_and_the_others_wait_for_the_night(
    empty: bool, broke_off: bool, does: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    settings: LazySettings,
) -> None:  # fmt: skip
    class Night(Exception):
        """What is waited for."""

    def waits(*_: object) -> None:
        acts.append("waits")
        raise Night

    acts: list[str] = []
    settings.ORE_DATA = tmp_path
    if broke_off:
        (tmp_path / "reset.under-way").touch()
    monkeypatch.setattr(resetting, "is_empty", lambda _owner: empty)
    monkeypatch.setattr(reset_sandbox, "must_be_a_sandbox", lambda _owner: None)
    monkeypatch.setattr(reset_sandbox, "reset", lambda *_: acts.append("reset"))
    monkeypatch.setattr(reset_sandbox.Command, "_wait", waits)
    with pytest.raises(Night):
        call_command("reset_sandbox", "--each-night", stdout=StringIO())
    assert acts == does


def test_its_settings_send_no_mail_outside(tmp_path: Path) -> None:
    asks = "from django.conf import settings as s; print(s.EMAIL_BACKEND, s.SECOND_FACTOR_FORCED, *s.MIDDLEWARE)"
    named = {"EMAIL_HOST": "mail.bank.example", "ORE_SECRET_DJANGO": "x" * 50, "ORE_SECRET_SEAL": "y" * 50}
    elsewhere = Elsewhere(tmp_path)
    code = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {asks}"
    real = elsewhere.run("-c", code, **named).stdout.split()
    sandbox = elsewhere.run("-c", code, **named, ORE_ENV="sandbox").stdout.split()
    assert real[:2] == ["network.digests.smtp.SmtpBackend", "True"]
    assert sandbox[:2] == ["network.digests.capture.EmlBackend", "False"]
    assert set(sandbox) - set(real) >= {MARKING}
    # Whoever watches it is not forgotten over that.
    watched = elsewhere.run("-c", code, **named, ORE_ENV="sandbox", SENTRY_DSN="http://k@127.0.0.1:1/1").stdout.split()
    assert set(watched) - set(sandbox) == {"config.observing.requests.ObservedMiddleware"}
    wrong = elsewhere.run("-c", code, **named, ORE_ENV="sandpit")
    assert "ORE_ENV is 'sandpit'" in wrong.stderr


@pytest.fixture
def sandbox(settings: LazySettings) -> Iterator[None]:
    settings.SANDBOX, settings.ENVIRONMENT, settings.SANDBOX_IS_RESET = True, "sandbox", True
    within = settings.MIDDLEWARE.index("config.browsers.BrowserMiddleware") + 1
    settings.MIDDLEWARE = [*settings.MIDDLEWARE[:within], MARKING, *settings.MIDDLEWARE[within:]]
    yield
    cache.delete("sandbox-is-reset")


@pytest.mark.usefixtures("second_factor_is_free", "sandbox")
def test_who_is_not_fictional_comes_in_by_no_password_alone(cast: Cast) -> None:
    """As in a real registry that calls itself a sandbox by mistake."""
    door = reverse("mfa_activate_totp")
    assert Web(cast.mina).http.get("/admin/", secure=True).headers["Location"] == door
    with acting_as(None):
        Staff.objects.filter(pk=cast.mina.pk).update(demo=True)
    assert Web(cast.mina).http.get("/admin/", secure=True).status_code == 200


@pytest.mark.usefixtures("second_factor_is_free", "sandbox")
def test_every_page_and_answer_says_what_it_is(cast: Cast) -> None:
    with acting_as(None):
        Staff.objects.filter(pk=cast.mina.pk).update(demo=True)
    assert SAYS in Web(cast.mina).get("index").seen
    assert SAYS in Web(None).get("/accounts/login/").seen
    answer = Client().get("/api/v1/deals", secure=True)
    assert answer.headers["Orebook-Environment"] == "sandbox"


@pytest.mark.usefixtures("second_factor_is_free")
def test_the_real_one_says_nothing_of_the_kind(cast: Cast) -> None:
    assert "Sandbox" not in Web(cast.mina).get("index").seen
    assert "Orebook-Environment" not in Client().get("/api/v1/deals", secure=True).headers


@pytest.mark.usefixtures("sandbox")
def test_while_it_is_reset_it_is_away_and_says_for_how_long(cast: Cast) -> None:
    close()
    for path in ("/api/v1/deals", "/oauth/token", "/accounts/login/"):
        answer = Client().get(path, secure=True)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert b"Come back in a minute" in answer.content
        # As on every other answer.
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert answer.headers["X-Request-ID"]
    assert Client().get("/livez").status_code == 200
    assert Client().get("/status", headers={"accept": "application/json"}, secure=True).json()["parts"]["registry"] == (
        "away"
    )
    reopen()
    assert not is_closed()
    assert Client().get("/accounts/login/", secure=True).status_code == 200


def test_nights_are_counted_in_utc() -> None:
    assert next_night(datetime(2026, 11, 30, 2, 59, tzinfo=UTC)) == datetime(2026, 11, 30, 3, tzinfo=UTC)
    assert next_night(datetime(2026, 11, 30, 3, 0, tzinfo=UTC)) == datetime(2026, 12, 1, 3, tzinfo=UTC)
