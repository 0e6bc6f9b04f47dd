"""Where the embedded services keep their files, and as which user of the system they run."""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TypedDict

from config.embedded.errors import ServiceError

# Root's services run as another user, to whom root's own home is closed; this folder is open to all.
SYSTEM_FOLDER = Path("/var/lib/orebook")
LONGEST_SOCKET_PATH = 107
# Where TMPDIR is too deep for a socket. Only ever used for a folder whose owner and mode are checked.
SHORT_TEMPORARY_FOLDER = Path("/tmp")  # noqa: S108
LEAST_FREE_BYTES = 300 * 1024 * 1024


class RunAs(TypedDict, total=False):
    """What `subprocess` needs in order to start a process as another user."""

    user: int
    group: int
    extra_groups: list[int]


class Place:
    """The files of one data folder's services."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.uid, self.gid = _service_user()
        self.log = self.data / "log"

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def run_as(self) -> RunAs:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.as_root else {}

    @property
    def home(self) -> Path:
        """The folder of the services' files: in the data folder, or where its link `services` points."""
        return (self.data / "services").resolve()

    @property
    def sockets(self) -> Path:
        """A short folder with a name that follows from the data folder: a socket's path may have 107 bytes."""
        name = f"ore-{self.uid}-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:10]}"
        folder = Path(tempfile.gettempdir()) / name
        return folder if len(os.fsencode(folder)) + 20 <= LONGEST_SOCKET_PATH else SHORT_TEMPORARY_FOLDER / name

    def prepare(self) -> None:
        """Make the folders; refuse a full disk, a closed folder, and a socket folder that is someone else's."""
        self._make_data()
        try:
            self.log.mkdir(exist_ok=True, mode=0o700)
            self._make_home()
            self._make_sockets()
        except OSError as error:
            raise self._closed(error) from error
        free = shutil.disk_usage(self.home).free
        if free < LEAST_FREE_BYTES:
            raise ServiceError(
                f"The disk of {self.home} has only {free // 2**20} MB free and {LEAST_FREE_BYTES // 2**20} MB are "
                "needed. Free some space, or choose a folder on another disk: ORE_DATA=/some/folder make run"
            )

    def own(self, path: Path) -> None:
        """Give `path` to the user that the services run as."""
        if self.as_root:
            os.chown(path, self.uid, self.gid)

    @contextlib.contextmanager
    def lock(self, name: str, seconds: float = 60) -> Iterator[None]:
        """Only one process at a time starts or stops the service `name`."""
        self._make_data()
        with self._open_lock(name) as file:
            end = time.monotonic() + seconds
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise ServiceError(
                            f"Another process has been starting or stopping {name} of {self.data} for {seconds:.0f} s. "
                            "See who: make doctor"
                        ) from None
                    time.sleep(0.05)
            yield

    def _open_lock(self, name: str) -> IO[str]:
        try:
            return open(self.data / f".{name}.lock", "w")
        except OSError as error:
            raise self._closed(error) from error

    def _make_data(self) -> None:
        try:
            # Root's servers run as another user, who must pass through; nobody else may list what is there.
            self.data.mkdir(parents=True, exist_ok=True, mode=0o711 if self.as_root else 0o700)
        except OSError as error:
            raise self._closed(error) from error

    def _closed(self, error: OSError) -> ServiceError:
        return ServiceError(
            f"Cannot use {error.filename or self.data}: {error.strerror}. "
            "See what it is: make doctor. Or choose another folder: ORE_DATA=/some/folder make run"
        )

    def _make_home(self) -> None:
        link = self.data / "services"
        if link.is_symlink() or link.is_dir():
            self.home.mkdir(parents=True, exist_ok=True)
            return
        if self.reachable(self.data):
            link.mkdir(mode=0o711)
            return
        # A new name each time: whoever removes the data folder begins anew.
        SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
        home = SYSTEM_FOLDER / hashlib.sha256(os.fsencode(self.data) + secrets.token_bytes(8)).hexdigest()[:12]
        home.mkdir(mode=0o711)
        (home / "belongs-to").write_text(f"{self.data}\n")
        link.symlink_to(home)

    def _make_sockets(self) -> None:
        with contextlib.suppress(FileExistsError):
            self.sockets.mkdir(mode=0o700)
            self.own(self.sockets)
        self.check_sockets()

    def check_sockets(self) -> None:
        """Refuse a socket folder that another user, or another mode, could let others into. Raises ServiceError."""
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid or stat.S_IMODE(found.st_mode) != 0o700:
            raise ServiceError(
                f"{self.sockets} should be this installation's private socket folder and is not: it belongs to user "
                f"{found.st_uid} with mode {stat.S_IMODE(found.st_mode):o}. See what it is: ls -ld {self.sockets}; "
                f"if nobody needs it: rm -r {self.sockets}"
            )

    def reachable(self, folder: Path) -> bool:
        """Whether the services' user may enter `folder`; asked by trying, since lists of access may say otherwise."""
        if not self.as_root:
            return True
        tried = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)], cwd="/", stderr=subprocess.DEVNULL, **self.run_as
        )
        return tried.returncode == 0


def package_folder(module: str, distribution: str) -> tuple[Path, str]:
    """Where the wheel `distribution` put `module`, and its version; the module itself is not imported."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ServiceError(f"The package {distribution} is not installed. Install it: make run")
    return Path(spec.origin).parent, importlib.metadata.version(distribution)


def shared_copy(name: str, sources: list[Path]) -> Path:
    """A copy of `sources` that every user can run, made once for each `name` under the system folder."""
    target = SYSTEM_FOLDER / name
    if target.is_dir():
        return target
    SYSTEM_FOLDER.mkdir(mode=0o755, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=SYSTEM_FOLDER))
    for source in sources:
        if source.is_dir():
            shutil.copytree(
                source, making / source.name, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include")
            )
        else:
            shutil.copy2(source, making / source.name)
    making.chmod(0o755)
    try:
        making.rename(target)  # Whole or not at all, also when two start at once.
    except OSError:
        shutil.rmtree(making)
        if not target.is_dir():
            raise
    return target


def _service_user() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise ServiceError(
        "PostgreSQL refuses to run as root, and this system has neither a user `postgres` nor `nobody`. "
        "Add one: useradd --system postgres"
    )
