"""`manage.py reset_sandbox`: the sandbox as it was on its first day, now or each night."""

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.embedded import addresses
from config.sandbox.nights import next_night
from config.sandbox.resetting import NoSandbox, reset
from institutions.management.routine import Routine


class Command(Routine):
    help = "Wipes a sandbox (ORE_ENV=sandbox) and loads the fictional network anew, as the tables' owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--each-night", action="store_true", help="stay, and do it at 03:00 UTC each night")

    def handle(self, *_args: Any, each_night: bool, **_options: Any) -> None:
        """Refuses what calls itself no sandbox, and a database in which somebody is not fictional."""
        owner = addresses.database_url("owner")
        try:
            while each_night:
                wait = next_night(datetime.now(UTC)) - datetime.now(UTC)
                time.sleep(max(wait.total_seconds(), 0))
                reset(owner, self.stdout.write)
            reset(owner, self.stdout.write)
        except (NoSandbox, RuntimeError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write("The sandbox is as on its first day.")
