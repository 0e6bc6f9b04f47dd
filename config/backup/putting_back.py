"""Putting a backup back into an empty database, and looking whether everything stands that did."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from config.backup.programs import BackupError, run
from config.backup.taking import DATABASE, DOCUMENTS, HEADS, MANIFEST, connecting, on_disk, sum_of, sums, with_password
from institutions.isolation.guard import problems
from institutions.journal.kept import heads_file, read_heads
from institutions.journal.verifying import verify

# Numbers of transactions wherever they are kept: what comes after the restore stands after all of them.
_NUMBERS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'bigint' AND column_name ~ '(^|_)xact$'
"""
_EPOCH = """
    INSERT INTO institutions_epoch (number, shift) SELECT max(number) + 1, %s FROM institutions_epoch RETURNING number
"""


@dataclass
class Restored:
    """What was looked at. `wrong` is empty where everything stands."""

    events: int = 0
    heads: int = 0
    documents: int = 0
    epoch: int = 0
    wrong: list[str] = field(default_factory=list)


def put_back(folder: Path, owner: str) -> Restored:
    """Restores a backup into the empty database at `owner`, documents and heads beside it. Raises BackupError."""
    manifest = _whole(folder)
    with psycopg.connect(owner) as there:
        if there.execute("SELECT to_regclass('public.django_migrations')").fetchone() != (None,):
            raise BackupError("There is a registry in this database. Restore into an empty one.")
    run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", *connecting(owner),
        str(folder / DATABASE), environment=with_password(owner))  # fmt: skip
    epoch = _begin_epoch(owner)
    # Raises the walls too, and brings an older backup up to this release.
    migrated = subprocess.run(  # ourselves
        [sys.executable, "manage.py", "migrate", "--no-input"], cwd=settings.BASE_DIR, capture_output=True, text=True,
        env={**os.environ, "DATABASE_OWNER_URL": owner}, check=False,
    )  # fmt: skip
    if migrated.returncode:
        raise BackupError(f"The schema could not be brought up to this release: {migrated.stderr.strip()[-800:]}")
    _put_beside(folder)
    return check(owner, epoch, elsewhere=bool(manifest["documents_kept_elsewhere"]))


def check(owner: str, epoch: int = 0, *, elsewhere: bool = False) -> Restored:
    """Whether walls stand, the log is what was sealed, and every document is there as it was put in."""
    found = Restored(epoch=epoch, wrong=problems())
    with psycopg.connect(owner) as there:
        there.read_only = True
        verdict = verify(there, read_heads(heads_file()))
        found.events, found.heads = verdict.events, verdict.heads
        if verdict.bad:
            where = f"event {verdict.bad.event}" if verdict.bad.event else f"head {verdict.bad.number}"
            found.wrong.append(f"The log does not fit, first at {where}: {verdict.bad.says}.")
        documents = there.execute("SELECT stored_as, sha256 FROM deals_document ORDER BY stored_as").fetchall()
    if not elsewhere and (folder := on_disk()):
        bad = [name for name, sum_ in documents if sum_of(folder / name) != sum_]
        found.documents = len(documents) - len(bad)
        if bad:
            found.wrong.append(f"{len(bad)} documents are missing or differ, the first is kept as {bad[0]}.")
    return found


def _whole(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is no backup: {error}.") from None
    if (there := sums(folder)) != manifest["files"]:
        odd = sorted(there.items() ^ manifest["files"].items())
        raise BackupError(f"The backup is damaged: {odd[0][0]} is not what was written. Take another.")
    return manifest


def _begin_epoch(owner: str) -> int:
    """Cursors of before are void, and numbers of transactions go on above all that there were."""
    with psycopg.connect(owner) as there:
        places = there.execute(_NUMBERS).fetchall()
        highest = [0]
        for table, column in places:
            highest += there.execute(f'SELECT coalesce(max("{column}"), 0) FROM "{table}"').fetchone() or ()  # noqa: S608
        made = there.execute(_EPOCH, [max(highest)]).fetchone()
    return int(made[0]) if made else 0


def _put_beside(folder: Path) -> None:
    if (folder / DOCUMENTS).is_dir() and (location := on_disk()):
        shutil.copytree(folder / DOCUMENTS, location, dirs_exist_ok=True)
        location.chmod(0o700)
    # Whoever kept more heads than the backup knows keeps them: they show what is missing.
    if (folder / HEADS).exists() and not heads_file().exists():
        heads_file().parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / HEADS, heads_file())
