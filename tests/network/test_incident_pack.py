"""An incident pack: complete for whoever asks, of nothing that it may not see, and signed."""

import csv
import hashlib
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.urls import reverse

from deals.models import Commitment
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.services.sealing import seal
from tests.acts import letter, moved
from tests.api import System, person_of, system_of
from tests.cast import Cast
from tests.web import Web

pytestmark = pytest.mark.slow


def pack(asks: System, since: datetime, more: str = "") -> ZipFile:
    found = asks.get(f"incident-pack?since={since.isoformat().replace('+00:00', 'Z')}{more}")
    assert found.status == 200, found.raw
    return ZipFile(io.BytesIO(found.raw))


def rows(archive: ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline="")))


@pytest.fixture
def begun() -> datetime:
    return datetime.now(UTC)


def mina() -> System:
    return person_of("mina@hanok.example")


def test_it_says_who_changed_and_who_could_see(committed_cast: Cast, begun: datetime) -> None:
    made = letter(committed_cast, Level.PARTIES)
    moved(committed_cast, made, "indicative_terms")
    archive = pack(mina(), begun)
    changes = [row for row in rows(archive, "changes.csv") if row["object"] == str(made.pk)]
    assert changes[0]["action"] == "created"
    assert {row["institution"] for row in changes} == {"Hanok"}
    assert {row["actor"] for row in changes} == {"Mina", "Joon"}
    assert any("stage" in row["fields"] for row in changes)
    assert all(row["time"].endswith("Z") and row["deal_name"] == "Wattle senior package" for row in changes)
    seen = {row["seen_by"] for row in rows(archive, "sight.csv") if row["type"] == "commitment"}
    assert {"Austral", "Rhein", "Mina", "Joon"} <= seen
    assert "Maple" not in seen
    concerned = {row["name"]: int(row["changes"]) for row in rows(archive, "institutions.csv")}
    assert concerned["Hanok"] >= 2


def test_others_changes_are_told_as_far_as_one_sees_them(committed_cast: Cast, begun: datetime) -> None:
    told = letter(committed_cast, Level.PARTIES)
    hidden = letter(committed_cast, Level.LEAD)
    moved(committed_cast, told, "indicative_terms")
    archive = pack(system_of("rhein"), begun)
    raw = archive.read("changes.csv").decode()
    assert str(told.pk) in raw
    assert str(hidden.pk) not in raw
    of_told = [row for row in rows(archive, "changes.csv") if row["object"] == str(told.pk)]
    # Neither by whom, nor what of it.
    assert {(row["actor"], row["fields"]) for row in of_told} == {("", "")}
    # Whom Hanok told is Hanok's to know.
    assert "Mina" not in archive.read("sight.csv").decode()


def test_who_could_see_it_only_for_a_time_is_told_with_that_time(committed_cast: Cast, begun: datetime) -> None:
    made = letter(committed_cast, Level.PARTIES)
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.OWN)
    after = datetime.now(UTC)
    within = rows(pack(mina(), begun), "sight.csv")
    [rhein] = [row for row in within if (row["seen_by"], row["type"]) == ("Rhein", "commitment")]
    assert datetime.fromisoformat(rhein["to"]) < after
    later = rows(pack(mina(), after), "sight.csv")
    assert not [row for row in later if (row["seen_by"], row["type"]) == ("Rhein", "commitment")]
    assert [row for row in later if (row["seen_by"], row["type"]) == ("Mina", "commitment")]


def test_it_is_signed_and_every_file_is_in_its_manifest(committed_cast: Cast, begun: datetime, tmp_path: Path) -> None:
    letter(committed_cast, Level.PARTIES)
    archive = pack(mina(), begun, f"&deal={committed_cast.deal.pk}")
    said = archive.read("manifest.json")
    manifest = json.loads(said)
    for name, sum_ in manifest["files"].items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sum_
    assert set(archive.namelist()) == {*manifest["files"], "manifest.json", "manifest.sig", "public-key.pem"}
    key = load_pem_public_key(archive.read("public-key.pem"))
    assert isinstance(key, Ed25519PublicKey)
    key.verify(archive.read("manifest.sig"), said)
    with pytest.raises(InvalidSignature):
        key.verify(archive.read("manifest.sig"), said.replace(b"Hanok", b"Rhein"))
    assert System().get("log/key").raw == archive.read("public-key.pem")
    archive.extractall(tmp_path)
    for command in archive.read("README.txt").decode().splitlines():
        if command.startswith("    openssl"):
            subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("", {"/since": "required"}),
        ("since=yesterday", {"/since": "invalid"}),
        ("since=2026-01-01T00:00:00", {"/since": "invalid"}),
        ("since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", {"/until": "invalid"}),
        ("since=2026-01-01T00:00:00Z&deal=x", {"/deal": "not_found"}),
    ],
)
def test_what_is_no_time_is_refused(cast: Cast, asked: str, codes: dict[str, str]) -> None:
    found = system_of("rhein").get(f"incident-pack?{asked}")
    assert (found.status, found.codes) == (400, codes)


def test_a_colleague_outside_the_team_gets_nothing_of_the_walled_deal(committed_cast: Cast, begun: datetime) -> None:
    made = letter(committed_cast, Level.PARTIES)
    archive = pack(person_of("dami@hanok.example"), begun)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert str(made.pk).encode() not in everything
    assert b"commitment" not in archive.read("sight.csv")


def test_the_page_of_the_log_has_the_heads_and_a_pack(
    committed_cast: Cast, second_factor_is_free: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ORE_DATA", tmp_path)
    web = Web(committed_cast.mina)
    assert "the first head comes within the hour" in web.get("log").seen
    letter(committed_cast, Level.PARTIES)
    head = seal(every=timedelta())
    assert head
    assert head.root.hex() in web.get("log").seen
    today = datetime.now(UTC).date()
    asked = {"since": str(today), "until": str(today), "deal": str(committed_cast.deal.pk)}
    found = web.http.get(reverse("admin:log"), asked, secure=True)
    assert "changes.csv" in ZipFile(io.BytesIO(b"".join(found))).namelist()
    wrong = web.get("log", since=str(today), until="2020-01-01")
    assert (wrong.status, "comes before" in wrong.seen) == (422, True)
