"""A backup: a folder with the database, the documents, and the heads of the sealed log, each with its hash.

It holds everything that the registry holds, unencrypted: keep it as you keep the database. The installation's secrets
are not in it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from config.backup.programs import BackupError, run
from config.settings.database import OF_TLS
from institutions.journal.kept import heads_file

DATABASE, DOCUMENTS, HEADS, MANIFEST = "database.dump", "documents", "heads.jsonl", "manifest.json"


def take(to: Path, owner: str) -> dict[str, Any]:
    """Writes a backup of the database at `owner` (a URL of the tables' owner) into a new folder. Returns its manifest.

    Raises BackupError; then nothing is left behind.
    """
    if to.exists() and any(to.iterdir()):
        raise BackupError(f"{to} is not empty. Name a folder that is not there yet.")
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # The owner's own policy lets it see all rows; nothing is switched off for it.
        run("pg_dump", "--format=custom", "--enable-row-security", "--no-owner", "--no-privileges",
            # Extensions come with the roles, from the server's superuser.
            "--exclude-extension=*", "--no-comments",
            f"--file={to / DATABASE}", *connecting(owner), environment=with_password(owner))  # fmt: skip
        # After the database: files are never changed, so that each document that it knows is among them.
        if (documents := on_disk()) and documents.is_dir():
            shutil.copytree(documents, to / DOCUMENTS, dirs_exist_ok=True)
        if heads_file().exists():
            shutil.copyfile(heads_file(), to / HEADS)
        with psycopg.connect(owner) as there:
            manifest = {
                "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "documents_kept_elsewhere": documents is None,
            }
            manifest |= {"migrations": _migrations(there), "files": sums(to)}
        (to / MANIFEST).write_text(json.dumps(manifest, indent=1))
    except BaseException:
        shutil.rmtree(to, ignore_errors=True)
        raise
    return manifest


def on_disk() -> Path | None:
    """Where documents lie on this machine; None where a store elsewhere keeps them, which has backups of its own."""
    location = settings.STORAGES["documents"]["OPTIONS"].get("location")
    return Path(location) if location else None


def sums(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a backup, by its place in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            found[path.relative_to(folder).as_posix()] = sum_of(path)
    return found


def sum_of(path: Path) -> str:
    """The SHA-256 of a file, however long; '' where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _migrations(there: psycopg.Connection[Any]) -> list[str]:
    rows = there.execute("SELECT app || ' ' || name FROM django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in rows]


def connecting(url: str) -> list[str]:
    """Where to connect, without the password, which anybody on the machine could read among the arguments."""
    parts = conninfo_to_dict(url)
    names = {"host": "--host", "port": "--port", "user": "--username", "dbname": "--dbname"}
    return [f"{option}={parts[name]}" for name, option in names.items() if parts.get(name)]


def with_password(url: str) -> Mapping[str, str]:
    """The environment of a program that connects there: with the password, and encrypted as the URL says."""
    parts = conninfo_to_dict(url)
    told = {f"PG{name.upper()}": str(parts[name]) for name in OF_TLS if parts.get(name)}
    return {**os.environ, **told, "PGPASSWORD": str(parts.get("password") or "")}
