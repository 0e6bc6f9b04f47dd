"""What in a migration would break the version that still runs, or keep it waiting.

Squawk reads the SQL that Django would run; what SQL does not show (what goes back, what is data, what the models no
longer know) is read from the operations. A migration that can't do without says why, in itself:

    class Migration(migrations.Migration):
        # Nothing of this registry may run meanwhile: `manage.py migrate` asks for `--stopped`.
        needs_a_stop = "the old version writes the column that goes"
        # Or, where one rule does not matter here.
        lint_allows = {"require-concurrent-index-creation": "a table of some twenty minerals"}
"""

import json
import re
import subprocess
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The last migration of each application that was there when the lint began: before the first release nothing ran that
# could have been broken. They stay as they are for good.
FIRST = {
    "institutions": "0013_transactions_go_on_after_a_restore",
    "deals": "0030_rates_say_when_they_came",
    "network": "0013_run_imports_by_the_worker",
}
SQUAWK = Path(sysconfig.get_path("scripts")) / "squawk"
LEFT_OUT = {
    "prefer-text-field": "a length of ours is a rule of ours",
    "prefer-bigint-over-int": "keys are made by Django, and what is small stays small",
    "prefer-robust-stmts": "what a broken-off migration left is taken away by `manage.py migrate`",
    "require-lock-timeout": "`manage.py migrate` sets one",
    "require-statement-timeout": "what locks is short, and what is long locks nobody out",
}
# What a stop lets pass: with nobody there, nobody is broken or kept waiting. It must still go back, and data apart.
EVEN_STOPPED = frozenset({"goes-back", "data-apart"})
_DATA = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:UPDATE|INSERT|DELETE|MERGE|WITH|COPY)\b", re.IGNORECASE)
# These lock nobody out, however long they take.
_LETS_OTHERS = re.compile(r"\bCONCURRENTLY\b|\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Finding:
    """A rule that a migration breaks, and how."""

    rule: str
    says: str


def newer(loader: MigrationLoader) -> list[tuple[Migration, ProjectState]]:
    """The migrations of ours that came after the first release, in order, each with the state before it."""
    graph = loader.graph
    before = {key for first in FIRST.items() for key in graph.forwards_plan(first)}
    plan = [key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)]
    found = [key for key in dict.fromkeys(plan) if key[0] in FIRST and key not in before]
    return [(graph.nodes[key], loader.project_state(key, at_end=False)) for key in found]


def findings(migration: Migration, before: ProjectState, connection: BaseDatabaseWrapper) -> list[Finding]:
    """What a migration may not do and does, without what it says of itself."""
    statements = _sql(migration, before, connection)
    found = {*_of_sql(statements, atomic=migration.atomic), *_of_operations(migration)}
    if not migration.atomic:
        found |= {*_waiting(statements)}
    if _text(migration, "needs_a_stop"):
        found = {one for one in found if one.rule in EVEN_STOPPED}
    allowed: dict[str, str] = getattr(migration, "lint_allows", {})
    found = {one for one in found if not (one.rule not in EVEN_STOPPED and allowed.get(one.rule, "").strip())}
    return sorted(found)


def _text(migration: Migration, name: str) -> str:
    return str(getattr(migration, name, "")).strip()


def _sql(migration: Migration, before: ProjectState, connection: BaseDatabaseWrapper) -> list[str]:
    """The statements that Django would run; none of them is run."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(before.clone(), editor, collect_sql=True)
        return list(editor.collected_sql)


def _of_sql(statements: Iterable[str], *, atomic: bool) -> Iterator[Finding]:
    options = ["--reporter", "json", "--pg-version", "18.0", "--exclude", ",".join(LEFT_OUT)]
    if atomic:
        options.append("--assume-in-transaction")
    asked = [str(SQUAWK), *options, "--stdin-filepath", "migration.sql"]
    ran = subprocess.run(asked, input="\n".join(statements), capture_output=True, text=True)
    # It answers 1 when it found something; without an answer it did not look.
    assert ran.stdout.strip(), ran.stderr
    for one in json.loads(ran.stdout):
        yield Finding(one["rule_name"], one["message"])


def _of_operations(migration: Migration) -> Iterator[Finding]:
    operations = list(_flat(migration.operations))
    data = [one for one in operations if _is_data(one)]
    if data and len(data) < len([one for one in operations if not isinstance(one, SeparateDatabaseAndState)]):
        yield Finding("data-apart", "Rows and tables are changed in one file: rows stay locked until all of it is done")
    for one in operations:
        if not one.reversible:
            yield Finding("goes-back", f"{one.describe()}: there is no way back; give it one, if only noop")
        if isinstance(one, RemoveField | DeleteModel | RenameField | RenameModel):
            yield Finding("still-known", f"{one.describe()}: the version that runs still reads and writes it")


def _flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    for one in operations:
        yield one
        if isinstance(one, SeparateDatabaseAndState):
            yield from _flat([*one.state_operations, *one.database_operations])


def _is_data(operation: Operation) -> bool:
    if isinstance(operation, RunSQL):
        told = operation.sql if isinstance(operation.sql, str) else "\n".join(map(str, operation.sql))
        return bool(_DATA.match(told))
    return isinstance(operation, RunPython)


def _waiting(statements: Iterable[str]) -> Iterator[Finding]:
    """Outside a transaction `manage.py migrate` waits for locks without end, so nothing there may hold others up."""
    for one in statements:
        told = re.sub(r"--[^\n]*", "", one).strip(" ;\n")
        if told and not _LETS_OTHERS.search(told) and not _DATA.match(told):
            yield Finding("waits-alone", f"Not for a migration outside a transaction: {told[:80]}")
