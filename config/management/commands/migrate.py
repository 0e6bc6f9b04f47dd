from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from institutions.isolation.raising import lower_past, raise_walls


class Command(Migrate):
    """Changes the schema, then states every policy, trigger and grant anew."""

    def handle(self, *args: Any, **options: Any) -> None:
        changes = not (options["plan"] or options["check_unapplied"])
        if changes:
            lower_past(options["database"])
        super().handle(*args, **options)
        if changes:
            raise_walls(options["database"])
