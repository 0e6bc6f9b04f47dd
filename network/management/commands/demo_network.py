from typing import Any

from django.core.management.base import BaseCommand

from network.demo import set_up


class Command(BaseCommand):
    help = "After `demo`: its people follow the Nolans deal, and mail to them may carry all. Safe to repeat."
    # A second of each call; `manage.py check` makes them.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        done = set_up()
        self.stdout.write(f"{done.followers} began to follow, {done.institutions} institutions let mail carry all")
