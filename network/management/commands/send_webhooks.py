from typing import Any

from institutions.management.routine import Routine
from network.webhooks import lanes


class Command(Routine):
    help = "Tell the webhook endpoints that are due, once; the worker `hooks` does it every few seconds."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lanes.run_all()} calls made")
