"""Which rights the application's role has on which table, as the catalogue says, and as the models declare."""

import psycopg

from institutions.isolation.raising import APP_ROLE, walled_models
from institutions.isolation.walls import PACKAGE_TABLES, Confidential, Credentials, Curated, Machinery
from tests.matrix.as_it_is import changeable, fixed
from tests.matrix.database import all_tried

RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")
_GIVEN = """
    SELECT c.relname, r FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(%(rights)s::text[]) r
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') AND has_table_privilege(%(role)s, c.oid, r)
"""
# What is given by column alone.
_COLUMNS = """
    SELECT c.relname, r || ' (' || a.attname || ')'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid,
         unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) r
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT has_table_privilege(%(role)s, c.oid, r) AND has_column_privilege(%(role)s, c.oid, a.attnum, r)
"""


def given(connection: psycopg.Connection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for asked in (_GIVEN, _COLUMNS):
        for table, right in connection.execute(asked, {"role": APP_ROLE, "rights": list(RIGHTS)}):
            found.setdefault(table, set()).add(right)
    return found


def declared() -> dict[str, set[str]]:
    """By the kind of each model, as docs say of each kind; a table that nobody declared has none."""
    found = {table: set(rights.split(", ")) for table, rights in PACKAGE_TABLES.items()}
    for model, wall in walled_models():
        table = model._meta.db_table
        match wall:
            case Confidential():
                columns = {field.column for field in model._meta.concrete_fields} - set(fixed(table))
                assert bool(columns) == bool(changeable(table))
                found[table] = {"SELECT", "INSERT"} | {f"UPDATE ({column})" for column in columns}
            case Curated():
                found[table] = {"SELECT", "INSERT", "UPDATE"}
            case Credentials():
                found[table] = set(wall.rights.split(", "))
            case Machinery():
                found[table] = set(wall.rights)
    return {table: rights for table, rights in found.items() if rights}


def tried_on_all(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """What each statement on each table says to whoever acts."""
    tables = [*PACKAGE_TABLES, *(model._meta.db_table for model, _ in walled_models())]
    statements = [
        statement.format(table=table)
        for table in tables
        for statement in (
            "SELECT FROM {table}", "INSERT INTO {table} DEFAULT VALUES", "DELETE FROM {table}", "TRUNCATE {table}",
            "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        )
    ]  # fmt: skip
    return list(zip(statements, all_tried(connection, statements), strict=True))
