"""Processes: which are alive, which belong to a folder, and how a child is tied to its parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")
PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec should not load libraries.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


# The servers that this process started. They outlive the objects that started them, and somebody must reap them.
_started: list[subprocess.Popen[bytes]] = []


def keep(child: subprocess.Popen[bytes]) -> None:
    """Remember a child until `reap` finds that it ended."""
    _started.append(child)


def reap() -> None:
    """Take note of the children that ended, so that none stays behind as a zombie."""
    _started[:] = [child for child in _started if child.poll() is None]


def tie_to_parent(death: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the child receives `death` when this process ends, however it ends (Linux only)."""
    parent = os.getpid()

    def tie() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:  # The parent died between fork and prctl.
            os._exit(1)

    return tie


def follow_parent(death: signal.Signals) -> None:
    """Receive `death` when the parent of this process ends (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)


def alive(pid: int) -> bool:
    """Whether `pid` runs. A zombie does not: it answers kill(0) but holds nothing."""
    reap()
    if PROC.is_dir():
        try:
            # The name in brackets may hold anything; the state is the first word after it.
            return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except (OSError, IndexError):
            return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def began(pid: int) -> str:
    """When the system started `pid`: tells it from a later process of the same number. Empty when it is gone."""
    if not alive(pid):
        return ""
    if PROC.is_dir():
        try:
            return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
    return subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()


def works_in(pid: int, folder: Path) -> bool:
    """Whether `pid` is alive with `folder` as its working directory, as every PostgreSQL process has its cluster."""
    if not alive(pid):
        return False
    if not PROC.is_dir():
        command = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
        return str(folder) in command.stdout
    try:
        return (PROC / str(pid) / "cwd").resolve(strict=True) == folder.resolve()
    except OSError:
        return False


def inhabitants(folder: Path) -> list[int]:
    """Every living process whose working directory is `folder`."""
    if not PROC.is_dir():
        return []
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and works_in(int(entry.name), folder)]


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask `done` every few hundredths of a second; False when `seconds` went by first."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.03)
    return True
