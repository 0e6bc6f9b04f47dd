import sys
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from institutions.management.routine import Routine
from network.digests import ledger
from network.digests.delivering import Outcome, deliver, see_through
from network.models import DigestStatus


class Command(Routine):
    help = "Send the digests that are due; with --now one to everyone who has news, whatever the hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="everyone who has news since the last digest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exits with 1 when a digest could not be sent.

        With --now it ends when each is dealt with, by whomever: the worker's clock may take some of them.
        """
        self.sent = self.quiet = self.failed = 0
        others = []
        for digest in ledger.make_now() if options["now"] else ledger.make_due():
            if outcome := deliver(digest):
                self.tell(digest, outcome)
            else:
                others.append(digest)
        if options["now"] and others:
            self.stdout.write(f"waiting for {len(others)} that the worker is sending")
            for digest in others:
                self.tell(digest, see_through(digest))
        self.stdout.write(f"{self.sent} sent, {self.quiet} with nothing to tell, {self.failed} failed")
        if self.failed:
            sys.exit(1)

    def tell(self, digest: UUID, outcome: Outcome) -> None:
        """Says and counts what became of one."""
        if outcome.person:
            self.sent += 1
            self.stdout.write(f"sent to {outcome.person.email}")
        elif outcome.status is DigestStatus.EMPTY:
            self.quiet += 1
        else:
            self.failed += 1
            self.stderr.write(f"{outcome.status.value}: digest {digest}, {outcome.error}")
