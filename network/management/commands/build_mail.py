from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

SOURCE = Path(__file__).resolve().parents[2] / "digests" / "layout" / "digest.mjml"
BUILT = Path(__file__).resolve().parents[2] / "templates" / "network" / "digest.html"


class Command(BaseCommand):
    help = "Compile the layout of mails into the template that is sent."

    def handle(self, *args: Any, **options: Any) -> None:
        BUILT.write_text(compiled())
        self.stdout.write(f"wrote {BUILT.name}")


def compiled() -> str:
    """The template as its layout makes it: tables and styles that mail programs understand.

    The layout names no web font: the compiler would have it fetched from an outside host.
    """
    # A tool of development: what is deployed sends what was compiled.
    from mjml import mjml2html

    return str(mjml2html(SOURCE.read_text())) + "\n"
