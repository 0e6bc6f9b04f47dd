"""The ten tasks of an institution's morning: each in at most six clicks, and with the keyboard alone."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.hand import Hand
from tests.journeys.people import Office

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("keyboard", [False, True], ids=["mouse", "keyboard"])]

MOST = 6
OFFICER, APPROVER, EDC = "officer@efa.example", "approver@efa.example", "officer@edc.example"
NOLANS = "Nolans financing package"
IN_THREE_MONTHS = (date.today() + timedelta(days=90)).isoformat()


def hand(office: Office, who: str, keyboard: bool) -> Hand:
    return Hand(office.log_in(who).page, keyboard)


def test_see_what_waits(office: Office, keyboard: bool) -> None:
    at = hand(office, APPROVER, keyboard)
    for heading in ("Waiting for you", "Running out", "Your institution's deals"):
        expect(at.page.get_by_role("heading", name=heading)).to_be_visible()
    assert at.clicks == 0


def test_find_a_deal(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.find("nolans fin", NOLANS)
    assert at.clicks <= MOST


def test_read_a_deals_state(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.find("nolans fin", NOLANS)
    picture = at.page.get_by_role("img", name="In USD: firm")
    expect(picture).to_be_visible()
    expect(at.page.get_by_role("listitem").filter(has_text="in market").first).to_have_attribute("aria-current", "step")
    # The picture is seen without scrolling, and before the figures.
    box, gap = picture.bounding_box(), at.page.get_by_text("Gap to firm").bounding_box()
    assert box
    assert gap
    assert box["y"] + box["height"] <= min(gap["y"] + 1, 900)
    assert at.clicks <= MOST


def letter(at: Hand, reference: str) -> None:
    """From the page of a deal."""
    at.press(at.page.get_by_role("link", name="Record a letter of interest"))
    at.write(at.page.get_by_label("Amount (optional)"), "25000000", first=True)
    at.write(at.page.get_by_label("Valid until"), IN_THREE_MONTHS)
    at.write(at.page.get_by_label("Your reference"), reference)
    at.press(at.page.get_by_role("button", name="Record the letter"))
    # It is told to nobody, so that it needs no second person.
    expect(
        at.page.get_by_text("The letter is recorded").or_(at.page.get_by_text("The letter is prepared"))
    ).to_be_visible()


def test_record_a_letter_of_interest(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.find("nolans fin", NOLANS)
    letter(at, f"TASK-4-{keyboard}")
    assert at.clicks <= MOST


def test_prepare_a_conditional_approval_and_approve_it(office: Office, keyboard: bool) -> None:
    officer, reference = office.log_in(OFFICER), f"TASK-5-{keyboard}"
    setting = Hand(officer.page)
    setting.find("nolans fin", NOLANS)
    made = officer.record_letter("25000000", "own", reference)
    second = hand(office, APPROVER, keyboard)
    confirm(second, "becomes letter of interest")
    page = officer.page
    page.goto(f"{office.address}/admin/deals/commitment/{made}/condition/")
    page.get_by_label("Condition").first.fill("Board approval")
    page.get_by_role("button").filter(has_text="condition").last.click()

    at = Hand(page, keyboard)
    page.goto(f"{office.address}/admin/deals/commitment/{made}/change/")
    at.choose(page.get_by_role("combobox", name="Next stage"), "conditional approval")
    at.choose(page.get_by_label("Tranche"), "Base senior")
    at.press(page.get_by_role("button", name="Move it"))
    expect(page.get_by_text("Waiting for an approver").first).to_be_visible()
    # And two for the way from the desk: the deal, and its own line in it.
    assert at.clicks + 2 <= MOST

    second.clicks = 0
    confirm(second, "becomes conditional approval")
    assert second.clicks <= MOST


def confirm(at: Hand, said: str) -> None:
    """The last that waits and says so, from the desk."""
    at.page.goto(at.page.url.split("/admin/")[0] + "/admin/")
    at.press(at.page.get_by_role("link", name="Decide"))
    waiting = at.page.get_by_role("article").filter(has_text=said).last
    at.press(waiting.get_by_role("button", name="Confirm"))
    expect(at.page.get_by_text("Confirmed:")).to_be_visible()


def test_invite_an_institution(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.find("nolans fin", NOLANS)
    at.press(at.page.get_by_role("link", name="Keep the deal").first)
    form = at.page.get_by_role("region", name="Invite an institution")
    at.choose(form.get_by_label("Institution"), "Bpifrance" if keyboard else "SACE")
    at.press(form.get_by_role("button", name="Prepare the invitation"))
    expect(at.page.get_by_text("is prepared. An approver").first).to_be_visible()
    assert at.clicks <= MOST


def test_answer_a_question(office: Office, keyboard: bool) -> None:
    question = f"When is the environmental study due ({'keyboard' if keyboard else 'mouse'})?"
    asker = Hand(office.log_in(EDC).page)
    asker.find("nolans fin", NOLANS)
    asker.press(asker.page.get_by_role("link", name="Deal room", exact=True).first)
    asker.press(asker.page.get_by_role("link", name="Ask a question"))
    asker.page.get_by_label("Question").fill(question)
    asker.press(asker.page.get_by_role("button", name="Ask"))
    expect(asker.page.get_by_text(question)).to_be_visible()

    at = hand(office, OFFICER, keyboard)
    at.press(at.page.get_by_role("link", name=question))
    at.write(at.page.get_by_label("Answer").first, "In the second quarter.", first=True)
    at.press(at.page.get_by_role("button", name="Answer"))
    expect(at.page.get_by_text("In the second quarter.").first).to_be_visible()
    assert at.clicks <= MOST


def test_allocate_an_oversubscribed_tranche(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.find("nolans fin", NOLANS)
    line = at.page.get_by_role("region", name="Tranches").get_by_role("row").filter(has_text="Commercial senior")
    at.press(line.get_by_role("link", name="Allocate"))
    at.press(at.page.get_by_role("button", name="Preview"))
    expect(at.page.get_by_text("shared among offers of")).to_be_visible()
    at.press(at.page.get_by_role("button", name="Propose these shares"))
    expect(at.page.get_by_text("prepared").first).to_be_visible()
    assert at.clicks <= MOST
    # The next one begins where this one did.
    approver = Hand(office.log_in(APPROVER).page)
    approver.press(approver.page.get_by_role("link", name="Decide"))
    waiting = approver.page.get_by_role("article").filter(has_text="Commercial senior").first
    approver.press(waiting.get_by_role("button", name="Reject"))


def test_import_a_spreadsheet(office: Office, keyboard: bool, tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text(f"Name,Country\nTasman {'Key' if keyboard else 'Mouse'} Antimony,NZ\n")
    at = hand(office, OFFICER, keyboard)
    at.press(at.page.get_by_role("link", name="Import", exact=True))
    at.choose(at.page.get_by_label("What is in a row"), "project")
    at.upload(at.page.get_by_label("File"), file)
    at.press(at.page.get_by_role("button", name="Upload and look"))
    at.press(at.page.get_by_role("button", name="Import 1 row"))
    expect(at.page.get_by_role("heading", name="Imported", exact=True)).to_be_visible()
    assert at.clicks <= MOST


def test_change_what_my_digest_tells(office: Office, keyboard: bool) -> None:
    at = hand(office, OFFICER, keyboard)
    at.press(at.page.get_by_role("link", name="My mail", exact=True))
    at.press(at.page.get_by_role("link", name="What mail tells me"))
    wanted = at.page.get_by_label("Deals that I follow: " + ("Each week" if keyboard else "At once"))
    at.pick(wanted)
    at.press(at.page.get_by_role("button", name="Keep"))
    expect(wanted).to_be_checked()
    assert at.clicks <= MOST
