"""`manage.py backup FOLDER`: the database, the documents and the heads of the sealed log."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from config.backup.programs import BackupError
from config.backup.taking import take
from config.embedded import addresses
from institutions.management.routine import Routine


class Command(Routine):
    help = (
        "Writes a backup into a new folder, as the tables' owner. It holds everything, unencrypted; the installation's"
        " secrets are not in it. Put it back with `manage.py restore`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = take(options["folder"], addresses.database_url("owner"))
        except BackupError as error:
            raise CommandError(str(error)) from None
        size = sum(path.stat().st_size for path in options["folder"].rglob("*") if path.is_file())
        beside = "; documents are kept in a store of their own, back that up too" * manifest["documents_kept_elsewhere"]
        self.stdout.write(f"{options['folder']}: {len(manifest['files'])} files, {size / 1e6:.1f} MB{beside}.")
