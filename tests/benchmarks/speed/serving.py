"""Servers of one process and one connection each, and the processor time that they and their backends took."""

import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

from config.embedded import processes
from tests.benchmarks.speed.made import token
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 60


@dataclass
class Server:
    """One application behind gunicorn, in one process, on one machine-local port.

    `superuser` is where it is asked which backends are its own; `cpu` is in seconds, of the process and of those.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]
    superuser: str
    workers: list[int] = field(default_factory=list)
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """The status, body and headers of one request over a kept connection."""
        self.connection.request(method, path, body, dict(headers or {}))
        answer = self.connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}

    def cpu(self) -> float:
        """Processor seconds so far of the serving process and of the backends that it asks."""
        with psycopg.connect(self.superuser, autocommit=True) as there:
            rows = there.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [self.name]).fetchall()
        return sum(spent(pid) for pid in [*self.workers, *(pid for (pid,) in rows)])


def spent(pid: int) -> float:
    """Processor seconds of a process, to the nanosecond; of all its threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue
    return total / 1e9


@contextmanager
def served(name: str, application: str, environment: Mapping[str, str], superuser: str) -> Iterator[Server]:
    """A server of `application` (module:name), ended afterwards. `superuser`: the address of its database for one."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["-k", "gthread", "--threads", "1", "--no-control-socket", "--log-level", "error"]
    command += ["--keep-alive", "600"]
    environment = {**environment, "PGAPPNAME": name}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=processes.tie_to_parent(signal.SIGTERM))
    server = Server(name, port, process, superuser)
    try:
        _wait(server)
        server.workers = _children(process.pid)
        yield server
    finally:
        server.connection.close()
        process.terminate()
        process.wait(30)


def as_client(bank: int) -> dict[str, str]:
    """What a bank's system sends to Orebook."""
    return {"Authorization": f"Bearer {token(bank)}"}


def as_told(client: UUID) -> dict[str, str]:
    """What is sent to the servers that take an identity on trust."""
    return {"X-Client": str(client)}


def _wait(server: Server) -> None:
    def answers() -> bool:
        try:
            server.ask("GET", "/health/")
        except (OSError, http.client.HTTPException):
            server.connection.close()
            return server.process.poll() is not None
        return True

    if not processes.wait_until(answers, START_SECONDS) or server.process.poll() is not None:
        raise RuntimeError(f"The server '{server.name}' did not start.")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
