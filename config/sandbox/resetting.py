"""Makes a sandbox anew: what is in it goes, the schema is made from nothing, the fictional network is loaded."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from config.backup.taking import on_disk
from config.embedded.prepare import FICTIONAL
from config.sandbox.marking import close, reopen
from institutions.isolation.raising import SCHEMAS
from institutions.journal.kept import heads_file

_STEPS = (("owner", ["migrate", "--no-input"]), *(("app", command) for command in FICTIONAL))


# What goes with the tables' owner.
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user ORDER BY 1"
# Accounts of a fictional network are loaded in one transaction with its first rows.
_OWNED = "SELECT 1 FROM institutions_standing WHERE owner_id IS NOT NULL LIMIT 1"


class NoSandbox(RuntimeError):
    """What would be wiped is not a sandbox; the message says why."""


def reset(owner: str, say: Callable[[str], None]) -> None:
    """Wipes the database at `owner` and fills it again. Raises NoSandbox before anything is touched.

    Whoever asks meanwhile is answered 503. What breaks off is half of a sandbox: it stays marked as such, and is made
    good by running it again, which whoever resets it each night does at once.
    """
    must_be_a_sandbox(owner)
    close()
    _under_way().touch()
    say("Everything that was made in the sandbox goes …")
    wipe(owner)
    for role, command in _STEPS:
        close()
        say(f"manage.py {' '.join(command)} …")
        _run(command, role=role, owner=owner)
    _under_way().unlink()
    reopen()


def is_whole(owner: str) -> bool:
    """Whether there is a sandbox, and no reset of it broke off."""
    return not _under_way().exists() and not is_empty(owner)


def _under_way() -> Path:
    return Path(settings.ORE_DATA) / "reset.under-way"


def must_be_a_sandbox(owner: str) -> None:
    """Raises NoSandbox unless the installation calls itself one, and everybody in the database is fictional."""
    if not settings.SANDBOX:
        raise NoSandbox("This is no sandbox. Only where ORE_ENV=sandbox is anything reset.")
    with psycopg.connect(owner) as there:
        if there.execute("SELECT to_regclass('public.institutions_staff')").fetchone() == (None,):
            known = {*connection.introspection.django_table_names(), "django_migrations"}
            if others := [table for (table,) in there.execute(_TABLES) if table not in known]:
                raise NoSandbox(
                    f"The table {others[0]} in this database is of no registry: nothing was touched. Look at"
                    " DATABASE_OWNER_URL."
                )
            return
        if is_empty(owner) and there.execute(_OWNED).fetchone():
            raise NoSandbox(
                "Nobody has an account in this database and institutions have rows in it: it is no sandbox that broke"
                " off, and nothing was touched. Look at DATABASE_OWNER_URL and ORE_ENV."
            )
        found = there.execute("SELECT count(*) FROM institutions_staff WHERE NOT demo").fetchone()
    if found and found[0]:
        raise NoSandbox(
            f"{found[0]} accounts in this database are of no fictional person: it is no sandbox, and nothing was"
            " touched. Look at DATABASE_OWNER_URL and ORE_ENV."
        )


def is_empty(owner: str) -> bool:
    """Whether nobody has an account there yet."""
    with psycopg.connect(owner) as there:
        if there.execute("SELECT to_regclass('public.institutions_staff')").fetchone() == (None,):
            return True
        return there.execute("SELECT FROM institutions_staff LIMIT 1").rowcount == 0


def wipe(owner: str) -> None:
    """Drops our schemas and tables, in one transaction, and what lies beside the database."""
    with psycopg.connect(owner) as there:
        for schema in SCHEMAS:
            there.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        for (table,) in there.execute(_TABLES).fetchall():
            there.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(table)))
    if documents := on_disk():
        shutil.rmtree(documents, ignore_errors=True)
    # They are of a log that is no more.
    heads_file().unlink(missing_ok=True)
    shutil.rmtree(settings.EMAIL_CAPTURE_DIR, ignore_errors=True)


def _run(command: list[str], *, role: str, owner: str) -> None:
    """In a process of its own: each role has its own connection, and what this one knows of the tables is old."""
    environment = {**os.environ, "ORE_DATABASE_ROLE": role, "DATABASE_OWNER_URL": owner}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {command[0]} failed: {done.stderr.strip()[-800:]}. Then run the reset again.")
