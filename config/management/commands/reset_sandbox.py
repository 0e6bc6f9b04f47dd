"""`manage.py reset_sandbox`: the sandbox as it was on its first day, now or each night."""

import time
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from config.embedded import addresses
from config.sandbox.nights import next_night
from config.sandbox.resetting import NoSandbox, is_whole, must_be_a_sandbox, reset
from institutions.management.routine import Routine

# Compose looks whether this was touched.
ALIVE = "reset.alive"
LOOK_EACH = 60.0


class Command(Routine):
    help = "Wipes a sandbox (ORE_ENV=sandbox) and loads the fictional network anew, as the tables' owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--each-night",
            action="store_true",
            help="stay, and do it at 03:00 UTC each night; at once where nothing whole is there",
        )

    def handle(self, *_args: Any, each_night: bool, **_options: Any) -> None:
        """Refuses what calls itself no sandbox, and a database in which somebody is not fictional."""
        owner = addresses.database_url("owner")
        try:
            must_be_a_sandbox(owner)
            if not each_night or not is_whole(owner):
                self._reset(owner)
            while each_night:
                self._wait(next_night(datetime.now(UTC)))
                self._reset(owner)
        except NoSandbox as error:
            raise CommandError(str(error)) from None
        except (psycopg.Error, RuntimeError) as error:
            raise CommandError(f"The reset broke off: {error} Run it again.") from None

    def _reset(self, owner: str) -> None:
        reset(owner, self.stdout.write)
        self.stdout.write("The sandbox is as on its first day.")

    def _wait(self, until: datetime) -> None:
        while (left := (until - datetime.now(UTC)).total_seconds()) > 0:
            (settings.ORE_DATA / ALIVE).touch()
            time.sleep(min(left, LOOK_EACH))
