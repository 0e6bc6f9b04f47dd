"""Errors to Sentry and traces over OTLP, where an installation asks for them; else none of it is even loaded.

Rival institutions share the registry, and whoever runs its monitoring is none of them: what leaves is a list of what
may (`allowed.py`), not a list of what may not. Nothing else is collected either; the list is the second wall.
"""

from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def begin(*, errors_to: str, traces_to: str, release: str) -> None:
    """Starts what has an address. Raises ImproperlyConfigured where its package is not installed."""
    if errors_to:
        _needs("sentry_sdk", "SENTRY_DSN")
        from config.observing import errors

        errors.begin(errors_to, release)
    if traces_to:
        _needs("opentelemetry", "OTEL_EXPORTER_OTLP_ENDPOINT")
        from config.observing import traces

        traces.begin(traces_to, release)


def _needs(package: str, variable: str) -> None:
    if find_spec(package) is None:
        raise ImproperlyConfigured(
            f"{variable} is set and {package} is not installed. Install requirements-observe.txt, or build the image"
            " with OBSERVE=1 (docs/how-to/observe.md)."
        )
