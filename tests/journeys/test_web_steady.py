"""What arrives while somebody fills in a form does not move what they are about to press."""

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.cast import in_a_year
from tests.journeys.visiting import Visit

pytestmark = pytest.mark.slow
# Four weights of letters, and the icons.
FONTS = 5


@pytest.mark.parametrize("width", [1400, 360])
@pytest.mark.parametrize("before", ["", "twenty-five million or so, as the board was told this morning"])
def test_a_press_counts_though_the_amount_is_read_meanwhile(
    browser: Browser, address: str, before: str, width: int
) -> None:
    page = Visit(browser, address, "mina@hanok.example").open_the_deal()
    page.get_by_role("link", name="Record a letter of interest").click()
    page.set_viewport_size({"width": width, "height": 900})
    page.get_by_label("Valid until").fill(in_a_year().isoformat())
    amount, told = page.get_by_label("Amount (optional)"), page.locator("output")
    amount.fill(before)
    if before:
        expect(told).to_contain_text("Write it with digits and a point")

    held: list[Route] = []
    page.route("**/admin/amount/**", lambda asked: held.append(asked))
    amount.fill("25000000")
    while not held:
        page.wait_for_timeout(20)
    button = page.get_by_role("button", name="Record the letter")
    button.scroll_into_view_if_needed()
    x, y = middle(button)
    page.mouse.move(x, y)
    page.mouse.down()
    held[0].continue_()
    expect(told).to_have_text("Read as USD 25,000,000")
    assert middle(button) == (x, y)
    page.mouse.up()
    expect(page.get_by_text("The letter is prepared")).to_be_visible()


def test_an_answer_that_comes_late_does_not_tell_of_what_was_typed_before(browser: Browser, address: str) -> None:
    page = Visit(browser, address, "mina@hanok.example").open_the_deal()
    page.get_by_role("link", name="Record a letter of interest").click()
    held: list[Route] = []
    page.route("**/admin/amount/**", lambda asked: held.append(asked))
    for count, typed in enumerate(("1000", "2000"), 1):
        page.get_by_label("Amount (optional)").fill(typed)
        while len(held) < count:
            page.wait_for_timeout(20)
    first, second = held
    told = page.locator("output")
    second.continue_()
    expect(told).to_have_text("Read as USD 2,000")
    with page.expect_response("**/admin/amount/?amount=1000&*"):
        first.continue_()
    # The page has had its turn with the answer.
    page.evaluate("() => new Promise(done => setTimeout(done))")
    expect(told).to_have_text("Read as USD 2,000")


def test_a_press_in_the_menu_counts_though_the_page_still_arrives(browser: Browser, address: str) -> None:
    page = Visit(browser, address, "mina@hanok.example").page
    held: list[Route] = []
    page.route("**/world.svg", lambda asked: held.append(asked))
    # A page is whole when its pictures are: one that comes late.
    page.add_init_script("addEventListener('DOMContentLoaded', () => new Image().src = '/static/orebook/world.svg')")
    page.goto("/admin/", wait_until="domcontentloaded")
    link = page.get_by_role("link", name="My mail")
    link.scroll_into_view_if_needed()
    x, y = middle(link)
    page.mouse.move(x, y)
    page.mouse.down()
    while not held:
        page.wait_for_timeout(20)
    assert page.evaluate("document.readyState") == "interactive"
    [late] = held
    late.continue_()
    page.wait_for_load_state("load")
    assert middle(link) == (x, y)
    page.mouse.up()
    expect(page.get_by_role("heading", name="My mail")).to_be_visible()


def test_nobody_is_shown_what_moves_when_the_fonts_come(browser: Browser, address: str) -> None:
    page = Visit(browser, address, "mina@hanok.example").page
    # Time stands still: that they took too long is another test's.
    page.clock.install(time=0)
    page.clock.pause_at(3600)
    held: list[Route] = []
    page.route("**/*.woff2", lambda asked: held.append(asked))
    page.goto("/admin/", wait_until="domcontentloaded")
    heading = page.get_by_role("heading", name="Waiting for you", include_hidden=True)
    expect(heading).to_be_attached()
    while len(held) < FONTS:
        page.wait_for_timeout(20)
    expect(heading).to_be_hidden()
    for late in held:
        late.continue_()
    expect(heading).to_be_visible()
    assert page.evaluate("[...document.fonts].every((font) => font.status === 'loaded')")


@pytest.mark.parametrize("come", ["never", "not at all"])
def test_without_its_fonts_a_page_is_shown_too(browser: Browser, address: str, come: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    page.route("**/*.woff2", lambda asked: None if come == "never" else asked.abort())
    page.goto("/", wait_until="domcontentloaded")
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_be_visible()


@pytest.mark.parametrize("height", [720, 1600])
def test_the_menu_shows_where_one_is(browser: Browser, address: str, height: int) -> None:
    page = Visit(browser, address, "mina@hanok.example").page
    page.set_viewport_size({"width": 1280, "height": height})
    for name in ("My mail", "Desk"):
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        here = page.locator("nav a[aria-current=page]")
        expect(here).to_have_accessible_name(name)
        expect(here).to_be_in_viewport(ratio=1)
    page.get_by_role("navigation").get_by_role("link", name="Deals", exact=True).click()
    page.get_by_role("link", name="Wattle senior package", exact=True).first.click()
    # A page beneath it.
    expect(page.locator("nav a[aria-current=true]")).to_have_accessible_name("Deals")


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
