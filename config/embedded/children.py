"""One child process of the supervisor: its output goes to a log, its errors to the terminal as well."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import processes
from config.embedded.files import trim

ROOT = Path(__file__).resolve().parent.parent.parent
ALARMING = re.compile(r"\b(ERROR|CRITICAL)\b|^[\w.]*(Error|Exception):")
STEADY_SECONDS = 60
LONGEST_PAUSE = 30


@dataclass
class Child:
    """A command that should always run. Asked to stop, it is given `patience` seconds."""

    name: str
    command: Sequence[str]
    log: Path
    patience: float = 6
    process: subprocess.Popen[str] | None = field(default=None, init=False)
    _recorder: threading.Thread | None = field(default=None, init=False)
    _began: float = field(default=0, init=False)
    _due: float | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it; it ends with this process, however this process ends."""
        trim(self.log)
        self._began, self._due = time.monotonic(), None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Ctrl-C reaches the supervisor only, which stops everything in order.
            start_new_session=True,
            preexec_fn=processes.tie_to_parent(signal.SIGTERM),
        )
        self._recorder = threading.Thread(target=self._record, args=[self.process], daemon=True)
        self._recorder.start()

    def died(self) -> bool:
        """Whether it ended without having been asked to."""
        return self.process is not None and self.process.poll() is not None

    def restart_when_due(self, environment: Mapping[str, str]) -> None:
        """Start again a child that died: at once after a steady life, else after pauses, the longest half a minute."""
        if not self.died():
            return
        now = time.monotonic()
        if self._due is None:
            self._failures = 0 if now - self._began > STEADY_SECONDS else self._failures + 1
            self._due = now + (min(2.0 ** (self._failures - 1), LONGEST_PAUSE) if self._failures else 0)
        if now >= self._due:
            self._kill_family()
            print(f"  {self.name} ended and is started again. Its log: {self.log}", flush=True)
            self.start(environment)

    def ask_to_stop(self) -> None:
        """TERM: finish what is in hand, then end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """End it, within `patience` seconds whatever it is doing."""
        if self.process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        self._kill_family()
        self.process.wait()
        self.process = None
        if self._recorder is not None:
            self._recorder.join(self.patience)

    def _kill_family(self) -> None:
        """Its own children live in its process group and must not outlive it: they would hold the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def _record(self, process: subprocess.Popen[str]) -> None:
        # Leaving the `with` closes the pipe.
        with self.log.open("a") as log, process.stdout or contextlib.nullcontext() as said:
            for line in said or ():
                log.write(line)
                log.flush()
                if ALARMING.search(line):
                    print(f"  {self.name}: {line.rstrip()}", file=sys.stderr, flush=True)


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log, for a message about why something did not start."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
