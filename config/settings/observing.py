"""Where errors and traces are sent (docs/how-to/observe.md); nowhere unless it is said."""

import os

from config.settings.base import MIDDLEWARE as _MIDDLEWARE

SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
TRACES_TO = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
RELEASE = os.environ.get("ORE_RELEASE", "")

MIDDLEWARE = list(_MIDDLEWARE)
if SENTRY_DSN or TRACES_TO:
    # After the one that gives a request its id.
    MIDDLEWARE.insert(2, "config.observing.requests.ObservedMiddleware")
