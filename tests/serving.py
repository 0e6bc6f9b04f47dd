"""The site at an address of this machine, for programs outside: browsers, curl, generated clients."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread

from tests.answering import LOOKS
from tests.cast import Cast


class Served(ThreadedWSGIServer):
    """Django's own, which ends at once."""

    def serve_forever(self, poll_interval: float = LOOKS) -> None:
        super().serve_forever(poll_interval)


class Live(LiveServerThread):
    server_class = Served


def as_it_is(application: WSGIHandler) -> WSGIHandler:
    """Whitenoise serves the static files, as it does in earnest."""
    return application


@pytest.fixture
def address(committed_cast: Cast, settings: LazySettings) -> Iterator[str]:
    """The site on this machine, over the real commits of the cast."""
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.SECOND_FACTOR_FORCED = False
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    # Browsers take the prefix over https alone.
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "sessionid", "csrftoken"
    server = Live("127.0.0.1", as_it_is)  # type: ignore[arg-type]  # it only calls it
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None, server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
