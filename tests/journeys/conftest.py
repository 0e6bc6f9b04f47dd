"""One run for all journeys, and browsers for the people in them."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, sync_playwright

from config.embedded.browser import browser_options
from tests.cast import Cast
from tests.journeys.people import Office
from tests.journeys.running import Run


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Started once, since a cold start is long; removed at the end."""
    run = Run(tmp_path_factory.mktemp("run"))
    yield run
    run.remove()


@pytest.fixture
def run(installation: Run) -> Run:
    """It is up, whatever the test before did to it."""
    if not installation.up:
        installation.start()
    return installation


@pytest.fixture
def office(run: Run) -> Iterator[Office]:
    """Browsers at that run; nothing that a page asks for leaves this machine, and no script of a page breaks."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options())
        made = Office(browser, run.address)
        yield made
        browser.close()
    assert made.asked
    assert made.asked_elsewhere == []
    assert made.broken == []


def as_it_is(application: WSGIHandler) -> WSGIHandler:
    """Whitenoise serves the static files, as it does in earnest."""
    return application


@pytest.fixture
def address(committed_cast: Cast, settings: LazySettings) -> Iterator[str]:
    """The site on this machine, over the real commits of the cast."""
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.SECOND_FACTOR_FORCED = False
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    server = LiveServerThread("127.0.0.1", as_it_is)  # type: ignore[arg-type]  # it only calls it
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None, server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**browser_options())
        yield started
        started.close()
