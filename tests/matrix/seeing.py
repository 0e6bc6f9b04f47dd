"""The cells of SELECT: each principal sees of each table exactly the rows that the rule says, and no other.

Rounds: as the rows stand, and with every row at one level, where the table's own rules allow that level.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

import psycopg

from tests.matrix.database import TABLES, as_role, become, ids, run
from tests.matrix.oracle import LEVELS, Registry
from tests.matrix.people import Principal

# Triggers of the wall that stay when a row's level is changed past all other rules.
_KEPT = ("wall_20_place", "journal_50_record")
DAYS = 2
_RELEVEL = """
    DO $$ DECLARE r record; BEGIN
        FOR r IN SELECT id FROM {table} WHERE level <> '{level}' ORDER BY id LOOP
            BEGIN
                UPDATE {table} SET level = '{level}' WHERE id = r.id;
            EXCEPTION WHEN check_violation THEN NULL;
            END;
        END LOOP;
    END $$
"""


def at_level(connection: psycopg.Connection, level: str, tables: list[str] | None = None) -> None:
    """Every registered row at this level, where its table's constraints allow it; nothing but the wall looks on."""
    for table in tables or list(TABLES):
        alone(connection, table, *_KEPT)
        run(connection, _RELEVEL.format(table=table, level=level))
    # A table can't be altered while something waits for the end.
    run(connection, "SET CONSTRAINTS ALL IMMEDIATE")
    run(connection, "SET CONSTRAINTS ALL DEFERRED")
    # There are more members than before: a plan that was made for few takes ten times as long.
    run(connection, "ANALYZE institutions_audiencemember, institutions_audience")


def alone(connection: psycopg.Connection, table: str, *kept: str) -> None:
    """Leaves of the table's triggers these alone."""
    run(connection, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    here = connection.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
    for name in {name for (name,) in here} & set(kept):
        run(connection, f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def levels(registry: Registry) -> dict[str, set[str]]:
    return {table: {row["level"] for row in registry.rows[table]} for table in TABLES}


def wrong(
    connection: psycopg.Connection, principals: list[Principal], registry: Registry, tables: list[str] | None = None
) -> Iterator[str]:
    """The cells that are not as they should be, in words."""
    asked = " UNION ALL ".join(f"SELECT '{table}', id FROM {table}" for table in tables or list(TABLES))
    for who in principals:
        should = registry.seen_by(who, tables)
        with as_role(connection):
            stands = become(connection, who, registry.can_act(who))
            does = ids(connection, asked)
        if stands:
            yield stands
        for table in tables or list(TABLES):
            should_see, sees = should.get(table, set()), does.get(table, set())
            if should_see != sees:
                yield f"{who.name} in {table}: {_told(registry, table, sees - should_see, should_see - sees)}"


def _told(registry: Registry, table: str, wrongly: set[UUID], lacked: set[UUID]) -> str:
    at = {row["id"]: row["level"] for row in registry.rows[table]}
    parts = []
    for said, keys in (("is shown", wrongly), ("is not shown", lacked)):
        if keys:
            parts.append(f"{said} {len(keys)} of level {', '.join(sorted({at[str(key)] for key in keys}))}")
    return " and ".join(parts)


def rounds(connection: psycopg.Connection, levels: Sequence[str] = LEVELS) -> Iterator[tuple[str, int]]:
    """Puts the registry into each of its states, one after the other; with each, how many days have passed."""
    yield "as they stand", 0
    yield from _later(connection, "as they stand")
    for level in levels:
        at_level(connection, level)
        yield f"at {level}", 0
        if level == "public":
            yield from _later(connection, f"at {level}")


def _later(connection: psycopg.Connection, name: str) -> Iterator[tuple[str, int]]:
    """Two days pass: who comes in and who goes by the clock does so, and nobody has to do anything."""
    for sign in ("-", "+"):
        run(connection, f"UPDATE institutions_audiencemember SET starts = starts {sign} interval '{DAYS} days',"
                        f" ends = ends {sign} interval '{DAYS} days'")  # fmt: skip
        if sign == "-":
            yield f"{name}, {DAYS} days later", DAYS
