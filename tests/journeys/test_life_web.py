"""The life of a deal in a real browser: registered, joined, approved, signed and drawn, each word by two persons."""

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.cast import in_a_year
from tests.journeys.visiting import Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

DEAL = "Spruce package"
TODAY = date.today().isoformat()


def register(registrar: Visit, approver: Visit) -> None:
    """Austral registers the deal, seeks a tranche, opens it and lets Hanok in under its NDA."""
    page = registrar.page
    page.get_by_role("link", name="Register a deal").click()
    page.get_by_label("Name", exact=True).fill(DEAL)
    page.get_by_label("Short address").fill("spruce")
    page.get_by_label("Network").select_option(label="Minerals Network")
    page.get_by_label("Borrower").select_option(label="Wattle Rare Earths Ltd")
    page.get_by_label("Target").fill("300000000")
    page.get_by_label("Currency").fill("USD")
    page.get_by_role("button", name="Register the deal").click()
    expect(page.get_by_text("The deal is registered. Only your institution sees it")).to_be_visible()

    tranche = page.get_by_role("region", name="Add a tranche")
    tranche.get_by_label("Name").fill("Senior")
    tranche.get_by_label("Amount sought").fill("300000000")
    tranche.get_by_role("button", name="Add the tranche").click()
    expect(page.get_by_text("The tranche 'Senior' is added")).to_be_visible()

    told = page.get_by_role("region", name="Who is told")
    told.get_by_label("Who is told of the deal").select_option("invited")
    told.get_by_role("button", name="Change who is told").click()
    expect(page.get_by_text("An approver of your institution is asked to confirm it")).to_be_visible()
    approver.decide(f"Tell invited of {DEAL}")

    page.reload()
    invited = page.get_by_role("region", name="Invite an institution")
    invited.get_by_label("Institution").select_option(label="Hanok")
    invited.get_by_label("NDA signed on").fill(TODAY)
    invited.get_by_label("NDA expires on").fill(in_a_year().isoformat())
    invited.get_by_role("button", name="Prepare the invitation").click()
    expect(page.get_by_text("The invitation of Hanok is prepared")).to_be_visible()
    approver.decide(f"Invite Hanok into {DEAL} under its NDA")

    market = page.get_by_role("region", name="Where it stands")
    market.get_by_label("Next status").select_option("in_market")
    market.get_by_role("button", name="Move the deal").click()
    expect(page.get_by_text("The deal is now: in market.")).to_be_visible()
    page.get_by_role("link", name="The deal's page").click()
    gaps_are(registrar, "USD 300,000,000", "USD 300,000,000")


def send_a_letter(officer: Visit, approver: Visit) -> None:
    page = officer.open_the_deal(DEAL)
    page.get_by_role("link", name="Record a letter of interest").click()
    page.get_by_label("Tranche").select_option(label="Senior")
    page.get_by_label("Amount (optional)").fill("120000000")
    page.get_by_label("Valid until").fill(in_a_year().isoformat())
    page.get_by_label("Who is told of the letter").select_option("lead")
    page.get_by_label("Who is told its amount").select_option("lead")
    page.get_by_role("button", name="Record the letter").click()
    expect(page.get_by_text("It is a letter once an approver of your institution confirms it")).to_be_visible()
    approver.decide("becomes letter of interest")
    page.reload()
    gaps_are(officer, "USD 300,000,000", "USD 300,000,000")
    page.get_by_role("region", name="Commitments").get_by_role("link", name="Hanok").click()


def move(officer: Visit, approver: Visit, to: str, **facts: str) -> None:
    """The next stage of the commitment on the page, confirmed by a second person."""
    stage = next_stage(officer)
    stage.get_by_label("Next stage").select_option(to)
    for label, typed in facts.items():
        stage.get_by_label(label.replace("_", " ")).fill(typed)
    stage.get_by_role("button", name="Move it").click()
    word = to.replace("_", " ")
    expect(officer.page.get_by_text(f"'{word}' waits for an approver.")).to_be_visible()
    approver.decide(f"becomes {word}")
    officer.page.reload()


