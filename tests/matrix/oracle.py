"""Who sees a row, worked out with paper and pencil from the words of the disclosure rule and the rows as they stand.

Nothing of the wall is used, neither its functions nor its tables of audiences, members, reach and standings: only rows
that people made, and the log's order of them, since a later coordinator does not see what was told before it was named.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from tests.matrix.database import TABLES
from tests.matrix.people import Principal

Row = dict[str, Any]
LEVELS = ("own", "lead", "parties", "invited", "network", "public")
_ROWS = " UNION ALL ".join(f"SELECT '{table}', to_jsonb(t)::text FROM {table} t" for table in TABLES)
_OTHERS = " UNION ALL ".join(
    f"SELECT '{table}', to_jsonb(t)::text FROM institutions_{table} t"
    for table in ("institution", "membership", "network", "staff", "client")
)
# When a row came to be told further than before, and when a role came into force.
_LOG = """
    SELECT row_id::text, max(seq) FILTER (WHERE action = 'created'
               OR array_position(%(levels)s, after ->> 'level') > array_position(%(levels)s, before ->> 'level')
               OR before ->> 'state' = 'prepared'),
           min(seq) FILTER (WHERE after ->> 'state' = 'confirmed')
    FROM institutions_event WHERE action IN ('created', 'updated') GROUP BY row_id
