"""People of the demo in the web admin, each with a browser: they click and type what the pages offer by name."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from playwright.sync_api import Browser, Page, expect

from deals.demo.people import PASSWORD

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Office:
    """The browsers of everyone in a test, and every address that their pages asked for."""

    browser: Browser
    address: str
    asked: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def log_in(self, email: str) -> "Person":
        context = self.browser.new_context(base_url=self.address, viewport={"width": 1400, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("weberror", lambda error: self.broken.append(str(error.error)))
        page = context.new_page()
        page.goto("/")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()
        expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
        return Person(page)

    @property
    def asked_elsewhere(self) -> list[str]:
        inside = (f"{self.address}/", "data:", "blob:", "about:")
        return [address for address in self.asked if not address.startswith(inside)]


@dataclass
class Person:
    """Somebody who is logged in, and the page that they look at."""

    page: Page

    @property
    def seen(self) -> str:
        """The text on the page, spaces run together."""
        return " ".join(self.page.locator("#main, main, body").first.inner_text().split())

    def menu(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def find_deal(self, words: str, name: str) -> None:
        """By the list of deals and its search."""
        self.menu("Deals")
        search = self.page.locator("#searchbar")
        search.fill(words)
        search.press("Enter")
        self.page.get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("heading", name="Capital stack")).to_be_visible()

    def open_nolans(self) -> "Person":
        self.find_deal("Nolans", "Nolans financing package")
        return self

    def record_letter(self, amount: str, level: str, reference: str = "") -> str:
        """A letter of interest in the deal on the page, valid for three months; the id of the commitment."""
        before = set(self._commitments())
        self.page.get_by_role("link", name="Record a letter of interest").click()
        self.page.get_by_label("Amount (optional)").fill(amount)
        self.page.get_by_label("Valid until").fill((date.today() + timedelta(days=90)).isoformat())
        self.page.get_by_label("Your reference").fill(reference)
        self.page.get_by_label("Who is told of the letter").select_option(level)
        self.page.get_by_label("Who is told its amount").select_option(level)
        self.page.get_by_role("button", name="Record the letter").click()
        expect(self.page.get_by_text("The letter is prepared")).to_be_visible()
        [made] = set(self._commitments()) - before
        return made

    def confirm(self, level: str) -> None:
        """The one approval that waits: a letter of interest, told as far as that level."""
        self.menu("Desk")
        self.page.get_by_role("link", name="Decide").click()
        waiting = self.page.get_by_role("article").filter(has_text=f"to '{level}'")
        expect(waiting).to_have_count(1)
        expect(waiting).to_contain_text("becomes letter of interest")
        expect(waiting).to_contain_text(f"Tell the commitment and the size to '{level}'")
        waiting.get_by_role("button", name="Confirm").click()
        expect(self.page.get_by_text("Confirmed:")).to_be_visible()

    def newest_mail(self) -> str:
        """The digest on top of 'My mail', as it is read there."""
        self.menu("My mail")
        return self.page.frame_locator("iframe").first.locator("body").inner_text()

    def _commitments(self) -> list[str]:
        links = self.page.get_by_role("region", name="Commitments").locator("th a")
        return [str(link.get_attribute("href")).split("/")[-3] for link in links.all()]
