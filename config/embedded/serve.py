"""The one-command run: `python -m config.embedded.serve`, which `make run` and `manage.py serve` call.

Plain Python: Django's settings can be read only once the services are up.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.embedded import addresses, processes, services
from config.embedded.errors import ServiceError
from config.embedded.prepare import Step
from config.embedded.runs import Run, check_port, chosen_port
from config.embedded.supervisor import Supervisor, environment_for, real_servers

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the run to end."""


def main() -> int:
    """0 after an orderly stop, 1 when something is in the way."""
    for name in STOP_SIGNALS:
        signal.signal(name, _stopped)
    if os.environ.get("MAKELEVEL"):
        # make does not hand on a kill -9; without this the run would go on unseen.
        processes.follow_parent(signal.SIGTERM)
    try:
        _run(addresses.data_folder(), chosen_port())
    except ServiceError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except Stopped:
        print("Stopped.", flush=True)
    return 0


def _run(data: Path, port: int) -> None:
    started = time.monotonic()
    embedded = not real_servers()
    run = Run(data, f"http://127.0.0.1:{port}")
    with run.hold():
        if run.clear_leftovers() and embedded:
            with _step("Ending what a killed run left behind"):
                services.down(data)
        check_port(port)
        print(f"Orebook starts; all its state is in {data}", flush=True)
        environment = environment_for(data, port)
        supervisor = Supervisor(data, port, environment, embedded=embedded)
        steps: list[Step] = []
        try:
            run.write("starting", {})
            _bring_up(supervisor, run, steps, started)
            supervisor.watch(run)
        finally:
            for name in STOP_SIGNALS:
                signal.signal(name, signal.SIG_IGN)
            print("\nStopping ...", flush=True)
            run.write("stopping")
            for step in steps:
                step.stop()
            supervisor.stop()
            run.write("ended", {})


def _bring_up(supervisor: Supervisor, run: Run, steps: list[Step], started: float) -> None:
    with _step("PostgreSQL, broker and roles" if supervisor.embedded else "Using the servers of the environment"):
        supervisor.start_services()
    logins = supervisor.data / "log" / "logins"
    demo = supervisor.environment.get("ORE_DEMO") == "1" or supervisor.sandbox
    if supervisor.embedded or os.environ.get("DATABASE_OWNER_URL"):
        steps.append(Step("migrate", supervisor.environment))
    else:
        print("  DATABASE_OWNER_URL is not set, so the schema stays as it is.", flush=True)
    if demo:
        steps.append(Step("demo", supervisor.environment, str(logins)))
    for step in steps:
        with _step({"migrate": "Schema", "demo": "Demo network"}[step.name]):
            step.finish()
    with _step("Web server"):
        supervisor.start_children()
    run.write("running", supervisor.pids())
    print(f"\nReady after {time.monotonic() - started:.1f} s at {run.address}/", flush=True)
    if demo:
        print(f"\n{logins.read_text()}", flush=True)
        logins.unlink()
    print(f"Logs: {supervisor.data / 'log'}. Stop with Ctrl-C.", flush=True)


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    print(f"  {what} ...", flush=True)
    began = time.monotonic()
    yield
    print(f"  {what}: {time.monotonic() - began:.1f} s", flush=True)


def _stopped(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
