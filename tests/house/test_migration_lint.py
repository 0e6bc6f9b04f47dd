"""Migrations that come after the first release break nothing that still runs; each way to break it is found."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connections, migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.house.migration_lint import FIRST, findings, newer
from tests.house.rights import RELEASED, rights

pytestmark = pytest.mark.slow


@pytest.fixture
def apart(db: None) -> Iterator[BaseDatabaseWrapper]:
    """A connection outside of any transaction, as some migrations want it; nothing is changed over it."""
    found = connections.create_connection("default")
    yield found
    found.close()


@pytest.fixture(scope="module")
def today() -> ProjectState:
    return MigrationLoader(None).project_state()


# Apart, since the types of fields can't follow it.
EMPTY: dict[str, Any] = {"null": True}


def nothing(*_: object) -> None:
    """What a migration of rows would do."""


def add(field: "models.Field[object, object]") -> Operation:
    return migrations.AddField(model_name="deal", name="planted", field=field)


def may_be_empty() -> Operation:
    return add(models.IntegerField(**EMPTY))


def must(constraint: models.BaseConstraint) -> Operation:
    return migrations.AddConstraint(model_name="deal", constraint=constraint)


ANOTHER = models.ForeignKey("institutions.institution", on_delete=models.PROTECT, **EMPTY)
BY_NAME = models.Index(fields=["name", "id"], name="planted")
NAMED = models.CheckConstraint(condition=~models.Q(name=""), name="planted")
NEW_TABLE = migrations.CreateModel(
    name="Planted",
    fields=[
        ("id", models.BigAutoField(primary_key=True)),
        ("deal", models.ForeignKey("deals.deal", on_delete=models.PROTECT)),
        ("name", models.CharField(max_length=40)),
    ],
    options={"constraints": [models.UniqueConstraint(fields=["deal", "name"], name="planted_once")]},
)
SAME_NAME = migrations.RunSQL(
    "ALTER TABLE deals_deal ADD CONSTRAINT planted CHECK (name <> '') NOT VALID",
    "ALTER TABLE deals_deal DROP CONSTRAINT planted",
    state_operations=[must(NAMED)],
)
VALIDATED = migrations.RunSQL("ALTER TABLE deals_deal VALIDATE CONSTRAINT planted", migrations.RunSQL.noop)

BAD: dict[str, tuple[str, Operation, bool]] = {
    "a column that the running version does not fill": ("ban-drop-default", add(models.IntegerField(default=0)), True),
    "a column that nobody fills": ("adding-required-field", migrations.RunSQL(
        "ALTER TABLE deals_deal ADD COLUMN planted integer NOT NULL", migrations.RunSQL.noop), True),
    "a column that goes": ("ban-drop-column", migrations.RemoveField("deal", "announced_on"), True),
    "a column that the models forget": ("still-known", migrations.SeparateDatabaseAndState(
        state_operations=[migrations.RemoveField("deal", "announced_on")]), True),
    "a column of another name": ("renaming-column", migrations.RenameField("deal", "name", "title"), True),
    "a table that goes": ("ban-drop-table", migrations.DeleteModel("SavedView"), True),
    "a table of another name": ("renaming-table", migrations.RenameModel("SavedView", "Kept"), True),
    "a column of another type": ("changing-column-type", migrations.AlterField(
        "deal", "name", models.TextField()), True),
    "a column that may be empty no more": ("adding-not-nullable-field", migrations.RunSQL(
        "ALTER TABLE deals_deal ALTER COLUMN name SET NOT NULL", migrations.RunSQL.noop), True),
    "an index that writes wait for": ("require-concurrent-index-creation", migrations.AddIndex("deal", BY_NAME), True),
    "a rule over all rows at once": ("constraint-missing-not-valid", must(NAMED), True),
    "a rule, and validated in one transaction": ("constraint-missing-not-valid", migrations.SeparateDatabaseAndState(
        database_operations=[SAME_NAME, VALIDATED]), True),
    "uniqueness over all rows at once": ("disallowed-unique-constraint", must(
        models.UniqueConstraint(fields=["name"], name="planted")), True),
    "a foreign key over all rows at once": ("adding-foreign-key-constraint", add(
        ANOTHER), True),
    "rows that are changed beside tables": ("data-apart", migrations.SeparateDatabaseAndState(database_operations=[
        may_be_empty(),
        migrations.RunSQL("UPDATE deals_deal SET planted = 1", migrations.RunSQL.noop)]), True),
    "Python without a way back": ("goes-back", migrations.RunPython(nothing), True),
    "SQL without a way back": ("goes-back", migrations.RunSQL("UPDATE deals_deal SET name = name"), True),
    "a lock that is waited for without end": ("waits-alone", may_be_empty(), False),
}  # fmt: skip
GOOD: dict[str, tuple[Operation, bool]] = {
    "a column that may be empty": (may_be_empty(), True),
    "a column that the database fills": (add(models.IntegerField(db_default=0)), True),
    "a new table with its rules": (NEW_TABLE, True),
    "an index beside the work": (AddIndexConcurrently("deal", BY_NAME), False),
    "a rule for what comes": (SAME_NAME, True),
    "a rule that is validated afterwards": (VALIDATED, False),
    "rows alone, with a way back": (migrations.RunPython(nothing, migrations.RunPython.noop), True),
}


def planted(operation: Operation, *, atomic: bool, **said: object) -> migrations.Migration:
    kind = type("Migration", (migrations.Migration,), {"operations": [operation], "atomic": atomic, **said})
    found: migrations.Migration = kind("9999_planted", "deals")
    return found


@pytest.mark.parametrize("case", BAD)
def test_what_breaks_the_running_version_or_keeps_it_waiting_is_found(
    case: str, apart: BaseDatabaseWrapper, today: ProjectState
) -> None:
    rule, operation, atomic = BAD[case]
    assert rule in {one.rule for one in findings(planted(operation, atomic=atomic), today, apart)}


@pytest.mark.parametrize("case", GOOD)
def test_what_leaves_it_alone_passes(case: str, apart: BaseDatabaseWrapper, today: ProjectState) -> None:
    operation, atomic = GOOD[case]
    assert findings(planted(operation, atomic=atomic), today, apart) == []


def test_a_stop_or_an_exception_needs_a_reason(apart: BaseDatabaseWrapper, today: ProjectState) -> None:
    rule, operation, _ = BAD["an index that writes wait for"]

    def found(**said: object) -> list[str]:
        return [one.rule for one in findings(planted(operation, atomic=True, **said), today, apart)]

    assert found(needs_a_stop="  ") == found(lint_allows={rule: ""}) == found() == [rule]
    assert found(needs_a_stop="all of it is written anew") == found(lint_allows={rule: "twenty rows"}) == []
    assert found(lint_allows={"another-rule": "twenty rows"}) == [rule]


def test_a_stop_is_no_reason_to_have_no_way_back(apart: BaseDatabaseWrapper, today: ProjectState) -> None:
    migration = planted(migrations.RunPython(nothing), atomic=True, needs_a_stop="rows are moved")
    assert [one.rule for one in findings(migration, today, apart)] == ["goes-back"]


def test_every_migration_since_the_first_release_leaves_the_running_version_alone(apart: BaseDatabaseWrapper) -> None:
    loader = MigrationLoader(None)
    found = {
        f"{migration.app_label} {migration.name}": told
        for migration, before in newer(loader)
        if (told := findings(migration, before, apart))
    }
    assert found == {}


def test_the_migrations_of_before_are_left_out_and_no_other() -> None:
    loader = MigrationLoader(None)
    ours = {key for key in loader.graph.nodes if key[0] in FIRST}
    assert all(key in ours for key in FIRST.items())
    later = {(migration.app_label, migration.name) for migration, _ in newer(loader)}
    assert {key for key in ours - later if key[1] > FIRST[key[0]]} == set()
    assert {key for key in later if key[1] <= FIRST[key[0]]} == set()


@pytest.fixture
def owner(django_db_setup: None) -> Iterator["psycopg.Connection[Any]"]:
    """Whatever it changes is taken back."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        yield connection
        connection.rollback()


def stops() -> list[str]:
    return [one.name for one, _ in newer(MigrationLoader(None)) if getattr(one, "needs_a_stop", "")]


def test_what_the_release_before_does_is_still_let(owner: "psycopg.Connection[Any]") -> None:
    """Rights and functions that its code uses: a release that takes one away stops the one before it."""
    assert set(RELEASED.read_text().splitlines()) - rights(owner) == set() or stops()


def test_a_right_or_a_function_that_goes_is_noticed(owner: "psycopg.Connection[Any]") -> None:
    before = rights(owner)
    owner.execute("REVOKE UPDATE (name) ON deals_deal FROM orebook_app")
    owner.execute("ALTER FUNCTION wall.me() RENAME TO myself_once")
    gone = before - rights(owner)
    assert gone == {"column deals_deal.name UPDATE", "function wall.me()"}
