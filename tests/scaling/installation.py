"""Everything twice, behind one proxy: two web servers, four workers, two beats, PgBouncer, a standby."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from config.embedded import places, processes, services
from config.embedded.postgres import Postgres
from tests.benchmarks.speed import made
from tests.benchmarks.speed.asking import made_id
from tests.ports import free_port
from tests.scaling.servers import FOLLOWED, ROOT, following, found, pooled, proxied, until
from tests.services import settle

COMMITMENTS = 2_000
POOL = 6
PARTS = ("worker-1", "worker-2", "worker-3", "worker-4", "beat-1", "beat-2")


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is read as JSON where it is."""

    status: int
    body: Any
    raw: bytes


@dataclass
class Installation:
    """Where everything is. `parts` are the processes of Orebook's own, by name.

    Where the machine has no PgBouncer `pooler` is the server itself; where it has no HAProxy `port` is a web server's.
    """

    postgres: Postgres
    standby: Postgres
    pooler: str
    environment: dict[str, str]
    port: int = 0
    web_ports: dict[str, int] = field(default_factory=dict)
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    folder: Path = Path()

    def ask(self, bank: int, method: str, path: str, body: Any = None, *, port: int = 0, **headers: str) -> Answer:
        """A request of a bank's system through the proxy. Raises OSError where nobody answers, or not to the end."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {made.token(bank)}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(  # of this machine
            f"http://127.0.0.1:{port or self.port}/api/v1/{path}", data, sent, method=method
        )
        try:
            try:
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    status, raw = answer.status, answer.read()
            except urllib.error.HTTPError as refused:
                status, raw = refused.code, refused.read()
        except http.client.HTTPException as cut:
            # Whoever answered was killed amid it.
            raise ConnectionResetError(str(cut)) from cut
        try:
            return Answer(status, json.loads(raw), raw)
        except ValueError:
            return Answer(status, None, raw)

    def seen_by(self, bank: int, statement: str) -> list[Any]:
        """The first column of what the primary itself answers the bank's system."""
        with psycopg.connect(self.postgres.url("app", "orebook")) as there:
            there.execute("SELECT wall.act('client', %s, NULL)", [made_id("client", bank)])
            return [row[0] for row in there.execute(statement).fetchall()]

    def admin(self, statement: str, *given: object, standby: bool = False) -> Any:
        """The first value that the superuser is answered."""
        server = self.standby if standby else self.postgres
        with psycopg.connect(server.url("admin", "orebook"), autocommit=True) as there:
            done = there.execute(statement, given)
            return done.fetchone()[0] if done.description else None  # type: ignore[index]

    def start(self, name: str) -> None:
        """One of Orebook's own processes, as docker-compose.yml starts it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                self._command(name), cwd=ROOT, env=self.environment, stdout=log, stderr=log,
                preexec_fn=processes.tie_to_parent(signal.SIGTERM), start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """At once, with whatever it had begun: the process and its children."""
        os.killpg(self.parts[name].pid, signal.SIGKILL)
        self.parts[name].wait(10)

    def _command(self, name: str) -> list[str]:
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        if name.startswith("beat"):
            return [*celery, "beat", "--schedule", str(self.folder / name), "--pidfile=", "--loglevel", "INFO"]
        if name.startswith("worker"):
            # Both queues, in threads: the calls of receivers wait for others' systems.
            pool = [
                "--pool",
                "threads",
                "--concurrency",
                "4",
                "--queues",
                "celery,webhooks",
                "--hostname",
                f"{name}@%h",
            ]
            return [*celery, "worker", *pool, "--loglevel", "INFO"]
        bound = f"127.0.0.1:{self.web_ports[name]}"
        gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", bound, "-k", "gthread"]
        return [*gunicorn, "--workers", "1", "--threads", "8", "--no-control-socket"]


@contextmanager
def installed() -> Iterator[Installation]:
    """Starts all of it, and ends all of it."""
    data = Path(tempfile.mkdtemp(prefix="ore-scale-"))
    data.chmod(0o711 if os.geteuid() == 0 else 0o700)
    with ExitStack() as ends:
        ends.callback(_remove, data)
        settle(data)
        services.up(data, durable=False, settings=FOLLOWED)
        postgres = Postgres(data, durable=False, settings=FOLLOWED)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
        environment = kept | {
            "ORE_DATA": str(data), "ORE_DEMO": "1", "ORE_HTTPS": "0", "ORE_RATE_LIMIT": "1000000/minute",
            "ORE_RATES_FROM": "", "ORE_WEBHOOK_LOOPBACK": "1", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        (data / "static").mkdir()
        made.fill(postgres.url("admin", "orebook"), COMMITMENTS)
        standby = ends.enter_context(following(postgres, data / "standby"))
        pooler, keeps = postgres.url("app", "orebook"), True
        if found("pgbouncer"):
            place = postgres.place.home / "pooler"
            place.mkdir()
            pooler, keeps = ends.enter_context(pooled(postgres, "orebook", place, size=POOL))
        environment |= {
            "DATABASE_URL": pooler, "DATABASE_STANDBY_URL": standby.url("app", "orebook"),
            "ORE_PREPARED_STATEMENTS": "1" if keeps else "0",
        }  # fmt: skip
        # The broker is where services.json says; the database where the pooler is.
        made_here = Installation(postgres, standby, pooler, environment, folder=data)
        made_here.web_ports = {"web": free_port(), "web-2": free_port()}
        ends.callback(_end, made_here)
        for name in (*made_here.web_ports, *PARTS):
            made_here.start(name)
        made_here.port = made_here.web_ports["web"]
        if found("haproxy"):
            made_here.port = ends.enter_context(proxied(made_here.web_ports, data))
        for port in {*made_here.web_ports.values(), made_here.port}:
            until(partial(_is_well, made_here, port), 180, f"an answer at {port}; see {data}/web.log")
        yield made_here


def _is_well(there: Installation, port: int) -> bool:
    try:
        return there.ask(1, "GET", "commitments?limit=1", port=port).status == 200
    except OSError:
        return False


def _end(there: Installation) -> None:
    for part in there.parts.values():
        if part.poll() is None:
            os.killpg(part.pid, signal.SIGKILL)
            part.wait(10)


def _remove(data: Path) -> None:
    services.down(data)
    there = places.Place(data)
    for folder in (there.sockets, there.home, data):
        shutil.rmtree(folder, ignore_errors=True)
