"""Each policy asked by itself: every right is given and every trigger is off, so that nothing else can refuse.

A row is written that keeps the rule, and then one that breaks it in a single way: in another's name, into an audience
that its writer is not in, was in or will be in, under a parent that it does not see or that is another's, or as
published. PostgreSQL asks a policy before it looks at any constraint: whatever else comes back, the policy let it pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import psycopg

from institutions.isolation.raising import APP_ROLE
from institutions.isolation.walls import Confidential
from tests.matrix.database import TABLES, all_tried, as_role, become, ids, run, tried, undone
from tests.matrix.people import Principal
from tests.matrix.seeing import alone

# Who was in an audience, and when: of these only the first is now.
TIMES = {
    "seen": ("-infinity", "infinity"),
    "ended": ("-infinity", "now() - interval '1 hour'"),
    "later": ("now() + interval '1 hour'", "infinity"),
    "hidden": None,
}


@dataclass
class Writer:
    """Somebody who writes, with audiences and parents made for it."""

    who: Principal
    home: UUID | None
    other: UUID
    curates: bool = False
    audiences: dict[str, UUID] = field(default_factory=dict)
    # By (whose, how it is seen).
    parents: dict[tuple[str, str], UUID] = field(default_factory=dict)

    @property
    def owner(self) -> UUID:
        return self.home or self.other

    def make_ready(self, connection: psycopg.Connection) -> None:
        for name, times in TIMES.items():
            key = self.audiences[name] = uuid4()
            run(connection, "INSERT INTO institutions_audience (id, level, generation)"
                            f" VALUES ('{key}', 'own', -1 - (random() * 1e8)::int)")  # fmt: skip
            if self.home and times:
                starts, ends = (f"'{moment}'" if "infinity" in moment else moment for moment in times)
                run(connection, "INSERT INTO institutions_audiencemember (audience_id, principal, starts, ends, phase)"
                                f" VALUES ('{key}', '{self.home}', {starts}, {ends}, 'in')")  # fmt: skip
            for whose, owner in (("own", self.owner), ("another's", self.other)):
                row = self.parents[whose, name] = uuid4()
                connection.execute(
                    'INSERT INTO institutions_standing (row_id, "table", owner_id, audience_id)'
                    " VALUES (%s, 'deals_deal', %s, %s)",
                    [row, owner, key],
                )


@dataclass(frozen=True)
class Write:
    """A way to write a row: which columns say what, and whether the rule lets it pass (on an update too, or not)."""

    name: str
    columns: dict[str, str]
    passes: bool
    passes_again: bool


def writes(wall: Confidential, writer: Writer) -> Iterator[Write]:
    keeps = {"owner_id": f"'{writer.owner}'", "audience_id": f"'{writer.audiences['seen']}'"}
    keeps |= {parent.column: "NULL" for parent in wall.parents}
    if wall.published:
        keeps["origin"] = "'registered'"
    may = writer.home is not None

    def broken(name: str, passes: bool = False, again: bool | None = None, **columns: str) -> Write:
        return Write(name, keeps | columns, passes and may, may if again else passes and may)

    yield broken("keeps the rule", True)
    if may:
        yield broken("in another's name", owner_id=f"'{writer.other}'")
    for name in ("hidden", "ended", "later"):
        yield broken(f"into an audience that is {name}", audience_id=f"'{writer.audiences[name]}'")
    for parent in wall.parents:
        for (whose, how), row in writer.parents.items():
            passes = how == "seen" and (whose == "own" or not parent.mine)
            yield broken(
                f"{parent.column}: {whose}, {how}", passes, passes or parent.once, **{parent.column: f"'{row}'"}
            )
    if wall.published:
        yield broken("as published", writer.curates, origin="'published'")


def all_rights(connection: psycopg.Connection, table: str) -> None:
    run(connection, f"GRANT SELECT, INSERT, UPDATE ON {table} TO {APP_ROLE}")
    alone(connection, table)


def passed(said: str) -> str:
    """What the policy did."""
    if said.startswith("42501") and "row-level security" in said:
        return "refused"
    return "no row" if said == "0" else "passed" if said.isdigit() or said.startswith("23") else said


def make_ready(connection: psycopg.Connection, table: str, writers: list[Writer]) -> UUID:
    """The table as only its policies keep it; a row of it that is lent to the writers, who see no other."""
    all_rights(connection, table)
    # They are looked at after the policies, and would not let a row be lent.
    for (name,) in connection.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
    ).fetchall():
        run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for writer in writers:
        writer.make_ready(connection)
    run(connection, f"UPDATE {table} SET audience_id = '{writers[0].audiences['hidden']}'")
    [(row,)] = connection.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 1").fetchall()
    return UUID(str(row))


def wrong(
    connection: psycopg.Connection, table: str, writers: list[Writer], row: UUID, first: str = "INSERT"
) -> Iterator[str]:
    """The cells of one table that are not as they should be, in words; those of the statement `first` come first."""
    _, wall = TABLES[table]
    parts = [(_inserts, writer) for writer in writers]
    again = [*((_updates, writer) for writer in writers), (_using, writers[0])]
    for cells, writer in (*again, *parts) if first == "UPDATE" else (*parts, *again):
        with undone(connection):
            yield from (f"{table}, {writer.who.name}, {text}" for text in cells(connection, table, wall, writer, row))


def _inserts(
    connection: psycopg.Connection, table: str, wall: Confidential, writer: Writer, row: UUID
) -> Iterator[str]:
    tries = list(writes(wall, writer))
    with as_role(connection):
        become(connection, writer.who)
        said = all_tried(connection, [
            f"INSERT INTO {table} (id, {', '.join(each.columns)})"
            f" VALUES (gen_random_uuid(), {', '.join(each.columns.values())})"
            for each in tries
        ])  # fmt: skip
    for each, answer in zip(tries, said, strict=True):
        if passed(answer) != ("passed" if each.passes else "refused"):
            yield f"INSERT {each.name}: {answer}"


def _lend(connection: psycopg.Connection, table: str, row: UUID, owner: UUID, audience: UUID) -> None:
    run(connection, f"UPDATE {table} SET owner_id = '{owner}', audience_id = '{audience}' WHERE id = '{row}'")


def _updates(
    connection: psycopg.Connection, table: str, wall: Confidential, writer: Writer, row: UUID
) -> Iterator[str]:
    """What a row may become. No WHERE: it would ask the policy of SELECT too."""
    tries = list(writes(wall, writer))
    _lend(connection, table, row, writer.owner, writer.audiences["seen"])
    with as_role(connection):
        become(connection, writer.who)
        said = all_tried(connection, [
            f"UPDATE {table} SET " + ", ".join(f"{column} = {value}" for column, value in each.columns.items())
            for each in tries
        ])  # fmt: skip
    for each, answer in zip(tries, said, strict=True):
        should = "no row" if writer.home is None else "passed" if each.passes_again else "refused"
        if passed(answer) != should:
            yield f"UPDATE {each.name}: {answer}"


def _using(connection: psycopg.Connection, table: str, wall: Confidential, writer: Writer, row: UUID) -> Iterator[str]:
    """Which rows are seen, and which are changed, whatever they become."""
    there = connection.execute("SELECT 1 FROM pg_policies WHERE tablename = %s AND policyname = 'wall_update'", [table])
    for whose, owner in (("own", writer.owner), ("another's", writer.other)):
        for how, audience in writer.audiences.items():
            _lend(connection, table, row, owner, audience)
            with as_role(connection):
                become(connection, writer.who)
                sees = ids(connection, f"SELECT '{table}', id FROM {table}").get(table, set())
            if sees != ({row} if how == "seen" else set()):
                yield f"SELECT of {whose} row, {how}: {len(sees)} rows"
    if there.fetchone():
        run(connection, f"ALTER POLICY wall_update ON {table} WITH CHECK (true)")
    for whose, owner in (("own", writer.owner), ("another's", writer.other)):
        for how, audience in writer.audiences.items():
            _lend(connection, table, row, owner, audience)
            with as_role(connection):
                become(connection, writer.who)
                said = tried(connection, f"UPDATE {table} SET demo = false")
            if said != ("1" if (whose, how) == ("own", "seen") else "0"):
                yield f"UPDATE of {whose} row, {how}: {said}"


def count(wall: Confidential, writers: list[Writer]) -> int:
    """How many cells a table has here."""
    for writer in writers:
        writer.audiences = writer.audiences or dict.fromkeys(TIMES, uuid4())
        writer.parents = writer.parents or {(w, t): uuid4() for w in ("own", "another's") for t in TIMES}
    return sum(2 * len(list(writes(wall, writer))) for writer in writers) + 16
