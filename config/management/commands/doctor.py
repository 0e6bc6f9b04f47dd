"""`manage.py doctor`: what is wrong with this machine."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from config.embedded import doctor


class Command(BaseCommand):
    help = "Says what is wrong with this machine, and the next command to type; exits with 1 when anything is."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Hand over to the plain module, which needs no settings."""
        sys.exit(doctor.main())
