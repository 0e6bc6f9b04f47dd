"""`manage.py stages`: writes the reference page of stages and statuses."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from deals.lifecycle.telling import page


class Command(BaseCommand):
    help = "Writes docs/reference/stages.md from the tables of deals/lifecycle."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """A test compares the page with the tables."""
        file = settings.BASE_DIR / "docs" / "reference" / "stages.md"
        file.write_text(page())
        self.stdout.write(f"Written: {file.relative_to(settings.BASE_DIR)}")
