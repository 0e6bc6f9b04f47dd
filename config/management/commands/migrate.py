import time
from typing import Any

from django.core.management.base import CommandError, CommandParser, OutputWrapper
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import DeadlockDetected, LockNotAvailable

from institutions.isolation.raising import lower_past, raise_walls

# Whoever waits for a table's lock keeps everybody behind it waiting: rather than that it gives up, and tries again. In
# less than the second after which PostgreSQL breaks off one of two who wait for each other: it would be the other.
LOCK_TIMEOUT = "800ms"
# What is built beside the work (outside a transaction: indexes, the validation of constraints) keeps nobody waiting,
# and waits itself for every transaction that was there before it.
PATIENT = "0"
TRIES, PAUSE = 10, 2.0
# A build beside the work that broke off leaves an index that nobody reads and every write keeps, under its own name.
BROKEN_OFF = """
    SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE NOT i.indisvalid AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'i'
"""


class Command(Migrate):
    """Changes the schema, then states every policy, trigger and grant anew; nobody waits long for it."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--stopped", action="store_true", help="web, workers and beat are stopped: change also what asks for that"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using = self._using = options["database"]
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        if not options["stopped"]:
            self._refuse_what_needs_a_stop(using)
        for number in range(1, TRIES + 1):
            try:
                self._wait_for_locks(LOCK_TIMEOUT)
                if self._plan(using) or options["app_label"]:
                    lower_past(using)
                self._clear_away(using)
                # What an earlier try did is done: migrations that were applied are not applied again.
                super().handle(*args, **options)
                if self._plan(using):
                    self.stderr.write("These are not the tables of this release, whose walls are not stated.")
                else:
                    raise_walls(using)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                    raise
                self._wait(number)
            else:
                return

    def migration_progress_callback(self, action: str, migration: Any | None = None, fake: bool = False) -> None:
        if action == "apply_start" and isinstance(migration, Migration):
            self._wait_for_locks(LOCK_TIMEOUT if migration.atomic else PATIENT)
        elif action == "apply_success":
            self._wait_for_locks(LOCK_TIMEOUT)
        super().migration_progress_callback(action, migration, fake)

    def _refuse_what_needs_a_stop(self, using: str) -> None:
        """An installation that runs is not changed in a way that it can't bear; a new one has nothing to stop."""
        executor = MigrationExecutor(connections[using])
        if not any(app == "institutions" for app, _ in executor.loader.applied_migrations):
            return
        asks = [
            f"  {migration.app_label} {migration.name}: {reason}"
            for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
            if (reason := getattr(migration, "needs_a_stop", ""))
        ]
        if asks:
            raise CommandError(
                "This release can't be brought in while the one before it runs:\n" + "\n".join(asks) + "\nStop web,"
                " workers and beat, then run migrate --stopped. Nothing was changed."
            )

    def _plan(self, using: str) -> list[tuple[Migration, bool]]:
        """What is to be applied: tables that will change under the views of the past."""
        executor = MigrationExecutor(connections[using])
        return executor.migration_plan(executor.loader.graph.leaf_nodes())

    def _wait_for_locks(self, patience: str) -> None:
        with connections[self._using].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])

    def _clear_away(self, using: str) -> None:
        with connections[using].cursor() as cursor:
            cursor.execute(BROKEN_OFF)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")

    def _wait(self, number: int) -> None:
        if number == TRIES:
            raise CommandError(
                "A table was in use all the time, and not everything could be changed. Run migrate again when less is"
                " done, or stop the workers for a minute."
            )
        out: OutputWrapper = self.stderr
        out.write(f"A table is in use; trying again ({number + 1} of {TRIES}).")
        time.sleep(PAUSE)
