"""`manage.py serve`: the one-command run."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded import serve


class Command(BaseCommand):
    help = "Starts the embedded services, web, worker and beat, and keeps them running (PORT, ORE_DATA)."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Hand over to the plain module, which needs no settings."""
        sys.exit(serve.main())
