"""`manage.py restore FOLDER`: a backup put back into an empty database, and looked through."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.backup.programs import BackupError
from config.backup.putting_back import check, put_back
from config.embedded import addresses
from institutions.management.routine import Routine


class Command(Routine):
    help = (
        "Puts a backup back into the empty database of DATABASE_OWNER_URL, documents and heads beside it, and looks"
        " whether walls, log and documents are what they were. Exits 1 where something is not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?")
        parser.add_argument("--check", action="store_true", help="only look, at what there is")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = addresses.database_url("owner")
        if not options["check"] and options["folder"] is None:
            raise CommandError("Name the folder of a backup, or --check.")
        try:
            found = check(owner) if options["check"] else put_back(options["folder"], owner)
        except BackupError as error:
            raise CommandError(str(error)) from None
        said = f"{found.events} events under {found.heads} heads, {found.documents} documents"
        if found.wrong:
            self.stderr.write("NOT AS IT WAS: " + " ".join(found.wrong) + f" Looked at: {said}.")
            sys.exit(1)
        era = f" Epoch {found.epoch}: partner systems load anew." if found.epoch else ""
        self.stdout.write(f"As it was: walls stand, {said}.{era}")
