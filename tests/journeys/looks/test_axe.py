"""No page shuts anybody out, as far as axe finds: every other one light and wide, the others dark and narrow; with
ORE_LOOKS=1 each in all four."""

import os
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.looks.pages import PLACES
from tests.journeys.people import Office

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LOOKS = [("light", 1280), ("dark", 360)]
ALL = list(product(("light", "dark"), (1280, 360)))
# The success criteria of WCAG 2.2, A and AA.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    # What passes is neither gathered nor sent, and no style sheet is fetched again.
    "resultTypes": ["violations"],
    "preload": False,
}


def found_in(page: Page) -> list[str]:
    """Each violation with the first places of it."""
    found = []
    for violation in Axe().run(page, options=RULES).response["violations"]:
        at = [node["html"][:160] for node in violation["nodes"][:8]]
        found.append(f"{violation['id']} ({len(violation['nodes'])}): {violation['help']}: {at}")
    return found


@pytest.mark.parametrize("who", sorted({place.who for place in PLACES}))
def test_no_page_has_a_violation(office: Office, who: str) -> None:
    page = office.log_in(who).page
    wrong: dict[str, list[str]] = {}
    known: dict[str, str] = {}
    for number, place in enumerate(PLACES):
        if place.who != who:
            continue
        # What leads there may be beyond a narrow page.
        page.set_viewport_size({"width": 1280, "height": 900})
        place.open(page, known)
        for scheme, width in ALL if os.environ.get("ORE_LOOKS") else [LOOKS[number % 2]]:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            if found := found_in(page):
                wrong[f"{place.name} {scheme} {width}"] = found
    assert wrong == {}
