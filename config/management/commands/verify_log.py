"""`manage.py verify_log`: whether the log is what was sealed."""

import sys
from typing import Any

import psycopg
from django.core.management.base import CommandError, CommandParser

from config.embedded import addresses
from institutions.journal.kept import heads_file, read_heads
from institutions.journal.verifying import verify
from institutions.management.routine import Routine


class Command(Routine):
    help = (
        "Recomputes the sealed log as the tables' owner, compares it with the heads that were kept elsewhere, and names"
        " the first event that was changed, removed or slipped in. Exits 1 where something does not fit."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="NUMBER:ROOT", help="a head that a member kept; repeatable"
        )
        parser.add_argument(
            "--heads",
            metavar="FILE",
            help="heads that were kept, a JSON object a line; this installation's otherwise",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = read_heads(options["heads"] or heads_file())
            for given in options["head"]:
                number, _, root = given.partition(":")
                kept[int(number)] = root
        except (OSError, ValueError) as error:
            says = f"These are no heads: {error}. Give NUMBER:ROOT, or a file with one JSON object a line."
            raise CommandError(says) from None
        with psycopg.connect(addresses.database_url("owner")) as owner:
            # What is sealed meanwhile comes next time.
            owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            owner.read_only = True
            verdict = verify(owner, kept)
        if verdict.bad is None:
            last = f"; the newest is {verdict.last[0]}:{verdict.last[1]}" if verdict.last else ""
            self.stdout.write(
                f"All fits: {verdict.events} events under {verdict.heads} heads, {len(kept)} of them kept"
                f" elsewhere{last}."
            )
            return
        bad = verdict.bad
        where = f"event {bad.event}" if bad.event else f"head {bad.number}"
        self.stderr.write(f"DOES NOT FIT, first at {where}: {bad.says}.")
        sys.exit(1)
