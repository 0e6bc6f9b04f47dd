import time
from typing import Any

from django.core.management.base import CommandError, OutputWrapper
from django.core.management.commands.migrate import Command as Migrate
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg.errors import LockNotAvailable

from institutions.isolation.raising import lower_past, raise_walls

# Whoever waits for a table's lock keeps everybody behind it waiting: rather than that it gives up, and tries again.
LOCK_TIMEOUT = "3s"
TRIES, PAUSE = 10, 2.0


class Command(Migrate):
    """Changes the schema, then states every policy, trigger and grant anew; nobody waits long for it."""

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        for number in range(1, TRIES + 1):
            try:
                if self._changes(using):
                    lower_past(using)
                # What an earlier try did is done: migrations that were applied are not applied again.
                super().handle(*args, **options)
                raise_walls(using)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                self._wait(number)
            else:
                return

    def _changes(self, using: str) -> bool:
        """Whether tables are to change under the views of the past."""
        executor = MigrationExecutor(connections[using])
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def _wait(self, number: int) -> None:
        if number == TRIES:
            raise CommandError(
                "A table was in use all the time, and not everything could be changed. Run migrate again when less is"
                " done, or stop the workers for a minute."
            )
        out: OutputWrapper = self.stderr
        out.write(f"A table is in use; trying again ({number + 1} of {TRIES}).")
        time.sleep(PAUSE)
