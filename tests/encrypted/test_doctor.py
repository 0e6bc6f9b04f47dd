"""The doctor on certificates: whether browsers trust what they are shown, and how long all of them last."""

import time
from pathlib import Path

import pytest

from config.embedded import doctor
from tests.encrypted.front import Front
from tests.encrypted.parts import Within, redis

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_a_certificate_that_is_trusted_is_well_and_its_days_are_told(
    front: Front, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = tmp_path / "trusted.pem"
    trusted.write_bytes(front.authority.text)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.setenv("ORE_PUBLIC_URL", f"https://localhost:{front.https}")
    (finding,) = doctor._https()
    assert (finding.well, finding.says) == (True, "The certificate of localhost is trusted; it lasts 397 days")


def test_one_that_nobody_trusts_is_wrong_with_the_next_command(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORE_PUBLIC_URL", f"https://localhost:{front.https}")
    (finding,) = doctor._https()
    assert finding.well is False
    assert finding.says.startswith("The certificate of localhost is not trusted: ")
    assert finding.then == "docker compose exec https sh -c 'kill -USR2 1'"


def test_where_nothing_answers_it_says_so_and_nothing_is_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORE_PUBLIC_URL", "https://127.0.0.1:9")
    (finding,) = doctor._https()
    assert finding.well is None
    monkeypatch.setenv("ORE_PUBLIC_URL", "http://127.0.0.1:8000")
    assert list(doctor._https()) == []


def test_certificates_within_that_are_soon_over_are_told_with_the_next_command(
    within: Within, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with redis(within, tmp_path / "redis") as port:
        monkeypatch.setenv("REDIS_URL", within.url("web", "REDIS_URL", port))
        (finding,) = doctor._within()
        assert (finding.well, finding.says) == (True, "The certificate of localhost is trusted; it lasts 397 days")
        soon = time.time() + 380 * 86_400
        monkeypatch.setattr(time, "time", lambda: soon)
        (finding,) = doctor._within()
    assert (finding.well, finding.says) == (False, "The certificate of localhost is trusted; it lasts 17 days")
    assert finding.then == "docker compose --profile https up -d --force-recreate"


def test_certificates_within_that_cannot_be_read_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    none = tmp_path / "none.pem"
    monkeypatch.setenv("REDIS_URL", f"rediss://redis:6379/0?ssl_ca_certs={none}&ssl_certfile={none}&ssl_keyfile={none}")
    (finding,) = doctor._within()
    assert finding.well is False
    assert finding.says.startswith("The certificates within cannot be read: ")
