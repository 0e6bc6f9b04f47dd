"""Receivers of webhooks on this machine: real HTTP, each in a thread of its own."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from institutions.isolation.session import acting_as
from institutions.models import Client, Staff
from network.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookLane
from network.services.webhooks import Made, make_endpoint
from network.webhooks import lanes
from tests.answering import answering


@dataclass(frozen=True)
class Call:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Keeps what it was told. `answers` are statuses in turn, the last for good; `headers` go with each; `heard` is
    called before the answer; `taken` are the ids of what it took, each time."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    heard: Callable[[Call], object] | None = None
    # Writes the answer itself.
    writes: Callable[[BaseHTTPRequestHandler], object] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def types(self) -> list[str]:
        return [call.event["type"] for call in self.calls]

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]


@contextmanager
def receiving(**how: Any) -> Iterator[Receiver]:
    receiver = Receiver(**how)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            call = Call(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
            receiver.calls.append(call)
            if receiver.heard:
                receiver.heard(call)
            if receiver.writes:
                receiver.writes(self)
                return
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            if status < 300:
                receiver.taken.append(call.headers.get("webhook-id", ""))
            self.send_response(status)
            for name, text in receiver.headers.items():
                self.send_header(name, text)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Callers hang up before the end."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port = server.server_port
    with answering(server):
        yield receiver


def endpoint_for(by: Staff | Client, receiver: Receiver | str, **facts: Any) -> Made:
    """An endpoint of whoever acts."""
    url = receiver if isinstance(receiver, str) else receiver.url
    with acting_as(by):
        return make_endpoint(by=by, url=url, **facts)


def turn(made: Made, at: datetime | None = None) -> int:
    """One turn of an endpoint's lane; how many calls were made."""
    return lanes.run(made.endpoint.pk, made.endpoint.owner_id, at)


def deliveries(by: Staff | Client, made: Made) -> list[tuple[str, int]]:
    """Status and attempts of each, in the order of the log."""
    with acting_as(by):
        rows = WebhookDelivery.objects.filter(endpoint=made.endpoint).order_by("xact", "seq")
        return list(rows.values_list("status", "attempts"))


def attempts(by: Staff | Client, made: Made) -> list[tuple[int | None, str]]:
    with acting_as(by):
        rows = WebhookAttempt.objects.filter(endpoint=made.endpoint)
        return list(rows.values_list("status", "error"))


def lane(by: Staff | Client, made: Made) -> WebhookLane:
    with acting_as(by):
        return WebhookLane.objects.get(endpoint=made.endpoint)


def endpoint(by: Staff | Client, made: Made) -> WebhookEndpoint:
    with acting_as(by):
        return WebhookEndpoint.objects.get(pk=made.endpoint.pk)


def now() -> datetime:
    return timezone.now()
