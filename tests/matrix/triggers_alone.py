"""The wall's triggers asked by themselves, each with all others off, by the administrator, whom no policy binds.

A row's audience is the database's: whatever the writer says, it is the audience of its owner, deal or network, level,
addressee and end. Nobody widens or confirms alone, every change is in the log, and nothing is deleted.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from institutions.isolation.raising import OWNER_ROLE
from institutions.isolation.walls import Confidential
from tests.matrix.database import TABLES, as_role, run, tried, undone
from tests.matrix.oracle import LEVELS, Registry, Row
from tests.matrix.seeing import alone

# Says what a row has become before it is written, and where it stands; and lets it not be.
_SPY = """
    CREATE OR REPLACE FUNCTION matrix.spy() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '%', to_jsonb(NEW) || jsonb_build_object('stands', (
            SELECT jsonb_build_object('owner', owner_id, 'deal', deal_id, 'network', network_id, 'level', level,
                                      'addressee', addressee_id, 'bound', while_in_deal)
            FROM institutions_audience WHERE id = NEW.audience_id)) USING ERRCODE = 'MX001';
    END $$;
    CREATE TRIGGER zz_spy BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION matrix.spy()
"""
WITHOUT_DEAL = ("own", "network", "public")


@dataclass(frozen=True)
class Asked:
    """One table under the administrator's hands."""

    connection: psycopg.Connection
    registry: Registry
    table: str

    @property
    def wall(self) -> Confidential:
        return TABLES[self.table][1]

    @property
    def row(self) -> Row:
        """A registered row, where there is one."""
        rows = sorted(self.registry.rows[self.table], key=lambda row: (row.get("origin") == "published", row["id"]))
        return rows[0]

    def becomes(self, statement: str) -> Row:
        """The row as the triggers leave it."""
        with undone(self.connection):
            run(self.connection, _SPY.format(table=self.table))
            said = tried(self.connection, statement)
        assert said.startswith("MX001 "), said
        found: Row = json.loads(said.removeprefix("MX001 "))
        return found

    def insert(self, row: Row) -> str:
        copy = json.dumps(row).replace("'", "''")
        return f"INSERT INTO {self.table} SELECT * FROM jsonb_populate_record(NULL::{self.table}, '{copy}')"


def wrong(connection: psycopg.Connection, registry: Registry, table: str) -> Iterator[str]:
    """The cells of one table that are not as they should be, in words."""
    asked = Asked(connection, registry, table)
    for cells in (_placed, _widened, _confirmed, _logged, _kept, _of_its_owner):
        with undone(connection):
            yield from (f"{table}: {text}" for text in cells(asked))


def _placed(asked: Asked) -> Iterator[str]:
    alone(asked.connection, asked.table, "wall_20_place")
    wall, row = asked.wall, asked.row
    wrongly = asked.connection.execute("SELECT id FROM institutions_audience WHERE level = 'public' LIMIT 1").fetchone()
    assert wrongly
    states = ("prepared", "confirmed") if "state" in row else ("",)
    for level in LEVELS if wall.deal and row[wall.deal] else WITHOUT_DEAL:
        for state in states:
            says = row | {"level": level, "audience_id": str(wrongly[0])} | ({"state": state} if state else {})
            if text := _astray(asked, asked.becomes(asked.insert(says))):
                yield f"INSERT at {level} {state}: {text}"
        if level != row["level"]:
            became = asked.becomes(f"UPDATE {asked.table} SET level = '{level}' WHERE id = '{row['id']}'")
            if text := _astray(asked, became):
                yield f"UPDATE to {level}: {text}"


def _astray(asked: Asked, row: Row) -> str:
    """Where a row stands instead of where it should; empty where it is right."""
    wall = asked.wall
    deal = row[wall.deal] if wall.deal else None
    addressee = row[wall.addressed] if wall.addressed else None
    if addressee == row["owner_id"] or row.get("state") in ("prepared", "rejected"):
        addressee = None
    should = {
        "owner": row["owner_id"], "deal": deal, "level": row["level"], "addressee": addressee,
        "network": asked.registry.network_of(row, deal), "bound": bool(wall.while_in_deal and addressee),
    }  # fmt: skip
    return "" if row["stands"] == should else f"stands at {row['stands']}, not {should}"


def _widened(asked: Asked) -> Iterator[str]:
    if not asked.wall.four_eyes:
        return
    alone(asked.connection, asked.table, "wall_10_widening")
    row = asked.row | {"origin": "registered"}
    for level in LEVELS[2:]:
        for how, statement in (
            ("INSERT", asked.insert(row | {"level": level})),
            ("UPDATE", f"UPDATE {asked.table} SET level = '{level}' WHERE id = '{row['id']}' AND level <> '{level}'"),
        ):
            said = tried(asked.connection, statement)
            wider = how == "INSERT" or LEVELS.index(level) > LEVELS.index(asked.row["level"])
            if wider and "widening_needs_four_eyes" not in said:
                yield f"{how} to {level} by one person: {said}"


def _confirmed(asked: Asked) -> Iterator[str]:
    wall = asked.wall
    if not wall.two_persons:
        return
    alone(asked.connection, asked.table, "wall_12_two_persons")
    row = asked.row | {"origin": "registered", "state": "confirmed"}
    [(other,)] = asked.connection.execute(
        "SELECT id::text FROM institutions_institution WHERE id <> %s LIMIT 1", [row["owner_id"]]
    ).fetchall()
    row |= {wall.two_persons: other} if wall.two_persons != "*" else {}
    row |= {wall.alone[0]: "another"} if wall.alone else {}
    said = tried(asked.connection, asked.insert(row))
    if "two_persons_needed" not in said:
        yield f"INSERT of what is confirmed, by one person: {said}"


def _logged(asked: Asked) -> Iterator[str]:
    alone(asked.connection, asked.table, "journal_50_record")
    key, counted = asked.row["id"], "SELECT count(*) FROM institutions_event WHERE row_id = %s AND action = 'updated'"
    before = asked.connection.execute(counted, [key]).fetchone()
    run(asked.connection, f"UPDATE {asked.table} SET demo = NOT demo WHERE id = '{key}'")
    if asked.connection.execute(counted, [key]).fetchone() == before:
        yield "UPDATE is not in the log"


def _kept(asked: Asked) -> Iterator[str]:
    with as_role(asked.connection, OWNER_ROLE):
        said = tried(asked.connection, f"DELETE FROM {asked.table}")
    if not said.startswith("23001 "):
        yield f"DELETE by the tables' owner: {said}"


def _of_its_owner(asked: Asked) -> Iterator[str]:
    """Of its owner's audiences one is a row's: checked at the end, past all triggers."""
    alone(asked.connection, asked.table)
    said = tried(
        asked.connection,
        f"UPDATE {asked.table} SET audience_id = (SELECT a.id FROM institutions_audience a"
        f" WHERE a.owner_id <> '{asked.row['owner_id']}' LIMIT 1) WHERE id = '{asked.row['id']}';"
        " SET CONSTRAINTS ALL IMMEDIATE",
    )
    if "_audience_of_owner" not in said:
        yield f"UPDATE into another's audience: {said}"
