"""What stands in the database about some deals: all of it as the tables' owner, or what one person is shown of it.

Who should see what is worked out here once more in plain Python, from the levels and the rows of parties, roles,
replies, grants and deal teams, without the wall's own tables.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from institutions.isolation.levels import Level
from institutions.isolation.raising import walled_models
from institutions.isolation.session import acting_as
from institutions.isolation.walls import Confidential
from institutions.models import Staff

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table of institutions' rows in deals, with what its declaration says of who is shown a row."""

    name: str
    deal: str
    wall: Confidential


TABLES = {
    model._meta.db_table: Table(model._meta.db_table, wall.deal, wall)
    for model, wall in walled_models()
    if isinstance(wall, Confidential) and wall.deal
}
# By the word of its model, which none of them shares with another.
_NAMED = {name.partition("_")[2]: name for name in TABLES}
_ALL = " UNION ALL ".join(
    f"SELECT '{t.name}', to_jsonb(t)::text FROM {t.name} t WHERE t.{t.deal} = ANY (%(deals)s::uuid[])"
    for t in TABLES.values()
)
_OF_DEALS = (
    "FROM institutions_event e WHERE e.xact >= %(since)s AND (e.after ->> 'deal_id' = ANY (%(deals)s::text[])"
    " OR e.row_id::text = ANY (%(deals)s::text[])) ORDER BY e.xact, e.seq"
)


def _read(text: str) -> Row:
    """A row with its numbers as they stand: no float touches money here either."""
    row: Row = json.loads(text, parse_float=Decimal)
    return row


@dataclass
class Picture:
    """Rows by table and id."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Iterable[tuple[str, str]]) -> "Picture":
        picture = cls({name: {} for name in TABLES})
        for table, text in told:
            row = _read(text)
            picture.rows[table][row["id"]] = row
        return picture

    def all(self, table: str) -> list[Row]:
        return list(self.rows[_NAMED[table]].values())

    def one(self, table: str, key: str | None) -> Row | None:
        return self.rows[f"deals_{table}"].get(key or "")

    def of_commitment(self, table: str, key: str) -> list[Row]:
        return [row for row in self.all(table) if row["commitment_id"] == key]

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        return ((table, row) for table, rows in self.rows.items() for row in rows.values())


def whole(owner: psycopg.Connection, deals: list[UUID]) -> Picture:
    return Picture.of(owner.execute(_ALL, {"deals": deals}).fetchall())


def shown(who: Staff, deals: list[UUID]) -> Picture:
    with acting_as(who), connection.cursor() as cursor:
        cursor.execute(_ALL, {"deals": deals})
        return Picture.of(cursor.fetchall())


def events(owner: psycopg.Connection, deals: list[UUID], since: int) -> list[Row]:
    asked = {"deals": [str(deal) for deal in deals], "since": since}
    return [_read(text) for (text,) in owner.execute(f"SELECT to_jsonb(e)::text {_OF_DEALS}", asked)]


def heard(who: Staff, deals: list[UUID], since: int) -> list[UUID]:
    """The events that somebody reads, in their order."""
    with acting_as(who), connection.cursor() as cursor:
        cursor.execute(f"SELECT e.id {_OF_DEALS}", {"deals": [str(deal) for deal in deals], "since": since})
        return [key for (key,) in cursor.fetchall()]


def _day(text: str | None, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise


def _moment(text: str) -> datetime:
    """PostgreSQL's infinities are no moments of Python."""
    ends = {"infinity": datetime.max.replace(tzinfo=UTC), "-infinity": datetime.min.replace(tzinfo=UTC)}
    return ends.get(text) or datetime.fromisoformat(text)


def reach(everything: Picture, deal: str, institution: str, members: Iterable[str]) -> Level:
    """The narrowest level at which an institution is told of the deal, beside its own rows."""
    today = datetime.now(UTC).date()
    found = [Level.NETWORK if institution in members else Level.PUBLIC]
    left = [
        row["created_at"]
        for row in everything.all("partyreply")
        if (row["owner_id"], row["deal_id"]) == (institution, deal) and row["answer"] in ("declined", "left")
    ]

    def lets_in(row: Row) -> bool:
        ours = (row["deal_id"], row["institution_id"], row["state"]) == (deal, institution, "confirmed")
        return ours and not any(at >= row["created_at"] for at in left)

    for row in filter(lets_in, everything.all("party")):
        if row["invited_on"] <= str(today) and _day(row["left_on"], date.max) > today:
            found.append(Level.INVITED)
            if row["nda_signed_on"] and _day(row["nda_expires_on"], date.max) > today:
                found.append(Level.PARTIES)
    roles = filter(lets_in, everything.all("dealrole"))
    if any(row["role"] == "coordinator" and _day(row["until"], date.max) > today for row in roles):
        found.append(Level.LEAD)
    return min(found, key=lambda level: level.rank)


def sees(everything: Picture, who: Staff, table: Table, row: Row, members: Iterable[str]) -> bool:
    """Whether a person is shown a row, by the words of its level."""
    home, deal = str(who.institution_id), row[table.deal]
    level, now = Level(row["level"]), datetime.now(UTC)
    ended = bool(table.wall.until and row[table.wall.until] and _moment(row[table.wall.until]) <= now)
    if level is Level.PUBLIC and not ended:
        return True
    if level is Level.NETWORK and home in members and not ended:
        return True
    if not _on_the_team(everything, who, deal):
        return False
    if row["owner_id"] == home:
        return True
    if ended:
        return False
    let_in = reach(everything, deal, home, members)
    if let_in.rank < Level.NETWORK.rank and level.rank >= let_in.rank:
        return True
    addressed = table.wall.addressed and row[table.wall.addressed] == home
    if addressed and row.get("state", "confirmed") == "confirmed":
        return not table.wall.while_in_deal or let_in.rank < Level.NETWORK.rank
    return any(
        grant["row_id"] == row["id"] and grant["institution_id"] == home and _moment(grant["ends"]) > now
        for grant in everything.all("grant")
    )


def _on_the_team(everything: Picture, who: Staff, deal: str) -> bool:
    """Where an institution walled a deal off, only the listed people stand in its place."""
    teams = [t["id"] for t in everything.all("dealteam") if (t["owner_id"], t["deal_id"], t["ended_at"]) == (
        str(who.institution_id), deal, None)]  # fmt: skip
    people = {m["person_id"] for m in everything.all("teammember") if m["team_id"] in teams}
    return not teams or str(who.pk) in people
