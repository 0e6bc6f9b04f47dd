from typing import Any

from django.core.management.base import BaseCommand

from network.webhooks import lanes


class Command(BaseCommand):
    help = "Tell the webhook endpoints that are due, once; the worker `hooks` does it every few seconds."
    # A second of each call; `manage.py check` makes them.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{lanes.run_all()} calls made")
