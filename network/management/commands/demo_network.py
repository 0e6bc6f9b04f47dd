from typing import Any

from institutions.management.routine import Routine
from network.demo import set_up


class Command(Routine):
    help = "After `demo`: its people follow the Nolans deal, and mail to them may carry all. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = set_up()
        self.stdout.write(f"{done.followers} began to follow, {done.institutions} institutions let mail carry all")
