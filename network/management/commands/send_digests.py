import sys
from typing import Any

from django.core.management.base import CommandParser

from institutions.management.routine import Routine
from network.digests import ledger
from network.digests.delivering import deliver
from network.models import DigestStatus


class Command(Routine):
    help = "Send the digests that are due; with --now one to everyone who has news, whatever the hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="everyone who has news since the last digest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 when a digest could not be sent."""
        sent = failed = quiet = 0
        for digest in ledger.make_now() if options["now"] else ledger.make_due():
            outcome = deliver(digest)
            if outcome is None:
                continue
            if outcome.person:
                sent += 1
                self.stdout.write(f"sent to {outcome.person.email}")
            elif outcome.status is DigestStatus.EMPTY:
                quiet += 1
            else:
                failed += 1
                self.stderr.write(f"{outcome.status.value}: digest {digest}, {outcome.error}")
        self.stdout.write(f"{sent} sent, {quiet} with nothing to tell, {failed} failed")
        if failed:
            sys.exit(1)
