"""A hand at a page: with a mouse, whose clicks are counted, or with a keyboard alone."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

# More than any page has; beyond it the keyboard does not get there.
FARTHEST = 300


@dataclass
class Hand:
    """What a person does on a page. `clicks`: of the mouse; within a form it goes on with Tab, as people do."""

    page: Page
    keyboard: bool = False
    clicks: int = 0

    def press(self, what: Locator) -> None:
        """A link, a button or a box to tick."""
        self._go_to(what)
        if self.keyboard:
            self.page.keyboard.press("Space" if what.get_attribute("type") in ("checkbox", "radio") else "Enter")

    def write(self, what: Locator, text: str, *, first: bool = False) -> None:
        """Into a field; `first` of its form."""
        self._go_to(what, by_tab=not first)
        if what.get_attribute("type") == "date":
            day = date.fromisoformat(text)
            self.page.keyboard.type(f"{day:%m%d%Y}")
            expect(what).to_have_value(text)
        else:
            what.press("Control+a")
            self.page.keyboard.type(text)

    def choose(self, what: Locator, label: str) -> None:
        """From a list that drops down, by what it says."""
        value = what.locator("option", has_text=label).first.get_attribute("value")
        if self.keyboard:
            self._go_to(what)
            self.page.keyboard.type(label)
        else:
            self.clicks += 1
            what.select_option(value)
        expect(what).to_have_value(value or "")

    def pick(self, what: Locator) -> None:
        """One of several that exclude each other; arrows go from one to the next."""
        if not self.keyboard:
            self.press(what)
            return
        name = what.get_attribute("name")
        self._go_to(self.page.locator(f"input[name='{name}']:checked"))
        for _ in range(10):
            if what.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"arrows do not reach {what}")

    def find(self, words: str, name: str) -> None:
        """By the search of every page."""
        field = self.page.get_by_role("combobox", name="Search by name")
        if self.keyboard:
            self.page.keyboard.press("Escape")
            self.page.keyboard.press("/")
            expect(field).to_be_focused()
        else:
            self.clicks += 1
            field.click()
        self.page.keyboard.type(words)
        option = self.page.get_by_role("option").filter(has_text=name).first
        expect(option).to_be_visible()
        if self.keyboard:
            for _ in range(20):
                self.page.keyboard.press("ArrowDown")
                if option.get_attribute("aria-selected") == "true":
                    break
            self.page.keyboard.press("Enter")
        else:
            self.clicks += 1
            option.click()
        expect(self.page.get_by_role("heading", name="Capital stack")).to_be_visible()

    def upload(self, what: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.press(what)
        chooser.value.set_files(file)

    def _go_to(self, what: Locator, *, by_tab: bool = False) -> None:
        expect(what).to_be_visible()
        if not self.keyboard and not by_tab:
            self.clicks += 1
            what.click()
            return
        # Looked for once: by its role and name it takes longer than a key.
        found = what.element_handle()
        for _ in range(FARTHEST):
            if found.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {what}")
