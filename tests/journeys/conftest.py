"""One run for all journeys, and browsers for the people in them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from config.embedded.browser import browser_options
from tests.journeys.people import Office
from tests.journeys.running import Run
from tests.services import settle


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Started once, since a first start is long, with the schema that the tests' own services made as `make run` makes
    it; removed at the end."""
    run = Run(tmp_path_factory.mktemp("run"))
    settle(run.data)
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


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**browser_options())
        yield started
        started.close()
