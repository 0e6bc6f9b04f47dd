"""The doctor on certificates: whether browsers trust what they are shown, and how long all of them last."""

import time
from pathlib import Path

import pytest

from config.certificates import Authority
from config.embedded import doctor
from tests.encrypted.front import Front

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
    assert finding.says.startswith("Nobody trusts the certificate of localhost: ")
    assert finding.then == "docker compose kill -s USR2 https"


def test_where_nothing_answers_it_says_so_and_nothing_is_called_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORE_PUBLIC_URL", "https://127.0.0.1:9")
    (finding,) = doctor._https()
    assert finding.well is None
    monkeypatch.setenv("ORE_PUBLIC_URL", "http://127.0.0.1:8000")
    assert list(doctor._https()) == []


def test_certificates_within_that_are_soon_over_are_told_with_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = tmp_path / "orebook_app.pem"
    shown.write_bytes(Authority(tmp_path / "authority").sign("orebook_app")[0])
    monkeypatch.setenv("DATABASE_URL", f"postgresql://orebook_app:x@postgres/orebook?sslcert={shown}")
    assert [finding.well for finding in doctor._within()] == [True]
    soon = time.time() + 380 * 86_400
    monkeypatch.setattr(time, "time", lambda: soon)
    (finding,) = doctor._within()
    assert (finding.well, finding.says) == (False, "The certificates within last 17 days")
    assert finding.then == "docker compose up -d certificates && docker compose restart"


def test_a_certificate_within_that_cannot_be_read_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://orebook_app:x@postgres/orebook?sslcert={tmp_path / 'none.pem'}")
    (finding,) = doctor._within()
    assert (finding.well, finding.says) == (False, f"{tmp_path / 'none.pem'} is no certificate that can be read")
