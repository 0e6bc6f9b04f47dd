"""The sandbox: it says what it is, sends nothing outside, and is as on its first day after a reset."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings, settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.embedded import services
from config.embedded.places import Place
from config.embedded.postgres import Postgres
from config.sandbox.marking import SandboxMiddleware, close, is_closed, reopen
from config.sandbox.nights import next_night
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.cast import Cast
from tests.web import Web

ROOT = settings.BASE_DIR
SAYS = "Sandbox: everything here is fictional and goes each night at 03:00 UTC"


class Elsewhere:
    """A data folder with services of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        others = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "ORE_DATA", "ORE_DEMO")
        environment = {name: value for name, value in os.environ.items() if name not in others}
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False,
            env=environment | {"ORE_DATA": str(self.data), "ORE_HTTPS": "0"} | more,
        )  # fmt: skip

    def done(self, statement: str) -> None:
        with psycopg.connect(Postgres(self.data).url("owner"), autocommit=True) as there:
            there.execute(statement)

    def asked(self, question: str) -> Any:
        with psycopg.connect(Postgres(self.data).url("owner"), autocommit=True) as there:
            return there.execute(question).fetchone()


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    data = tmp_path_factory.mktemp("sandbox")
    for folder in (data, *data.parents[:2]):
        folder.chmod(0o711)
    services.up(data, durable=False)
    yield Elsewhere(data)
    services.down(data)
    shutil.rmtree(Place(data).home, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_reset_leaves_the_fictional_network_and_nothing_else(elsewhere: Elsewhere) -> None:
    sandbox = {"ORE_ENV": "sandbox"}
    # What calls itself no sandbox is not touched, whatever is in it.
    refused = elsewhere.run("manage.py", "reset_sandbox")
    assert refused.returncode == 1
    assert "This is no sandbox" in refused.stderr
    # Nor is what is of something else, in a database that was named by mistake.
    elsewhere.done("CREATE TABLE ledger AS SELECT 1 AS amount")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert (refused.returncode, "The table ledger" in refused.stderr) == (1, True)
    assert elsewhere.asked("SELECT amount FROM ledger") == (1,)
    elsewhere.done("DROP TABLE ledger")
    made = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert made.returncode == 0, made.stderr
    first = elsewhere.asked("SELECT count(*) FROM deals_deal")
    assert first[0] > 50
    # Somebody tries things out, as everybody there does: a fictional colleague, a deal that is renamed.
    elsewhere.asked("UPDATE deals_deal SET name = 'Tried out' RETURNING 1")
    assert elsewhere.run("manage.py", "reset_sandbox", **sandbox).returncode == 0
    assert elsewhere.asked("SELECT count(*) FROM deals_deal") == first
    assert elsewhere.asked("SELECT count(*) FROM deals_deal WHERE name = 'Tried out'") == (0,)
    # Walls stand, and the log begins with the first day.
    assert elsewhere.run("manage.py", "restore", "--check", **sandbox).returncode == 0
    # Once somebody real is in it, it is nobody's sandbox any more.
    elsewhere.asked("UPDATE institutions_staff SET demo = false WHERE email LIKE 'o%' RETURNING 1")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert refused.returncode == 1
    assert "of no fictional person" in refused.stderr
    assert elsewhere.asked("SELECT count(*) FROM deals_deal") == first
    # Nor where it has no accounts, and rows that somebody owns: one into which only published deals were loaded.
    elsewhere.done("TRUNCATE institutions_staff CASCADE")
    refused = elsewhere.run("manage.py", "reset_sandbox", **sandbox)
    assert (refused.returncode, "institutions have rows in it" in refused.stderr) == (1, True)


def test_its_settings_send_no_mail_outside(tmp_path: Path) -> None:
    asks = "from django.conf import settings as s; print(s.EMAIL_BACKEND, s.SECOND_FACTOR_FORCED, s.MIDDLEWARE[0])"
    named = {"EMAIL_HOST": "mail.bank.example", "ORE_SECRET_DJANGO": "x" * 50, "ORE_SECRET_SEAL": "y" * 50}
    elsewhere = Elsewhere(tmp_path)
    code = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {asks}"
    real = elsewhere.run("-c", code, **named).stdout.split()
    sandbox = elsewhere.run("-c", code, **named, ORE_ENV="sandbox").stdout.split()
    assert real[:2] == ["django.core.mail.backends.smtp.EmailBackend", "True"]
    assert sandbox == ["network.digests.capture.EmlBackend", "False", "config.sandbox.marking.SandboxMiddleware"]
    wrong = elsewhere.run("-c", code, **named, ORE_ENV="sandpit")
    assert "ORE_ENV is 'sandpit'" in wrong.stderr


@pytest.fixture
def sandbox(settings: LazySettings) -> Iterator[None]:
    settings.SANDBOX, settings.ENVIRONMENT = True, "sandbox"
    settings.MIDDLEWARE = [f"{SandboxMiddleware.__module__}.SandboxMiddleware", *settings.MIDDLEWARE]
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
