"""Traces over OTLP: a span for each request by its route, for each statement by what it does, for each task by name."""

from collections.abc import Callable, Sequence
from contextvars import Token
from typing import Any

from celery import signals
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode

from config.observing import allowed
from config.observing.requests import route
from institutions.asked import request_id

# A server that does not answer holds up the thread that sends, and whoever stops, no longer than this.
SECONDS = 2
_SERVER_ERROR = 500
# Of each kind of span what its attributes may be, each made anew by its rule.
ATTRIBUTES: dict[str, Callable[[Any], str | int]] = {
    "http.request.method": allowed.method,
    "http.route": allowed.ours,
    "http.response.status_code": int,
    "orebook.request": allowed.request_id,
    "db.operation.name": allowed.verb,
    "celery.task": allowed.ours,
}
_tracer = trace.get_tracer("orebook")
_tasks: dict[str, tuple[trace.Span, Token[context.Context]]] = {}


def begin(endpoint: str, release: str) -> None:
    """Sends in a thread of its own, which every process that is forked has anew; what does not fit is dropped."""
    provider = TracerProvider(resource=Resource({"service.name": "orebook", "service.version": release}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=SECONDS)
    provider.add_span_processor(BatchSpanProcessor(OnlyAllowed(exporter)))
    trace.set_tracer_provider(provider)
    connection_created.connect(_watch, dispatch_uid="traces")
    signals.task_prerun.connect(_task_begins, weak=False)
    signals.task_postrun.connect(_task_ends, weak=False)


class OnlyAllowed(SpanExporter):
    """Hands on what may leave of each span, whoever made it."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([only_allowed(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def only_allowed(span: ReadableSpan) -> ReadableSpan:
    """A new span: no events (what an exception said), no links, no words of a status, no state that a caller sent."""
    told = {key: ATTRIBUTES[key](value) for key, value in (span.attributes or {}).items() if key in ATTRIBUTES}
    resource = {key: span.resource.attributes[key] for key in ("service.name", "service.version")}
    return ReadableSpan(
        name=" ".join(str(value) for key, value in told.items() if key in _NAMED_AFTER) or "other",
        context=_bare(span.context),
        parent=_bare(span.parent),
        resource=Resource(resource),
        attributes=told,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
    )


_NAMED_AFTER = ("http.request.method", "http.route", "db.operation.name", "celery.task")


def _bare(found: SpanContext | None) -> SpanContext | None:
    return found and SpanContext(found.trace_id, found.span_id, found.is_remote, found.trace_flags)


def traced(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """A span around each answer. It begins a trace of its own: nobody outside says what is kept, or under which id."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        with _tracer.start_as_current_span("request", kind=SpanKind.SERVER, record_exception=False) as span:
            response = get_response(request)
            span.set_attributes({
                "http.request.method": allowed.method(request.method),
                "http.route": allowed.ours(route()),
                "http.response.status_code": response.status_code,
                "orebook.request": request_id(),
            })  # fmt: skip
            if response.status_code >= _SERVER_ERROR:
                span.set_status(StatusCode.ERROR)
            return response

    return answer


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_statement)


def _statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, told: dict[str, Any]) -> Any:
    if not trace.get_current_span().is_recording():
        return execute(sql, params, many, told)
    with _tracer.start_as_current_span("statement", kind=SpanKind.CLIENT, record_exception=False) as span:
        span.set_attribute("db.operation.name", allowed.verb(sql))
        return execute(sql, params, many, told)


def _task_begins(task_id: str, task: Any, **_: Any) -> None:
    span = _tracer.start_span("task", kind=SpanKind.CONSUMER, attributes={"celery.task": allowed.meet(task.name)})
    _tasks[task_id] = span, context.attach(trace.set_span_in_context(span))


def _task_ends(task_id: str, state: str | None = None, **_: Any) -> None:
    if begun := _tasks.pop(task_id, None):
        span, token = begun
        if state != "SUCCESS":
            span.set_status(StatusCode.ERROR)
        span.end()
        context.detach(token)
