"""Where it is measured: a cluster of its own, with one registry for each size."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded import places, services
from config.embedded.postgres import Postgres
from tests.benchmarks.speed import made

ROOT = Path(__file__).resolve().parents[3]
# As of a server with some memory; fsync stays on.
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "max_connections": "100"}
BASE = "base"


@dataclass(frozen=True)
class Place:
    """A running cluster whose databases `made_<commitments>` are registries of that many."""

    data: Path
    postgres: Postgres

    def url(self, role: str, size: int) -> str:
        """The address of a registry for 'admin', 'owner' or 'app'."""
        return self.postgres.url(role, f"made_{size}")

    def environment(self, size: int) -> dict[str, str]:
        """What a process of Orebook's finds in its environment for a registry."""
        return os.environ | {
            "ORE_DATA": str(self.data),
            "DATABASE_URL": self.url("app", size),
            "DATABASE_OWNER_URL": self.url("owner", size),
            # Nobody has a second factor here, and nobody ends TLS.
            "ORE_DEMO": "1",
            "ORE_HTTPS": "0",
            "ORE_RATE_LIMIT": "100000000/minute",
            "PYTHONUNBUFFERED": "1",
        }


@contextmanager
def place(sizes: Sequence[int], keep: Path | None = None) -> Iterator[Place]:
    """Makes it, and takes it away afterwards. `keep`: a folder that stays, with registries that are there already."""
    data = keep or Path(tempfile.mkdtemp(prefix="ore-bench-"))
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    settings = SETTINGS if max(sizes) >= 100_000 else {"max_connections": "100"}
    # The server of static files warns in every process when its folder is missing.
    (data / "static").mkdir(exist_ok=True)
    services.up(data, settings=settings)
    try:
        found = Place(data, Postgres(data))
        _base(found)
        for size in sizes:
            _registry(found, size)
        yield found
    finally:
        services.down(data)
        if keep is None:
            there = places.Place(data)
            for folder in (there.sockets, there.home, data):
                shutil.rmtree(folder, ignore_errors=True)


def _base(there: Place) -> None:
    """The schema once, migrated; registries are copies of it."""
    with psycopg.connect(there.postgres.url("admin", "postgres"), autocommit=True) as admin:
        if _is_there(admin, BASE):
            return
    environment = os.environ | {"ORE_DATA": str(there.data)}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL"):
        environment.pop(name, None)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=environment, check=True)
    with psycopg.connect(there.postgres.url("admin", "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE orebook OWNER orebook_owner").format(sql.Identifier(BASE)))


def _registry(there: Place, size: int) -> None:
    name = f"made_{size}"
    with psycopg.connect(there.postgres.url("admin", "postgres"), autocommit=True) as admin:
        if _is_there(admin, name):
            return
        template = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER orebook_owner")
        admin.execute(template.format(sql.Identifier(name), sql.Identifier(BASE)))
    made.fill(there.postgres.url("admin", name), size)
    with psycopg.connect(there.url("app", size), autocommit=True) as application:
        # As the worker does.
        while (application.execute("SELECT deals.keep_picture('USD')").fetchone() or (0,))[0]:
            pass


def _is_there(admin: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    return bool(admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount)
