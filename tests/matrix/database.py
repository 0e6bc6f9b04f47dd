"""The registry's database as its administrator holds it: takes the application's role, and tries what is undone again.

PostgreSQL's changes of tables, policies and functions are undone with their transaction too: so a mutant is one.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg import sql

from institutions.isolation.raising import APP_ROLE, walled_models
from institutions.isolation.walls import Confidential
from institutions.models import Confidential as Row
from tests.matrix.people import Principal

TABLES: dict[str, tuple[type[Row], Confidential]] = {
    model._meta.db_table: (model, wall)  # type: ignore[misc]  # each is such a model
    for model, wall in walled_models()
    if isinstance(wall, Confidential)
}
# What a statement says that is tried and undone: how many rows it touched, or SQLSTATE, constraint and words.
_TRIED = """
    CREATE SCHEMA matrix;
    GRANT USAGE ON SCHEMA matrix TO PUBLIC;
    CREATE FUNCTION matrix.tried(statement text) RETURNS text LANGUAGE plpgsql AS $$
    DECLARE n int; state text; broken text; said text;
    BEGIN
        BEGIN
            EXECUTE statement;
            GET DIAGNOSTICS n = ROW_COUNT;
            RAISE EXCEPTION USING ERRCODE = 'MX000', MESSAGE = n;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, broken = CONSTRAINT_NAME, said = MESSAGE_TEXT;
        END;
        RETURN CASE state WHEN 'MX000' THEN said ELSE concat_ws(' ', state, nullif(broken, ''), said) END;
    END $$;
"""
ALL_IDS = " UNION ALL ".join(f"SELECT '{table}', id FROM {table}" for table in TABLES)


@contextmanager
def administrator() -> Iterator[psycopg.Connection]:
    """Nothing that is done with it stays."""
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'; SET jit = off")
        yield connection


def make_ready() -> None:
    with administrator() as connection:
        connection.execute(_TRIED)
        connection.execute("ANALYZE")


@contextmanager
def undone(connection: psycopg.Connection) -> Iterator[None]:
    with connection.transaction(force_rollback=True):
        yield


@contextmanager
def as_role(connection: psycopg.Connection, role: str = APP_ROLE) -> Iterator[None]:
    """As a role of the database; the administrator again afterwards."""
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
    try:
        yield
    finally:
        if connection.info.transaction_status is not psycopg.pq.TransactionStatus.INERROR:
            connection.execute("RESET ROLE")


def become(connection: psycopg.Connection, who: Principal, can: bool = True) -> str:
    """Acts as somebody, or as nobody where it can't act any more. Says what is wrong with that."""
    statement = f"SELECT wall.act('{who.kind}', '{who.id}', {_job(who)})"
    said = tried(connection, statement)
    run(connection, statement if can and said == "1" else "SELECT wall.act('nobody', NULL, NULL)")
    right = said == "1" if can else said.startswith("28000 ")
    return "" if right else f"{who.name} becomes itself: {said}"


def _job(who: Principal) -> str:
    return "'matrix'" if who.kind == "system" else "NULL"


def tried(connection: psycopg.Connection, statement: str) -> str:
    return all_tried(connection, [statement])[0]


def all_tried(connection: psycopg.Connection, statements: Sequence[str]) -> list[str]:
    """What each statement says, one after the other, each as if it were alone."""
    asked = "SELECT matrix.tried(s) FROM unnest(%s::text[]) WITH ORDINALITY u (s, i) ORDER BY i"
    return [said for (said,) in connection.execute(asked, [list(statements)])]


def ids(connection: psycopg.Connection, asked: str = ALL_IDS) -> dict[str, set[UUID]]:
    """What whoever acts is shown, by table."""
    found: dict[str, set[UUID]] = {}
    for table, key in connection.execute(asked):
        found.setdefault(table, set()).add(key)
    return found


def run(connection: psycopg.Connection, statement: str) -> None:
    """A statement made here of tables' and functions' names."""
    connection.execute(statement)
