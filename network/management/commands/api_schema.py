"""`manage.py api_schema`: writes the schema, and adds to the promises what is new."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from network.contract import broken, promises, schema, text


class Command(BaseCommand):
    help = "Writes docs/reference/openapi.json and adds to docs/reference/promises.txt; refuses while one is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        told = schema()
        kept = folder / "promises.txt"
        promised = set(kept.read_text(encoding="utf-8").splitlines()) if kept.exists() else set()
        now = promises(told)
        if wrong := broken(promised, now):
            raise CommandError(
                "A client that relies on these would break (docs/reference/deprecation.md):\n" + "\n".join(wrong)
            )
        # Neither is written while a promise is broken.
        (folder / "openapi.json").write_text(text(told), encoding="utf-8")
        kept.write_text("".join(f"{line}\n" for line in sorted(promised | now)), encoding="utf-8")
        self.stdout.write(f"{len(now - promised)} promises are new; {len(promised | now)} stand.")
