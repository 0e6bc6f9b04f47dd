"""Errors to Sentry: what the log tells as an error, by type, place, route and request."""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint

from config.observing import allowed
from config.observing.requests import route
from institutions.asked import request_id

# Whoever stops waits no longer for a server that does not answer.
SECONDS = 2


def begin(dsn: str, release: str) -> None:
    """Sends in a thread of its own: a server that hangs holds up nobody, and what does not fit its queue is dropped."""
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        # No part of the package looks at requests, statements, tasks or the machine. What fails is logged here anyway.
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ExcepthookIntegration(),
            AtexitIntegration(callback=lambda _pending, _seconds: None),
        ],
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="",
        auto_session_tracking=False,
        send_client_reports=False,
        # Whatever the environment says of it.
        spotlight=False,
        debug=False,
        traces_sample_rate=None,
        before_breadcrumb=lambda _crumb, _hint: None,
        before_send_transaction=lambda _event, _hint: None,
        before_send=told,
        shutdown_timeout=SECONDS,
    )


def told(event: Event, hint: Hint) -> Event | None:
    """A new event of what may leave; nothing of the one that was made is kept unseen."""
    found: dict[str, Any] = {
        key: event[key]
        for key in ("event_id", "timestamp", "platform", "level", "release", "environment")
        if key in event
    }
    found["logger"] = allowed.code(event.get("logger"))
    found["tags"] = {"route": allowed.ours(route()), "request": allowed.request_id(request_id())}
    if record := hint.get("log_record"):
        # Its words may hold an address or a value; where they are said tells as much.
        place = f"{record.module}.{record.funcName}:{record.lineno}"
        found["tags"]["place"] = place
        found["fingerprint"] = [found["logger"], place, *_types(event)]
    if event.get("exception"):
        found["exception"] = {"values": [allowed.exception(one) for one in event["exception"].get("values", [])]}
    made: Event = found  # type: ignore[assignment]
    return made


def _types(event: Event) -> list[str]:
    return [allowed.code(one.get("type")) for one in (event.get("exception") or {}).get("values", [])]
