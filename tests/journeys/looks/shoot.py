"""Takes the pictures of docs/screenshots: each page of the demo network, wide and narrow, as its people see it.

`make screenshots`: starts an installation of its own, and removes it again.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from config.embedded.browser import browser_options
from tests.journeys.looks.pages import OFFICER, PLACES
from tests.journeys.running import Run

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "screenshots"
WIDTHS = (1280, 360)
# Longer pages are cut: what matters stands above.
TALLEST = 1500


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        try:
            run.start()
            # The table of log-ins that a start ends with.
            [line] = [line for line in run.said.read_text().splitlines() if line.startswith(OFFICER)]
            shoot(run.address, password=line.split()[-1])
        finally:
            run.remove()


def shoot(address: str, *, password: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.jpg"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browser_options())
        for who in sorted({place.who for place in PLACES}):
            page = browser.new_context(base_url=address).new_page()
            page.goto("/")
            page.get_by_label("E-mail").fill(who)
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Log in", exact=True).click()
            page.wait_for_load_state("networkidle")
            known: dict[str, str] = {}
            for place in (place for place in PLACES if place.who == who):
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    place.open(page, known)
                    page.wait_for_load_state("networkidle")
                    tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                    page.set_viewport_size({"width": width, "height": max(tall, 600)})
                    page.screenshot(path=FOLDER / f"{place.name}-{width}.jpg", type="jpeg", quality=45)
        browser.close()


if __name__ == "__main__":
    main()
