"""`manage.py demo`: the demo network of published financings, with a fictional layer."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from deals.demo.load import is_loaded, load
from deals.demo.people import log_ins
from deals.demo.rows import BrokenFile
from institutions.management.routine import Routine


class Command(Routine):
    help = (
        "Loads the demo network, once or again: what is there stays as it is. Only where ORE_DEMO=1 or ORE_ENV=sandbox."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when it is loaded already")
        parser.add_argument("--logins", action="store_true", help="print the demo's log-ins instead")

    def handle(self, *_args: Any, once: bool, logins: bool, **_options: Any) -> None:
        """Refuses outside a demo: fictional rows and known passwords have no place in a real registry."""
        if not settings.FICTIONAL:
            raise CommandError("This is no demo and no sandbox. Set ORE_DEMO=1 to load fictional rows and accounts.")
        if logins:
            self._print_log_ins()
        elif not (once and is_loaded()):
            self._load()

    def _load(self) -> None:
        try:
            report = load(self.stdout.write)
        except BrokenFile as broken:
            raise CommandError(str(broken)) from broken
        for line in report.lines():
            self.stdout.write(line)

    def _print_log_ins(self) -> None:
        lines = log_ins()
        if not lines:
            raise CommandError("There are no demo log-ins yet. Load them with: manage.py demo")
        for line in lines:
            self.stdout.write(line)
