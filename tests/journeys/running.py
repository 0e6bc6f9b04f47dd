"""What `make run` starts, as a stranger has it: every process of it, in a data folder and at a port of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

from config.embedded import places, processes, services
from tests.services import ROOT

# What the recipe of `make run` starts, after the environment is made.
COMMAND = [sys.executable, "-m", "config.embedded.serve"]
START_SECONDS = 240
STOP_SECONDS = 60
COMMAND_SECONDS = 120
# The tests' own services and settings are none of its business.
FOREIGN = ("ORE_", "DATABASE_", "REDIS_", "DJANGO_", "EMAIL_", "PYTEST_", "MAKE", "PORT")


class Client(NamedTuple):
    """A partner system's client, as `manage.py issue_client` is asked for one."""

    institution: str
    scopes: str = "registry:read"
    responsible: str = ""


class Run:
    """One installation: started, stopped and killed as often as a test wants, with the data staying."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.said = folder / "said.txt"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.issued: dict[Client, dict[str, str]] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        # Under make the run ends with whoever started it, and so with the tests, however they end.
        self.environment = kept | {"ORE_DATA": str(self.data), "PORT": str(self.port), "MAKELEVEL": "1"}
        # Nothing talks to the outside, whatever the hour at which the tests run.
        self.environment["ORE_RATES_FROM"] = ""

    @property
    def up(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Returns when it says that it is ready."""
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        processes.wait_until(lambda: not self.up or "Stop with Ctrl-C" in self.said.read_text(), START_SECONDS)
        assert self.up, self.said.read_text()
        assert f"at {self.address}/" in self.said.read_text()

    def end(self, by: signal.Signals) -> int:
        """Sends the signal to the supervisor alone and waits for its end; what it ended with."""
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(STOP_SECONDS)

    def manage(self, *arguments: str) -> str:
        """`manage.py`, run by hand: it finds the running services by itself."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def issue(self, *clients: Client) -> None:
        """Has the command line issue what was not issued yet: all in one process, since to start one takes seconds."""
        new = [client for client in clients if client not in self.issued]
        if not new:
            return
        calls = [
            f"call_command('issue_client', {client.institution!r}, scopes={client.scopes!r}, "
            f"responsible={client.responsible!r})"
            for client in new
        ]
        told = self.manage(
            "shell", "--no-imports", "-c", "\n".join(["from django.core.management import call_command", *calls])
        )
        self.issued |= dict(zip(new, map(json.loads, told.splitlines()), strict=True))

    def send_digests(self) -> dict[str, str]:
        """Sends them now. What each person got by it: the subject and both forms of every new mail, by address."""
        before = set(self.data.glob("mail/*/*.eml"))
        self.manage("send_digests", "--now")
        new = set(self.data.glob("mail/*/*.eml")) - before
        return {file.parent.name: read_mail(file) for file in sorted(new)}

    def inhabitants(self) -> list[int]:
        """Every living process of this run: its data folder is in its environment or command, or it works in it."""
        return [
            pid for entry in Path("/proc").iterdir() if entry.name.isdigit() and self._is_ours(pid := int(entry.name))
        ]

    def _is_ours(self, pid: int) -> bool:
        if not processes.alive(pid):
            return False
        folders = [str(self.data), str(places.Place(self.data).home)]
        told = f"\0{_of(pid, 'environ')}\0{_of(pid, 'cmdline')}"
        if f"\0ORE_DATA={self.data}\0" in told or any(folder in _of(pid, "cmdline") for folder in folders):
            return True
        try:
            return str((Path("/proc") / str(pid) / "cwd").readlink()).startswith(tuple(folders))
        except OSError:
            return False

    def remove(self) -> None:
        """Ends it, and removes what it keeps outside its folder too."""
        if self.up:
            self.end(signal.SIGTERM)
        services.down(self.data)
        place = places.Place(self.data)
        for left in (place.sockets, place.home, self.data):
            shutil.rmtree(left, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def read_mail(file: Path) -> str:
    """A captured mail as its reader has it: the subject, then each form."""
    parsed = message_from_bytes(file.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in parsed.walk() if not part.is_multipart()]
    return "\n".join([str(parsed["Subject"]), *parts])


def _of(pid: int, what: str) -> str:
    try:
        return (Path("/proc") / str(pid) / what).read_bytes().decode(errors="replace")
    except OSError:
        return ""
