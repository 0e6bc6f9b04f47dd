import sys
from typing import Any

from institutions.management.routine import Routine
from network.digests import ledger
from network.digests.bounces import LONGEST, bounce_in


class Command(Routine):
    help = "Take a mail server's report of an undelivered mail from standard input; a mail server pipes it here."

    def handle(self, *args: Any, **options: Any) -> None:
        """Always ends well: a report about a report would go round for ever."""
        try:
            bounce = bounce_in(sys.stdin.buffer.read(LONGEST))
        except Exception as wrong:  # whatever somebody sent here, it is no report
            self.stdout.write(f"not a report: {type(wrong).__name__}")
            return
        if bounce and ledger.refuse_address(bounce.digest, bounce.address, bounce.code):
            self.stdout.write(f"noted: {bounce.code} for digest {bounce.digest}")
        else:
            self.stdout.write("nothing to note: no permanent failure of a digest to its person's present address")
