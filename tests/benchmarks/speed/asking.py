"""Who asks what of which registry: the servers of one size, and requests to them that must succeed."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import psycopg

from tests.benchmarks.speed.beside import Side
from tests.benchmarks.speed.made import NARROW, WIDE
from tests.benchmarks.speed.place import ROOT, Place
from tests.benchmarks.speed.serving import Server, as_client, as_told, served

APPLICATIONS = {
    "orebook": "config.wsgi:application",
    "limit": "tests.benchmarks.speed.limit:application",
    "stock": "tests.benchmarks.speed.stock_server:application",
}
ASKERS = {"a tenth": WIDE, "one in 500": NARROW}
# The deal with two hundred commitments, all of them told to its parties, of which the wide asker is one.
LARGE_DEAL = 2


def made_id(kind: str, number: int) -> UUID:
    """As `made.id` of made.sql."""
    return UUID(hashlib.md5(f"{kind}{number}".encode()).hexdigest())  # no secret


@dataclass
class Registry:
    """One size, with a server of each kind."""

    place: Place
    size: int
    servers: dict[str, Server]
    sessions: dict[int, str] = field(default_factory=dict)

    @property
    def superuser(self) -> str:
        return self.place.url("admin", self.size)

    def ours(self, bank: int, path: str, **headers: str) -> Side:
        """A request of a bank's system to Orebook."""
        return self._side("orebook", path, as_client(bank) | headers)

    def page(self, bank: int, path: str) -> Side:
        """A page of the web admin, of a person who is logged in."""
        if bank not in self.sessions:
            command = [sys.executable, "-m", "tests.benchmarks.speed.session", str(made_id("officer", bank))]
            ran = subprocess.run(
                command, cwd=ROOT, env=self.place.environment(self.size), capture_output=True, text=True, check=True
            )
            self.sessions[bank] = ran.stdout.strip().splitlines()[-1]
        return self._side("orebook", path, {"Cookie": f"sessionid={self.sessions[bank]}"})

    def bare(self, server: str, bank: int, path: str) -> Side:
        """A request to the bare server or the stock one."""
        return self._side(server, path, as_told(made_id("client", bank)))

    def told(self, bank: int, path: str) -> Any:
        """What Orebook answers, read."""
        status, body, _headers = self.servers["orebook"].ask("GET", path, headers=as_client(bank))
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:300]!r}")
        return json.loads(body)

    def asked_of_database(self, bank: int, statement: str, *given: object) -> Any:
        """The first value that PostgreSQL answers a bank's system."""
        with psycopg.connect(self.place.url("app", self.size)) as there:
            there.execute("SELECT wall.act('client', %s, NULL)", [made_id("client", bank)])
            (found,) = there.execute(statement, given).fetchone() or (None,)
            return found

    def _side(self, server: str, path: str, headers: Mapping[str, str]) -> Side:
        there = self.servers[server]
        return Side(partial(_ask, there, path, headers), there.cpu)


def _ask(server: Server, path: str, headers: Mapping[str, str]) -> bytes:
    status, body, _told = server.ask("GET", path, headers=headers)
    if status not in (200, 304):
        raise RuntimeError(f"{server.name} {path}: {status} {body[:300]!r}")
    return body


@contextmanager
def registry(place: Place, size: int) -> Iterator[Registry]:
    """The registry with its servers."""
    with ExitStack() as running:
        environment, superuser = place.environment(size), place.url("admin", size)
        yield Registry(
            place,
            size,
            {
                name: running.enter_context(served(name, application, environment, superuser))
                for name, application in APPLICATIONS.items()
            },
        )
