"""One run of the supervisor per data folder: who has it, what a killed one left behind, whether the port is free."""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from config.embedded import processes
from config.embedded.errors import ServiceError
from config.embedded.files import write_private

# A run that was just told to stop may still be at it.
STOPPING_SECONDS = 20
LEFTOVER_SECONDS = 15


class Record(TypedDict):
    """What a run writes down about itself: each process with the moment at which the system started it."""

    address: str
    state: str
    processes: dict[str, tuple[int, str]]


class Run:
    """The right to run from a data folder, held while this object's `hold` is open."""

    def __init__(self, data: Path, address: str) -> None:
        self.file = data / "run.json"
        self.lock = data / ".run.lock"
        self.address = address
        self.known: dict[str, int] = {}

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Take the folder, or say who has it. Raises ServiceError."""
        try:
            self.lock.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
            file = self.lock.open("w")
        except OSError as error:
            raise ServiceError(
                f"Cannot write to {self.lock.parent}: {error.strerror}. "
                "Choose another folder: ORE_DATA=/some/folder make run"
            ) from error
        with file:
            if not _take(file.fileno()):
                if self.previous()["state"] == "stopping":
                    print("  An earlier run is still stopping ...", flush=True)
                    processes.wait_until(lambda: _take(file.fileno()), STOPPING_SECONDS)
                if not _take(file.fileno()):
                    raise ServiceError(
                        f"Orebook already runs from {self.file.parent}, at {self.previous()['address']}. Use it, "
                        "stop it with Ctrl-C where it was started, or run another: "
                        "PORT=8001 ORE_DATA=/some/folder make run"
                    )
            yield

    def taken(self) -> bool:
        """Whether a run has the folder now."""
        try:
            with self.lock.open("r") as file:
                return not _take(file.fileno())
        except OSError:
            return False

    def previous(self) -> Record:
        """What the last run wrote; an empty record when there was none, or it is unreadable."""
        try:
            found: Record = json.loads(self.file.read_text())
            return found
        except (OSError, ValueError):
            return {"address": "an unknown address", "state": "ended", "processes": {}}

    def clear_leftovers(self) -> bool:
        """End what a killed run left; whether it had been killed."""
        record = self.previous()
        left = [(pid, since) for pid, since in record["processes"].values()]
        for pid, since in left:
            if processes.began(pid) == since:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
        if not processes.wait_until(
            lambda: not any(processes.began(pid) == since for pid, since in left), LEFTOVER_SECONDS
        ):
            for pid, since in left:
                if processes.began(pid) == since:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)
        return record["state"] != "ended"

    def write(self, state: str, running: dict[str, int] | None = None) -> None:
        """Note the state and the processes, for the next run to read."""
        if running is not None:
            self.known = running
        began = {name: (pid, processes.began(pid)) for name, pid in self.known.items()}
        write_private(self.file, json.dumps({"address": self.address, "state": state, "processes": began}))


def chosen_port() -> int:
    """The port that PORT names, else 8000. Raises ServiceError when PORT is no port."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise ServiceError(f"PORT={wanted} is not a port. Take a number from 1024 to 65535: PORT=8001 make run")
    return int(wanted)


def check_port(port: int) -> None:
    """Refuse a port that another program has. Raises ServiceError with the next step."""
    if (problem := _unusable(port)) is None:
        return
    free = next((number for number in range(max(port + 1, 1024), 65536) if _unusable(number) is None), 8001)
    raise ServiceError(f"Port {port} {problem}. Take another one: PORT={free} make run")


def _unusable(port: int) -> str | None:
    with socket.socket(socket.AF_INET) as probe:
        # As the web server will: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as error:
            return (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
    return None


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
