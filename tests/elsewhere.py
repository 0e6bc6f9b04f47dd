"""Another data folder, with services of its own and an empty database: for what makes or wipes whole registries."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from django.conf import settings

from config.embedded.postgres import Postgres

# Of the tests' own registry, which must not be the one.
_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "ORE_DATA", "ORE_DEMO")


class Elsewhere:
    """The folder, and commands that find what runs in it."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Python with these arguments, to its end; `more` stands in its environment."""
        return subprocess.run(
            [sys.executable, *arguments], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
            env=self.environment(**more),
        )  # fmt: skip

    def environment(self, **more: str) -> dict[str, str]:
        others = {name: value for name, value in os.environ.items() if name not in _OURS}
        return others | {"ORE_DATA": str(self.data)} | more

    def owner(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(Postgres(self.data).url("owner"), autocommit=True)
