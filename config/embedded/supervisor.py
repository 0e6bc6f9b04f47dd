"""Keeps web, worker, beat and the embedded services running, and stops them in reverse order."""

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from config.embedded import services
from config.embedded.broker import Broker
from config.embedded.children import Child, last_lines
from config.embedded.errors import ServiceError
from config.embedded.postgres import Postgres
from config.embedded.runs import Run

WEB_SECONDS = 90
# A wrong answer stays wrong: only a service that is not up yet is worth the whole wait.
PATIENCE_WITH_FAULTS = 5
# One worker has nobody to gossip with.
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")
HOOKS = ("--queues", "webhooks", "--pool", "threads", "--concurrency", "8", "--hostname", "hooks@%h")


class Supervisor:
    """What one `make run` starts. `embedded` is False when real servers are named in the environment."""

    def __init__(self, data: Path, port: int, environment: Mapping[str, str], *, embedded: bool) -> None:
        self.data = data
        self.health = f"http://127.0.0.1:{port}/health/"
        self.environment = environment
        self.postgres = Postgres(data)
        self.broker = Broker(data)
        self.embedded = embedded
        self._service_retry = 0.0
        self.sandbox = environment.get("ORE_ENV") == "sandbox"
        self.children = [
            Child("web", _web(port), data / "log" / "web.log"),
            # The worker is given the time in which it hands back what it cannot finish.
            Child("worker", _celery("worker", "--concurrency", "2", *QUIET), data / "log" / "worker.log", patience=13),
            # Calls of receivers wait for others' systems, in threads, so that nothing else waits for them.
            Child("hooks", _celery("worker", *HOOKS, *QUIET), data / "log" / "hooks.log", patience=13),
            Child("beat", _celery("beat", "--schedule", str(data / "beat"), "--pidfile="), data / "log" / "beat.log"),
        ]
        if self.sandbox and embedded:
            nightly = [sys.executable, "manage.py", "reset_sandbox", "--each-night"]
            self.children.append(Child("reset", nightly, data / "log" / "reset.log"))

    def start_services(self) -> None:
        """PostgreSQL, broker, roles. Raises ServiceError."""
        if self.embedded:
            services.up(self.data)
        else:
            services.ensure_secrets(self.data)
        # The server of static files warns in every process when its folder is missing.
        (self.data / "static").mkdir(exist_ok=True)

    def start_children(self) -> None:
        """Web, then worker and beat: together they would keep each other from starting on two cores.

        Returns when the web server says that it is well. Raises ServiceError when it does not get there.
        """
        web, *others = self.children
        web.start(self.environment)
        self._await(web)
        for child in others:
            child.start(self.environment)

    def _await(self, web: Child) -> None:
        began = time.monotonic()
        while (status := _status(self.health)) != HTTPStatus.OK:
            waited = time.monotonic() - began
            if web.died():
                why = "ended"
            elif status not in (None, HTTPStatus.SERVICE_UNAVAILABLE) and waited > PATIENCE_WITH_FAULTS:
                why = f"answers {self.health} with {status}"
            elif waited > WEB_SECONDS:
                why = f"was not ready within {WEB_SECONDS} s"
            else:
                time.sleep(0.2)
                continue
            raise ServiceError(f"The web server {why}. The end of {web.log}:\n{last_lines(web.log)}")

    def watch(self, run: Run) -> None:
        """Restart what dies, until a signal ends this."""
        while True:
            self._watch_services()
            for child in self.children:
                child.restart_when_due(self.environment)
            if (now := self.pids()) != run.known:
                run.write("running", now)
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything this started, last first."""
        for child in reversed(self.children):
            child.stop()
        if self.embedded:
            services.down(self.data)

    def pids(self) -> dict[str, int]:
        """The children's process numbers by name."""
        return {child.name: child.process.pid for child in self.children if child.process is not None}

    def _watch_services(self) -> None:
        if not self.embedded or time.monotonic() < self._service_retry:
            return
        for service in (self.postgres, self.broker):
            if service.alive():
                continue
            name = type(service).__name__.lower()
            print(f"  {name} ended and is started again. Its log: {service.log}", flush=True)
            try:
                service.start()
            except ServiceError as error:
                print(f"  {error}", file=sys.stderr, flush=True)
                self._service_retry = time.monotonic() + 10


def environment_for(data: Path, port: int) -> dict[str, str]:
    """What the children find in their environment."""
    address = f"http://127.0.0.1:{port}"
    # Real servers may hold real deals: fictional people with a known password never come to them unasked.
    demo = {} if real_servers() else {"ORE_DEMO": "1"}
    return demo | {"ORE_PUBLIC_URL": address, "PYTHONUNBUFFERED": "1"} | os.environ | {"ORE_DATA": str(data)}


def real_servers() -> bool:
    """Whether the environment names a database and a broker. Raises ServiceError when it names only one of them."""
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(named) == 1:
        raise ServiceError(
            f"Only {named[0]} is set. Set both DATABASE_URL and REDIS_URL for servers of your own, or neither."
        )
    return bool(named)


def _web(port: int) -> list[str]:
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    gunicorn += ["--config", "python:config.gunicorn"]
    return [
        *gunicorn,
        "-k",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "8",
        "--graceful-timeout",
        "4",
        "--no-control-socket",
    ]


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "config", *arguments, "--loglevel", "INFO"]


def _status(address: str) -> int | None:
    """The answer's status, None when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return None
