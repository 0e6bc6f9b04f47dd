"""Mutants of what the catalogue has on a table: its policies, whether they are forced, its rights and its triggers.

They are made of the catalogue's own text, so that a new condition of a policy has its mutants by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from institutions.isolation.raising import APP_ROLE
from tests.matrix.as_it_is import changeable, fixed

# How the catalogue words that a membership of an audience has begun, and has not ended.
TIMES = {
    "later members count": "(m.starts <= statement_timestamp())",
    "former members count": "(m.ends > statement_timestamp())",
}
_POLICIES = """
    SELECT policyname, cmd, qual, with_check FROM pg_policies
    WHERE schemaname = 'public' AND tablename = %s AND %s = ANY (roles) ORDER BY policyname
"""
_TRIGGERS = """
    SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal
      AND tgname IN
    ('wall_10_widening', 'wall_12_two_persons', 'wall_20_place', 'journal_50_record', 'journal_99_never')
    ORDER BY 1
"""


@dataclass(frozen=True)
class Mutant:
    """A change that leaks or shuts out. `kind`: what it does; `of`: the cells that are asked first."""

    subject: str
    kind: str
    statement: str
    of: str

    @property
    def name(self) -> str:
        return f"{self.subject}: {self.kind}"

    @property
    def sort(self) -> str:
        """The same of all tables: of conditions, whether they are of owner, audience, origin or parent."""
        table, _, part = self.subject.partition(".")
        named = table in self.kind
        kind = self.kind.split(f" {table}.")[0] if named else self.kind
        return f"{'' if self.kind.startswith('UPDATE of') else part}: {kind}{' parent' if named else ''}"


def conditions(text: str) -> list[str]:
    """The conditions of a policy, which all must hold: what stands between the outermost ANDs."""
    while text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1]
    found, depth, begins = [], 0, 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and text.startswith(" AND ", at):
            found.append(text[begins:at])
            begins = at + len(" AND ")
    return [*found, text[begins:]]


def _closes(text: str) -> int:
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at
    return -1


def mutants(connection: psycopg.Connection, table: str) -> Iterator[Mutant]:
    """All of one table."""
    found = connection.execute(_POLICIES, [table, APP_ROLE]).fetchall()
    assert [command for _, command, _, _ in found] == ["INSERT", "SELECT", "UPDATE"], f"{table}: {found}"
    for policy, command, qual, check in found:
        yield Mutant(f"{table}.{policy}", "dropped", f"DROP POLICY {policy} ON {table}", command)
        for clause, text in (("USING", qual), ("WITH CHECK", check)):
            if text:
                yield from _of_clause(table, policy, command, clause, text)
    yield from _of_policies(table, found[2][2])
    yield from _of_rights(table)
    for (name,) in connection.execute(_TRIGGERS, [table]).fetchall():
        yield Mutant(f"{table}.{name}", "trigger dropped", f"DROP TRIGGER {name} ON {table}", "triggers")
    dropped = f"ALTER TABLE {table} DROP CONSTRAINT {table}_audience_of_owner"
    yield Mutant(table, "audience need not be its owner's", dropped, "triggers")


def _of_clause(table: str, policy: str, command: str, clause: str, text: str) -> Iterator[Mutant]:
    def made(kind: str, to: str) -> Mutant:
        return Mutant(
            f"{table}.{policy}", f"{clause}: {kind}", f"ALTER POLICY {policy} ON {table} {clause} ({to})", command
        )

    yield made("true", "true")
    for kind, words in TIMES.items():
        assert words in text, f"{table}.{policy} {clause} does not ask when: {text}"
        yield made(kind, text.replace(words, "true"))
    each = conditions(text)
    if len(each) > 1:
        for at, condition in enumerate(each):
            rest = " AND ".join(f"({other})" for place, other in enumerate(each) if place != at)
            yield made(f"without {_short(condition)}", rest)
            mine = f" AND (p.owner_id = {table}.owner_id)"
            if mine in condition:
                others = condition.replace(mine, "")
                yield made(f"another's in {_short(condition)}", text.replace(condition, others))


def _short(condition: str) -> str:
    """What a condition is about."""
    for words, about in (
        ("owner_id = ( SELECT wall.me", "owner"), ("audience_id IN", "audience"), ("is_curator", "origin"),
    ):  # fmt: skip
        if words in condition and "institutions_standing" not in condition:
            return about
    return condition.strip("(").split(" IS NULL")[0]


def _of_policies(table: str, using: str) -> Iterator[Mutant]:
    yield Mutant(f"{table}.wall_update", "no WITH CHECK",
                 f"DROP POLICY wall_update ON {table}; CREATE POLICY wall_update ON {table} FOR UPDATE TO {APP_ROLE}"
                 f" USING ({using})", "UPDATE")  # fmt: skip
    yield Mutant(
        f"{table}.wall_owner", "given to the application", f"ALTER POLICY wall_owner ON {table} TO {APP_ROLE}", "SELECT"
    )
    for command, clause in (("SELECT", "USING (true)"), ("INSERT", "WITH CHECK (true)"), ("UPDATE", "USING (true)")):
        yield Mutant(table, f"a second policy of {command}",
                     f"CREATE POLICY wall_more ON {table} FOR {command} TO {APP_ROLE} {clause}", command)  # fmt: skip
    yield Mutant(table, "policies off", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", "guard")
    yield Mutant(table, "policies not forced", f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", "guard")


def _of_rights(table: str) -> Iterator[Mutant]:
    for right in ("DELETE", "TRUNCATE"):
        yield Mutant(table, f"{right} given", f"GRANT {right} ON {table} TO {APP_ROLE}", "as it is")
    for column in fixed(table):
        yield Mutant(f"{table}.{column}", "UPDATE of a fixed column given",
                     f'GRANT UPDATE ("{column}") ON {table} TO {APP_ROLE}', "as it is")  # fmt: skip
    for right in ("SELECT", "INSERT", *(["UPDATE"] if changeable(table) else [])):
        # Also what was given column by column.
        yield Mutant(table, f"{right} taken", f"REVOKE {right} ON {table} FROM {APP_ROLE}", "as it is")