"""


def _moment(text: str | None, otherwise: datetime) -> datetime:
    if text in (None, "infinity", "-infinity"):
        return otherwise if text is None else (FOREVER if text == "infinity" else ALWAYS)
    return datetime.fromisoformat(text or "")


ALWAYS, FOREVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _in_force(row: Row, since: str, until: str, today: date) -> bool:
    """From a day on, and until another, which is the first without."""
    begins, ends = row[since] or "0001-01-01", row[until] or "9999-12-31"
    return bool(begins <= str(today) < ends)


@dataclass(frozen=True)
class Asker:
    """Somebody as the rule sees it: who it is, and which institution it acts for now."""

    id: str
    home: str


@dataclass
class Registry:
    """All rows, by table, and when each was told."""

    rows: dict[str, list[Row]]
    told: dict[str, int]
    confirmed: dict[str, int]
    now: datetime

    @classmethod
    def read(cls, administrator: psycopg.Connection, days: int = 0) -> "Registry":
        """As it stands, asked now or so many days later."""
        rows: dict[str, list[Row]] = defaultdict(list)
        for asked in (_ROWS, _OTHERS):
            for table, text in administrator.execute(asked):
                rows[table].append(json.loads(text))
        log = administrator.execute(_LOG, {"levels": list(LEVELS)}).fetchall()
        told = {key: seq for key, seq, _ in log}
        confirmed = {key: seq for key, _, seq in log}
        made = cls(rows, told, confirmed, datetime.now(UTC) + timedelta(days=days))
        made._by_deal()
        return made

    def _by_deal(self) -> None:
        self.deals = {row["id"]: row for row in self.rows["deals_deal"]}
        self.lets_in: dict[tuple[str, str], list[tuple[str, Row]]] = defaultdict(list)
        for table in ("deals_party", "deals_dealrole"):
            for row in self.rows[table]:
                self.lets_in[row["deal_id"], row["institution_id"]].append((table, row))
        self.consents = {(r["owner_id"], r["deal_id"], r["institution_id"]) for r in self.rows["institutions_consent"]}
        self.named = {
            (row["row_id"], row["institution_id"]) for row in self.rows["institutions_grant"] if self._is_now(row)
        }
        # The secretariat is let into no deal of others, whatever names it.
        self.secretariats = {row["id"] for row in self.rows["institution"] if row["kind"] == "secretariat"}
        self.stands: dict[tuple[Asker, str | None], bool] = {}
        self.sponsors = {row["id"]: row for row in self.rows["deals_sponsorconsent"]}
        self.owners = {row["id"]: row["owner_id"] for table in TABLES for row in self.rows[table]}
        self.reached: dict[tuple[str, str], dict[str, int]] = {}
        self.networks: dict[str, set[str]] = {}
        self.seen: dict[Principal, dict[str, set[UUID]]] = {}

    def seen_by(self, who: Principal, tables: list[str] | None = None) -> dict[str, set[UUID]]:
        """The ids that somebody is shown, by table; tables of which it is shown nothing are left out."""
        if tables is None:
            if who not in self.seen:
                self.seen[who] = self._seen_by(who, list(TABLES))
            return self.seen[who]
        return self._seen_by(who, tables)

    def _seen_by(self, who: Principal, tables: list[str]) -> dict[str, set[UUID]]:
        asker = self.asker(who)
        seen = {
            table: {UUID(row["id"]) for row in self.rows[table] if self.sees(asker, table, row)} for table in tables
        }
        return {table: keys for table, keys in seen.items() if keys}

    def asker(self, who: Principal) -> Asker:
        """Suspended people, what acts in their name, and systems of people who moved are nobody."""
        key = str(who.id)
        if who.kind == "system":
            return Asker("", key)
        people = {row["id"]: row for row in self.rows["staff"] if row["is_active"]}
        if who.kind == "person" and key in people:
            return Asker(key, people[key]["institution_id"])
        for client in self.rows["client"]:
            if who.kind == "client" and client["id"] == key and client["is_active"]:
                answers = people.get(client["responsible_id"])
                if answers and answers["institution_id"] == client["institution_id"]:
                    return Asker(key, client["institution_id"])
        return Asker("", "")

    def can_act(self, who: Principal) -> bool:
        return who.kind == "nobody" or bool(self.asker(who).home)

    def sees(self, asker: Asker, table: str, row: Row) -> bool:
        _, wall = TABLES[table]
        deal = row[wall.deal] if wall.deal else None
        over = self._over(table, row)
        if row["level"] == "public" and not over:
            return True
        if row["level"] == "network" and not over and self.network_of(row, deal) in self._networks_of(asker.home):
            return True
        if not asker.home or not self._stands_for_its_home(asker, deal):
            return False
        if row["owner_id"] == asker.home:
            return True
        if over or (deal and asker.home in self.secretariats):
            return False
        named = (row["id"], asker.home) in self.named
        return named or self._let_in(asker.home, row, deal) or self._addressed(asker.home, table, row, deal)

    def may_write(self, who: Principal, table: str, row: Row) -> bool:
        """Whoever is outside a deal's team sees of it what any member is told, and writes nothing there."""
        _, wall = TABLES[table]
        return self._stands_for_its_home(self.asker(who), row[wall.deal] if wall.deal else None)

    def _over(self, table: str, row: Row) -> bool:
        """A document is shown no longer than its sponsor's consent says, which names the last day."""
        consent = self.sponsors.get(row["consent_id"]) if table == "deals_document" else None
        if consent is None:
            return False
        last = date.fromisoformat(consent["until"]) if consent["until"] else date.max
        return _moment(consent["ended_at"], FOREVER) <= self.now or last < self.now.date()

    def network_of(self, row: Row, deal: str | None) -> str | None:
        """A deal's rows are of the deal's network; other rows name theirs."""
        return self.deals[deal]["network_id"] if deal in self.deals else None if deal else row.get("network_id")

    def _networks_of(self, home: str) -> set[str]:
        """Where it is member or observer today; and what these were before, or the last of those that ended. The
        secretariat, which keeps the memberships, is told nothing by one."""
        if home not in self.networks:
            today, networks = self.now.date(), {row["id"]: row for row in self.rows["network"]}
            ended = {key for key, row in networks.items() if row["ended_on"] and row["ended_on"] <= str(today)}
            followed = {row["predecessor_id"] for row in networks.values()}
            told = {
                row["network_id"]
                for row in self.rows["membership"]
                if row["institution_id"] == home and row["status"] in ("member", "observer")
                and home not in self.secretariats
                and _in_force(row, "since", "until", today) and row["network_id"] not in ended & followed
            }  # fmt: skip
            grown: set[str] = set()
            while told != grown:
                grown = set(told)
                told |= {networks[key]["predecessor_id"] for key in told} & ended
            self.networks[home] = told
        return self.networks[home]

    def _stands_for_its_home(self, asker: Asker, deal: str | None) -> bool:
        """Where an institution walled a deal off, only those on the team are told what it is told."""
        if (asker, deal) not in self.stands:
            teams = {
                row["id"]
                for row in self.rows["institutions_dealteam"]
                if deal and (row["owner_id"], row["deal_id"], row["ended_at"]) == (asker.home, deal, None)
            }
            self.stands[asker, deal] = not teams or any(
                row["team_id"] in teams and row["person_id"] == asker.id and self._is_now(row)
                for row in self.rows["institutions_teammember"]
            )
        return self.stands[asker, deal]

    def _is_now(self, row: Row) -> bool:
        return _moment(row["starts"], ALWAYS) <= self.now < _moment(row["ends"], FOREVER)

    def _let_in(self, home: str, row: Row, deal: str | None) -> bool:
        """By the levels of the deal: each includes those before."""
        if not deal:
            return False
        rank = LEVELS.index(row["level"])
        for level, named in self._reach(deal, home).items():
            later = level == "lead" and self.told[row["id"]] < named
            if rank >= LEVELS.index(level) and not (later and (row["owner_id"], deal, home) not in self.consents):
                return True
        return False

    def _reach(self, deal: str, home: str) -> dict[str, int]:
        """The levels at which an institution is told of a deal now, each with the position at which it came to it."""
        if (deal, home) not in self.reached:
            found: dict[str, int] = {}
            today = self.now.date()
            left = [
                row["created_at"]
                for row in self.rows["deals_partyreply"]
                if (row["deal_id"], row["owner_id"]) == (deal, home) and row["answer"] in ("declined", "left")
            ]
            for table, row in self.lets_in[deal, home]:
                if row["state"] != "confirmed" or any(at >= row["created_at"] for at in left):
                    continue
                since = self.confirmed.get(row["id"], 0)
                if table == "deals_dealrole":
                    if row["role"] == "coordinator" and _in_force(row, "since", "until", today):
                        found["lead"] = max(since, found.get("lead", 0))
                    continue
                gone = (row["left_on"] or "9999-12-31") <= str(today)
                if not gone and row["invited_on"] <= str(today):
                    found["invited"] = since
                if not gone and row["nda_signed_on"] and _in_force(row, "nda_signed_on", "nda_expires_on", today):
                    found["parties"] = since
            self.reached[deal, home] = found
        return self.reached[deal, home]

    def _addressed(self, home: str, table: str, row: Row, deal: str | None) -> bool:
        """At every level, once it is confirmed; some rows only while it is in the deal."""
        _, wall = TABLES[table]
        if not wall.addressed or row[wall.addressed] != home or row.get("state", "confirmed") != "confirmed":
            return False
        registrar = deal in self.deals and self.deals[deal]["owner_id"] == home
        return not wall.while_in_deal or registrar or bool(deal and self._reach(deal, home))
