from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection
from django.utils import timezone

from deals.services.files import storage
from institutions.management.routine import Routine

# A request that is still under way may have kept its file and not yet its row.
YOUNG_MINUTES = 60


class Command(Routine):
    help = "Lists the files of the document storage that no document has: what a failed request left behind."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older", type=int, default=YOUNG_MINUTES, help="Only files of at least so many minutes")
        parser.add_argument("--remove", action="store_true", help="Remove them too")

    def handle(self, *args: Any, older: int = YOUNG_MINUTES, remove: bool = False, **options: Any) -> None:
        try:
            names = storage().listdir("")[1]
        except FileNotFoundError:
            # No document was ever kept on this disk.
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT deals.orphaned(%s)", [sorted(names)])
            orphaned = [name for (name,) in cursor.fetchall()]
        before = timezone.now() - timedelta(minutes=older)
        for name in orphaned:
            if storage().get_modified_time(name) <= before:
                self.stdout.write(name)
                if remove:
                    storage().delete(name)
