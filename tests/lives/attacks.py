"""What somebody inside tries with raw SQL and the application's own rights; each must be refused, or change no row.

An attack names the rows that it is about, whoever tries it, and its statement. `:name` stands for a column of the row,
or for one of the things in `Ground`.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection

from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.lives.seen import TABLES, Picture, Row

OWN, OTHERS = "own", "others"
# What the database answers when a rule, a policy or a missing right stands in the way.
REFUSED = ("23001", "23502", "23503", "23505", "23514", "42501")


class Broken(AssertionError):
    """The database let somebody do what nobody may."""


@dataclass(frozen=True)
class Attack:
    """`of` is a table without its prefix; `by` its owner's people, or everybody else's; `when` says of which rows."""

    name: str
    of: str
    sql: str
    by: str = OWN
    when: Callable[[Row, Picture], bool] = lambda row, everything: True


@dataclass(frozen=True)
class Ground:
    """Who there is to attack and to be attacked."""

    people: dict[str, Staff]
    outsider: str
    deal: str

    def attempt(self, attack: Attack, row: Row, everything: Picture, who: Staff) -> str:
        """Raises Broken when the database does what it is told. `who` is one of those that `attackers` gives."""
        table = next(name for name in TABLES if name.split("_", 1)[1] == attack.of)
        approver = next(
            p for p in self.people.values() if (p.institution_id, p.role) == (who.institution_id, "approver")
        )
        rival = next(
            p for p in self.people.values() if str(p.institution_id) not in (row["owner_id"], str(who.institution_id))
        )
        facts = row | {"copy": json.dumps(row | {"id": str(uuid4())}, default=str), "rival": rival.institution_id,
                       "me": who.pk, "approver": approver.pk}  # fmt: skip
        return self.attempt_sql(who, attack.sql.replace("{table}", table), facts, f"{attack.name}: {row}")

    def attempt_sql(self, who: Staff, sql: str, facts: dict[str, Any], said: str) -> str:
        """The database's answer."""
        given = facts | {"new": uuid4(), "outsider": self.outsider, "deal": self.deal}
        *before, last = re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", sql.replace(":copy", ":copy::jsonb")).split("; ")
        try:
            with acting_as(who), connection.cursor() as cursor:
                for statement in before:
                    cursor.execute(statement, given)
                cursor.execute(last, given)
                changed = cursor.rowcount
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                if changed:
                    raise Broken(f"{who.email} could {said}")
            return "nothing there"
        except DatabaseError as refused:
            state = getattr(refused.__cause__, "sqlstate", "")
            if state not in REFUSED:
                raise Broken(f"{said} was refused for no rule: {refused}") from refused
            return str(refused).splitlines()[0]

    def attackers(self, attack: Attack, row: Row) -> Iterator[Staff]:
        for person in self.people.values():
            own = str(person.institution_id) == row["owner_id"]
            if own if attack.by == OWN else not own if attack.by == OTHERS else str(person.pk) == row["prepared_by_id"]:
                yield person
