"""The cells of INSERT, UPDATE, DELETE and TRUNCATE on the tables as they are: rights, policies and triggers together.

Others' rows: nothing is written in their owner's name, and none is touched. One's own: neither a right nor the policy
is what refuses. Whether a rule of the deals does (SQLSTATE 23xxx) is other tests' matter.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg

from institutions.isolation.walls import FIXED, Confidential
from tests.matrix.database import TABLES, all_tried, as_role, become
from tests.matrix.oracle import Registry, Row
from tests.matrix.people import Principal


@dataclass(frozen=True)
class Try:
    """A statement, and what it may answer."""

    name: str
    statement: str
    answers: str


# What may be answered.
NO_RIGHT, NOTHING, REFUSED, LET_PASS = "permission denied", "no row", "refused", "not refused by the wall"


def as_should(said: str, should: str) -> bool:
    no_right = said.startswith("42501") and "permission denied" in said
    policy = said.startswith("42501") and "row-level security" in said
    match should:
        case "permission denied":
            return no_right
        case "no row":
            return said == "0"
        case "refused":
            return said.startswith(("42501", "23"))
        case _:
            return not (no_right or policy or said == "0") and (said.isdigit() or said.startswith(("23", "42501")))


def changeable(table: str) -> str:
    model, wall = TABLES[table]
    fixed = {*FIXED, *wall.fixed, wall.addressed}
    return next((str(f.column) for f in model._meta.concrete_fields if f.column not in fixed), "")


def fixed(table: str) -> list[str]:
    model, wall = TABLES[table]
    return sorted({*FIXED, *wall.fixed, wall.addressed} & {f.column for f in model._meta.concrete_fields})


def tries(table: str, registry: Registry, who: Principal) -> Iterator[Try]:
    """All that somebody tries with one table."""
    _, wall = TABLES[table]
    home, rows = registry.asker(who).home, registry.rows[table]
    seen = {str(key) for keys in registry.seen_by(who).values() for key in keys}
    column = changeable(table)
    yield Try("DELETE", f"DELETE FROM {table}", NO_RIGHT)
    yield Try("TRUNCATE", f"TRUNCATE {table}", NO_RIGHT)
    for each in fixed(table):
        yield Try(f"UPDATE of {each}", f'UPDATE {table} SET "{each}" = "{each}"', NO_RIGHT)
    for row in {row["owner_id"]: row for row in rows}.values():
        if row["owner_id"] != home:
            yield Try("INSERT in another's name", _copy(table, row), REFUSED)
            # At every level, also those at which somebody may see such rows.
            for level in ("network", "public"):
                yield Try(f"INSERT in another's name, {level}", _copy(table, row | {"level": level}), REFUSED)
    if not column:
        yield Try("UPDATE", f"UPDATE {table} SET level = level", NO_RIGHT)
    else:
        change = f'UPDATE {table} SET "{column}" = "{column}" WHERE owner_id'
        yield Try("UPDATE of others' rows", f"{change} IS DISTINCT FROM {_text(home)}", NOTHING)
        outside = [row["id"] for row in rows if row["owner_id"] == home and not registry.may_write(who, table, row)]
        hidden = ", ".join(f"'{row['id']}'" for row in rows if row["owner_id"] == home and row["id"] not in seen)
        for said, keys in (
            ("hidden rows of its own", hidden),
            ("rows outside", ", ".join(f"'{key}'" for key in outside)),
        ):
            if keys:
                yield Try(f"UPDATE of {said}", f"{change} = {_text(home)} AND id IN ({keys})", NOTHING)
    for row in rows:
        if home and row["owner_id"] == home:
            writes = row["id"] in seen and registry.may_write(who, table, row)
            yield from _own(table, wall, registry, seen, row, column if writes else None)


def _own(
    table: str, wall: Confidential, registry: Registry, seen: set[str], row: Row, column: str | None
) -> Iterator[Try]:
    """`column`: one that its owner may change, if any; None for a colleague outside the deal team."""
    if column is None:
        # As if it were another's.
        yield Try("INSERT as a colleague outside", _copy(table, row), REFUSED)
        return
    named = {parent: _named(registry, seen, row, row[parent.column], parent.mine) for parent in wall.parents}
    yield Try("INSERT of its own", _prepared(table, wall, row), LET_PASS if all(named.values()) else REFUSED)
    if column:
        again = all(found for parent, found in named.items() if not parent.once)
        change = f"""UPDATE {table} SET "{column}" = "{column}" WHERE id = '{row["id"]}'"""
        yield Try("UPDATE of its own", change, LET_PASS if again else REFUSED)


def _named(registry: Registry, seen: set[str], row: Row, parent: str | None, mine: bool) -> bool:
    """Whether what a row names is there for its writer."""
    return parent is None or (parent in seen and (not mine or registry.owners[parent] == row["owner_id"]))


def _text(home: str) -> str:
    return f"'{home}'" if home else "NULL"


def _copy(table: str, row: Row, key: str = "") -> str:
    """The row once more, with an id of its own."""
    copy = json.dumps(row | {"id": key or str(uuid4())}).replace("'", "''")
    return f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, '{copy}')"


def _prepared(table: str, wall: Confidential, row: Row) -> str:
    """The copy, after its audience was made, as the application does it."""
    row = row | {"id": str(uuid4())}
    net = wall.network or ("network_id" if "network_id" in row else "")
    told = [row[column] if column else None for column in (wall.deal, net, "level")]
    until = [
        row[wall.addressed] if wall.addressed else None,
        wall.while_in_deal,
        row[wall.until] if wall.until else None,
    ]
    deal, network, level, addressee, bound, ends = (
        "NULL" if part in (None, "") else f"'{part}'" for part in (*told, *until)
    )
    asked = f"{deal}, {network}, {level}, '{row['id']}', {addressee}, {bound}, {ends}"
    return f"SELECT wall.prepare({asked}); {_copy(table, row, row['id'])}"


def wrong(
    connection: psycopg.Connection, principals: list[Principal], registry: Registry, tables: list[str] | None = None
) -> Iterator[str]:
    """The cells that are not as they should be, in words."""
    for who in principals:
        for table in tables or list(TABLES):
            asked = list(tries(table, registry, who))
            with as_role(connection):
                become(connection, who, registry.can_act(who))
                said = all_tried(connection, [each.statement for each in asked])
            for each, answer in zip(asked, said, strict=True):
                if not as_should(answer, each.answers):
                    yield f"{who.name}, {table}, {each.name}: {answer}, not {each.answers}"


def count(registry: Registry, principals: list[Principal]) -> int:
    """How many cells there are here."""
    return sum(len(list(tries(table, registry, who))) for table in TABLES for who in principals)
