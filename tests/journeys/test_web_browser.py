"""Steps 2 and 4 of a stranger's first day, in a real browser: log in, read a deal, record a letter, confirm it."""

import re
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright

from config.embedded.browser import browser_options
from tests.cast import PASSWORD, Cast, in_a_year

pytestmark = pytest.mark.slow


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


class Visit:
    """A person of the cast at their own browser; whatever goes wrong in it is kept."""

    def __init__(self, browser: Browser, address: str, who: str, **looks: object) -> None:
        self.page: Page = browser.new_context(base_url=address, **looks).new_page()  # type: ignore[arg-type]
        self.wrong: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda asked: self._stays_here(asked.url, address))
        self.page.goto("/")
        self.page.get_by_label("E-mail").fill(who)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in", exact=True).click()
        expect(self.page.get_by_role("heading", name="Waiting for you")).to_be_visible()

    def open_the_deal(self) -> Page:
        self.page.get_by_role("navigation").get_by_role("link", name="Deals").click()
        self.page.get_by_role("link", name="Wattle senior package").click()
        return self.page

    def _stays_here(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:")):
            self.wrong.append(f"asked {url}")


def test_an_officer_records_a_letter_and_a_second_person_tells_the_parties(browser: Browser, address: str) -> None:
    officer = Visit(browser, address, "mina@hanok.example")
    page = officer.open_the_deal()
    for text in ("Gap to firm", "Gap to signed", "USD 500,000,000", "from what you may see", "NDA in force"):
        expect(page.get_by_text(text).first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("In USD: firm none"))).to_be_visible()

    page.get_by_role("link", name="Record a letter of interest").click()
    page.locator("#id_amount").fill("1e8")
    page.get_by_label("Valid until").fill(in_a_year().isoformat())
    page.get_by_label("Who is told of the letter").select_option("parties")
    page.get_by_label("Who is told its amount").select_option("parties")
    page.get_by_role("button", name="Record the letter").click()
    expect(page.get_by_role("alert").filter(has_text="Write the amount with digits and a point")).to_be_visible()
    # A refused form is the only answer of the visit that is an error, and it was meant.
    officer.wrong = [said for said in officer.wrong if "422" not in said]

    page.locator("#id_amount").fill("100000000")
    page.get_by_role("button", name="Record the letter").click()
    expect(page.get_by_text("It is a letter once an approver of your institution confirms it")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("indicative 100 m"))).to_be_visible()

    rival = Visit(browser, address, "rolf@rhein.example")
    expect(rival.open_the_deal().get_by_text("You see none in this deal.")).to_be_visible()

    approver = Visit(browser, address, "joon@hanok.example", color_scheme="dark")
    expect(approver.page.get_by_text("prepared by Mina")).to_be_visible()
    approver.page.get_by_role("link", name="Decide").click()
    approver.page.get_by_role("button", name="Confirm").click()
    expect(approver.page.get_by_text("Confirmed: Hanok: senior loan")).to_be_visible()

    rival.page.reload()
    row = rival.page.get_by_role("row").filter(has_text="Hanok").filter(has_text="letter of interest")
    expect(row.get_by_text("USD 100,000,000")).to_be_visible()
    expect(row.get_by_text("indicative")).to_be_visible()
    assert officer.wrong + rival.wrong + approver.wrong == []


def test_a_person_logs_out_from_the_sidebar(browser: Browser, address: str) -> None:
    visit = Visit(browser, address, "ada@austral.example")
    expect(visit.page.get_by_text("Officer, Austral")).to_be_visible()
    visit.page.get_by_title("Account menu").click()
    visit.page.get_by_role("button", name="Log out").click()
    expect(visit.page.get_by_label("Password")).to_be_visible()
    visit.page.goto("/admin/deals/deal/")
    expect(visit.page.get_by_label("Password")).to_be_visible()
