"""How gunicorn logs: as everything else does. What was asked is not logged: an address may hold what was sought. And
the folder in which its processes count (config/metrics.py)."""

import os
import shutil
import ssl
from collections.abc import Callable
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

from config.settings.base import ORE_DATA
from config.settings.logs import LOGGING

os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(ORE_DATA / "metrics"))

# Whoever names a configuration gets the access log as well, whatever `accesslog` says: so it leads nowhere.
_OURS = {
    "gunicorn.error": {"handlers": [], "propagate": True},
    "gunicorn.access": {"handlers": [], "propagate": False},
}
logconfig_dict = LOGGING | {"loggers": LOGGING["loggers"] | _OURS}
accesslog = None


def ssl_context(_config: Any, default_factory: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Where it is given a certificate: TLS 1.2 or newer, whatever the machine's OpenSSL would take."""
    context = default_factory()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def on_starting(_server: Any) -> None:
    """What the processes of before counted begins anew with these."""
    folder = os.environ["PROMETHEUS_MULTIPROC_DIR"]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder, exist_ok=True)


def child_exit(_server: Any, worker: Any) -> None:
    """A process that is gone keeps what it counted, and nothing that only holds while it lives."""
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the package's is without
