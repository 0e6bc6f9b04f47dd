from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from institutions.isolation.raising import raise_walls


class Command(Migrate):
    """Changes the schema, then states every policy, trigger and grant anew."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            raise_walls(options["database"])