def next_stage(officer: Visit) -> Locator:
    return officer.page.get_by_role("region", name="Next stage")


def approve(officer: Visit, approver: Visit) -> None:
    """A conditional approval lacks its condition, gets it, and is firm when that is satisfied."""
    page = officer.page
    next_stage(officer).get_by_label("Next stage").select_option("conditional_approval")
    next_stage(officer).get_by_role("button", name="Move it").click()
    refused = next_stage(officer).get_by_role("alert")
    expect(refused).to_contain_text("Say on what it depends: add a condition precedent.")
    officer.wrong = [said for said in officer.wrong if "422" not in said]

    page.get_by_role("link", name="Add a condition").click()
    page.get_by_label("Kind").select_option("permitting")
    page.get_by_role("textbox", name="Condition").fill("The mining lease is granted")
    page.get_by_role("button", name="Add the condition").click()
    expect(page.get_by_role("link", name="The mining lease is granted")).to_be_visible()
    move(officer, approver, "conditional_approval")

    commitment = page.url
    page.get_by_role("link", name="The mining lease is granted").click()
    decide = page.get_by_role("region", name="Decide it")
    decide.get_by_label("It is").select_option("satisfied")
    decide.get_by_label("Evidence").fill("Lease 7")
    decide.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("satisfied").first).to_be_visible()
    page.goto(commitment)
    move(officer, approver, "approved")


def draw(officer: Visit, amount: str) -> None:
    """A form that was refused stands open, with what was typed."""
    ledger = officer.page.locator("details").filter(has_text="Record a movement")
    if not ledger.get_by_label("Amount").is_visible():
        ledger.get_by_text("Record a movement").click()
    ledger.get_by_label("What happened").select_option("drawdown")
    ledger.get_by_label("Amount").fill(amount)
    ledger.get_by_role("button", name="Record it").click()


def gaps_are(visit: Visit, firm: str, signed: str) -> None:
    stack = visit.page.get_by_role("region", name="Capital stack")
    expect(stack).to_contain_text(re.compile(f"Gap to firm\\s*{firm}"))
    expect(stack).to_contain_text(re.compile(f"Gap to signed\\s*{signed}"))


def test_a_deal_is_registered_joined_signed_and_drawn(browser: Browser, address: str) -> None:
    ada, abe = (Visit(browser, address, f"{who}@austral.example") for who in ("ada", "abe"))
    register(ada, abe)
    mina, joon = (Visit(browser, address, f"{who}@hanok.example") for who in ("mina", "joon"))
    send_a_letter(mina, joon)
    ada.page.reload()
    row = ada.page.get_by_role("region", name="Commitments").get_by_role("row").filter(has_text="Hanok")
    expect(row).to_contain_text("USD 120,000,000")

    approve(mina, joon)
    ada.page.reload()
    gaps_are(ada, "USD 180,000,000", "USD 300,000,000")
    move(mina, joon, "signed", **{"Agreement's_reference": "Facility 1", "Signed_on": TODAY})
    ada.page.reload()
    gaps_are(ada, "USD 180,000,000", "USD 180,000,000")
    move(mina, joon, "effective")

    draw(mina, "120000000.01")
    expect(mina.page.get_by_text("On no day may more be drawn than is committed").first).to_be_visible()
    mina.wrong = [said for said in mina.wrong if not re.search("4(09|22)", said)]
    draw(mina, "120000000")
    ledger = mina.page.get_by_role("region", name="Ledger")
    expect(ledger.get_by_role("row").filter(has_text="drawdown")).to_contain_text("120,000,000")
    move(mina, joon, "disbursing")
    ada.page.reload()
    gaps_are(ada, "USD 180,000,000", "USD 180,000,000")

    rival = Visit(browser, address, "rolf@rhein.example")
    rival.page.get_by_role("navigation").get_by_role("link", name="Deals", exact=True).click()
    expect(rival.page.get_by_role("link", name="Wattle senior package")).to_be_visible()
    expect(rival.page.get_by_text(DEAL)).to_have_count(0)
    assert ada.wrong + abe.wrong + mina.wrong + joon.wrong + rival.wrong == []
