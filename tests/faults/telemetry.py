"""A Sentry and an OpenTelemetry collector of our own, on this machine: they keep what they are sent."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.answering import answering


@dataclass
class Sink:
    """`sent`: the path, the headers and the body of each request, unpacked."""

    port: int = 0
    answers: bool = True
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def variables(self) -> dict[str, str]:
        return {
            "SENTRY_DSN": f"http://public@127.0.0.1:{self.port}/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.port}",
            "ORE_RELEASE": "0.1.0",
        }

    @property
    def whole(self) -> str:
        return "\n".join(f"{path}\n{headers}\n{body!r}" for path, headers, body in self.sent)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The events of all envelopes: each is lines of JSON, a head before each of its items."""
        lines = [json.loads(line) for path, _, body in self.sent if "envelope" in path for line in body.splitlines()]
        return [line for line in lines if "event_id" in line and "platform" in line]

    @property
    def spans(self) -> list[Span]:
        asked = [ExportTraceServiceRequest.FromString(body) for path, _, body in self.sent if path == "/v1/traces"]
        return [s for one in asked for r in one.resource_spans for scope in r.scope_spans for s in scope.spans]


@contextmanager
def listening(*, answers: bool = True) -> Iterator[Sink]:
    """One that does not answer takes what it is sent, and says nothing."""
    sink = Sink(answers=answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            sink.sent.append((self.path, str(self.headers), body))
            if not sink.answers:
                sink.over.wait()
            # Whoever gave up is gone.
            with suppress(OSError):
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.port = server.server_address[1]
    with answering(server):
        try:
            yield sink
        finally:
            sink.over.set()
