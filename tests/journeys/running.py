"""What `make run` starts, as a stranger has it: every process of it, in a data folder and at a port of its own."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

from config.embedded import places, processes, services
from tests.ports import free_port
from tests.services import ROOT

# What the recipe of `make run` starts, after the environment is made.
COMMAND = [sys.executable, "-m", "config.embedded.serve"]
START_SECONDS = 240
STOP_SECONDS = 60
COMMAND_SECONDS = 120
# Reads a command in each line of its input, and answers with a line of what the command said.
CONSOLE = """
import io, json, sys
from django.core.management import call_command
from django.db import connections
for line in sys.stdin:
    # The run may have been killed and started since.
    connections.close_all()
    said = io.StringIO()
    call_command(*json.loads(line), stdout=said)
    print(json.dumps(said.getvalue()), flush=True)
"""
# The tests' own services and settings are none of its business.
FOREIGN = ("ORE_", "DATABASE_", "REDIS_", "DJANGO_", "EMAIL_", "PYTEST_", "MAKE", "PORT")


class Client(NamedTuple):
    """A partner system's client, as `manage.py issue_client` is asked for one."""

    institution: str
    scopes: str = "registry:read"
    responsible: str = ""

    def arguments(self) -> list[str]:
        given = [self.institution, "--scopes", self.scopes]
        return [*given, "--responsible", self.responsible] if self.responsible else given


class Run:
    """One installation: started, stopped and killed as often as a test wants, with the data staying."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.said = folder / "said.txt"
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.console: subprocess.Popen[str] | None = None
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
        """What `manage.py` says to that, in one process that stays: to start one for each takes seconds."""
        if self.console is None:
            self.console = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "--no-imports", "-c", CONSOLE],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.console.stdin
        assert self.console.stdout
        self.console.stdin.write(json.dumps(arguments) + "\n")
        self.console.stdin.flush()
        answered, _, _ = select.select([self.console.stdout], [], [], COMMAND_SECONDS)
        said = self.console.stdout.readline() if answered else ""
        assert said, f"manage.py {arguments} said nothing; it ended with {self.console.poll()}"
        told: str = json.loads(said)
        return told

    def issue(self, *clients: Client) -> None:
        """Has the command line issue what was not issued yet."""
        for client in clients:
            if client not in self.issued:
                told = self.manage("issue_client", *client.arguments())
                self.issued[client] = json.loads(told)

    def send_digests(self) -> dict[str, str]:
        """Sends them now. What each person got by it: the subject and both forms of every new mail, by address."""
        before = set(self.data.glob("mail/*/*.eml"))
        self.manage("send_digests", "--now")
        new = set(self.data.glob("mail/*/*.eml")) - before
        return {file.parent.name: read_mail(file) for file in sorted(new)}

    def inhabitants(self) -> list[int]:
        """Every living process of this run: its data folder is in its environment or command, or it works in it."""
        mine = self.console.pid if self.console else None
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if pid != mine and self._is_ours(pid)]

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
        if self.console:
            self.console.communicate(timeout=STOP_SECONDS)
        if self.up:
            self.end(signal.SIGTERM)
        services.down(self.data)
        place = places.Place(self.data)
        for left in (place.sockets, place.home, self.data):
            shutil.rmtree(left, ignore_errors=True)


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
