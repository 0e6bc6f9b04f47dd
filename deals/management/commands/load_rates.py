"""`manage.py load_rates`: the history of the ECB's reference rates, which the installation brings along."""

from datetime import date
from typing import Any

from django.core.management.base import CommandError, CommandParser

from deals import ecb
from deals.models import Loaded
from deals.services import rates
from institutions.management.routine import Routine


class Command(Routine):
    help = "Loads the ECB's history of euro reference rates, once or again: a rate that is there stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="leave out what is older than this day")
        parser.add_argument("--once", action="store_true", help="do nothing when there are rates already")

    def handle(self, *_args: Any, since: date | None, once: bool, **_options: Any) -> None:
        if once and rates.last_published():
            return
        history = ecb.history(since)
        if not history:
            raise CommandError(f"The history that is installed has no rates since {since}.")
        load = rates.publish_rates(history, how=Loaded.HISTORY)
        self.stdout.write(
            f"ECB reference rates from {load.first_on} to {load.last_on}: {len(history)}, of them {load.added} new."
        )
