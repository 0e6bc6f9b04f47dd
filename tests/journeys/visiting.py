"""People of the cast at their own browsers, in front of the site on this machine."""

from playwright.sync_api import Browser, Page, expect

from tests.cast import PASSWORD


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

    def open_the_deal(self, name: str = "Wattle senior package") -> Page:
        self.page.get_by_role("navigation").get_by_role("link", name="Deals", exact=True).click()
        self.page.get_by_role("link", name=name, exact=True).first.click()
        return self.page

    def decide(self, said: str) -> None:
        """Confirms the one thing that waits."""
        self.page.goto("/")
        self.page.get_by_role("link", name="Decide").click()
        waiting = self.page.get_by_role("article")
        expect(waiting).to_have_count(1)
        expect(waiting).to_contain_text(said)
        waiting.get_by_role("button", name="Confirm").click()
        expect(self.page.get_by_text("Confirmed:")).to_be_visible()

    def _stays_here(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:")):
            self.wrong.append(f"asked {url}")
