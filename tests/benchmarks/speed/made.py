"""A registry of a given size, made in a database by set-based SQL (made.sql), and who asks it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deals.found import name_all
from institutions.permissions import Permission

SCRIPT = Path(__file__).with_name("made.sql")
A_DEAL = 10
# All that one system may have at once: whoever prepares does not approve.
SCOPES = [str(scope) for scope in Permission if scope is not Permission.COMMITMENTS_APPROVE]
# Bank 1 is a member of the network and sees a tenth, bank 2 a commercial bank that sees one row in five hundred.
WIDE, NARROW = 1, 2


def token(bank: int) -> str:
    """The bearer token of a bank's system."""
    return f"token-{bank}"


def fill(superuser: str, commitments: int) -> None:
    """Fills a migrated database with so many commitments, and what belongs to them.

    Triggers stand still meanwhile and indexes are made afterwards, as a restore does. `superuser`: its address.
    """
    named: Mapping[str, Any] = {"commitments": commitments, "deals": commitments // A_DEAL, "scopes": SCOPES}
    with psycopg.connect(superuser, autocommit=True, cursor_factory=psycopg.ClientCursor) as there:
        there.execute("SET session_replication_role = replica")
        there.execute("SET maintenance_work_mem = '256MB'")
        there.execute("SET work_mem = '128MB'")
        there.execute("SET synchronous_commit = off")
        indexes = list(_secondary_indexes(there))
        for name, _definition in indexes:
            there.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        for statement in _statements():
            there.execute(statement, named)
        there.execute(name_all())
        for _name, definition in indexes:
            there.execute(definition)
        there.execute("SELECT setval('journal.seq', coalesce(max(seq), 1)) FROM institutions_event")
        there.execute("VACUUM (ANALYZE)")
        # Positions in the log are numbers of transactions: all that was made must lie behind the present one.
        (last, now) = there.execute(
            "SELECT max(xact), pg_current_xact_id()::text::bigint FROM institutions_event"
        ).fetchone() or (0, 0)
        for _ in range(max(0, last - now + 1)):
            there.execute("SELECT pg_current_xact_id()")


def _secondary_indexes(there: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    """Of the tables that are filled, those that hold no constraint up."""
    tables = sorted(set(re.findall(r"INSERT INTO (\w+)", SCRIPT.read_text())))
    found = there.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY (%s::text[]::regclass[]) AND NOT indisunique",
        [tables],
    )
    yield from found.fetchall()


def _statements() -> Iterator[str]:
    for part in SCRIPT.read_text().split(";\n"):
        if text := part.strip():
            yield text
