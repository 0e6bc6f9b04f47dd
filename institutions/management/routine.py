"""Commands that are called again and again."""

from django.core.management.base import BaseCommand


class Routine(BaseCommand):
    """Without the system checks, which take a second of each call: `manage.py check` makes them."""

    requires_system_checks = ()
