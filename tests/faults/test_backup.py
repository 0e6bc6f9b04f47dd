"""A backup is put back into another data folder, and everything stands that did: rows, walls, seals, documents."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from config.backup.programs import BackupError
from config.backup.taking import MANIFEST, take
from institutions.isolation.levels import Level
from institutions.services.sealing import seal
from tests import room
from tests.acts import letter
from tests.cast import Cast
from tests.elsewhere import Elsewhere

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = settings.BASE_DIR


@pytest.fixture
def backup(committed_cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a registry with a hidden letter, a document and a sealed log."""
    monkeypatch.setattr(settings, "ORE_DATA", tmp_path / "here")
    letter(committed_cast, Level.LEAD, money="123000000")
    room.document(committed_cast)
    for _ in range(2):
        seal(every=timedelta())
    take(tmp_path / "backup", os.environ["DATABASE_OWNER_URL"])
    return tmp_path / "backup"


def test_everything_stands_that_did(backup: Path, elsewhere: Elsewhere, committed_cast: Cast) -> None:
    done = elsewhere.run("manage.py", "restore", str(backup))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("As it was: walls stand, ")
    assert "under 2 heads, 1 documents" in done.stdout
    assert "Epoch 2" in done.stdout
    asks = "from django.db import connection as c; from institutions.models import Staff;"
    asks += "from institutions.isolation.session import acting_as; from deals.models import Commitment;"
    asks += "\nfor who in ('ada', 'rolf'):\n    with acting_as(Staff.objects.get(email__startswith=who)):\n"
    asks += "        print(who, Commitment.objects.count())"
    said = elsewhere.run("manage.py", "shell", "--no-imports", "-c", asks)
    # The lead sees the letter, the rival does not.
    assert said.stdout.split() == ["ada", "1", "rolf", "0"], said.stderr
    # What is recorded from now on stands after all that there was.
    with elsewhere.owner() as owner:
        row = owner.execute("SELECT journal.xact(), (SELECT max(xact) FROM institutions_event)").fetchone()
    assert row
    assert row[0] > row[1]  # type: ignore[operator]
    # It can be looked at again, and restored over once more it cannot.
    assert elsewhere.run("manage.py", "restore", "--check").returncode == 0
    again = elsewhere.run("manage.py", "restore", str(backup))
    assert again.returncode == 1
    assert "Restore into an empty one" in again.stderr


def test_what_was_changed_since_is_found_after_the_restore(backup: Path, elsewhere: Elsewhere) -> None:
    assert elsewhere.run("manage.py", "restore", str(backup)).returncode == 0
    with elsewhere.owner() as owner:
        [name] = owner.execute("SELECT stored_as FROM deals_document").fetchone() or ("",)
    (elsewhere.data / "documents" / str(name)).write_bytes(b"another")
    looked = elsewhere.run("manage.py", "restore", "--check")
    assert looked.returncode == 1
    assert "1 documents are missing or differ" in looked.stderr
    with elsewhere.owner() as owner:
        owner.execute("ALTER TABLE deals_size NO FORCE ROW LEVEL SECURITY")
    looked = elsewhere.run("manage.py", "restore", "--check")
    assert "deals_size" in looked.stderr


def test_a_damaged_backup_is_not_put_back(backup: Path, elsewhere: Elsewhere) -> None:
    heads = backup / "heads.jsonl"
    heads.write_text(heads.read_text().replace("root", "soot"))
    done = elsewhere.run("manage.py", "restore", str(backup))
    assert done.returncode == 1
    assert "damaged: heads.jsonl" in done.stderr
    (backup / MANIFEST).unlink()
    assert "is no backup" in elsewhere.run("manage.py", "restore", str(backup)).stderr


def test_a_backup_goes_into_a_folder_of_its_own(backup: Path) -> None:
    assert json.loads((backup / MANIFEST).read_text())["files"].keys() >= {"database.dump", "heads.jsonl"}
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupError, match="not empty"):
        take(backup, os.environ["DATABASE_OWNER_URL"])
    # One that fails leaves nothing that looks like a backup.
    with pytest.raises(BackupError, match="pg_dump failed"):
        take(backup.parent / "other", os.environ["DATABASE_OWNER_URL"].replace("orebook_owner", "nobody_here"))
    assert not (backup.parent / "other").exists()
