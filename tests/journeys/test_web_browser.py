"""Steps 2 and 4 of a stranger's first day, in a real browser: log in, read a deal, record a letter, confirm it."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import in_a_year
from tests.journeys.visiting import Visit

pytestmark = pytest.mark.slow


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
    expect(page.get_by_role("alert").filter(has_text="Write it with digits and a point")).to_be_visible()
    # A refused form is the only answer of the visit that is an error, and it was meant.
    officer.wrong = [said for said in officer.wrong if "422" not in said]

    page.locator("#id_amount").fill("USD 100m")
    expect(page.get_by_text("Read as USD 100,000,000")).to_be_visible()
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
