"""The main job, end to end: KEXIM's people commit, JBIC's system reads, a digest tells everyone what they may see.

Over HTTP and in a browser, against the processes that `make run` starts.
"""

import signal
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from config.embedded import processes
from config.embedded.runs import check_port
from tests.journeys.partner import Partner
from tests.journeys.people import Office
from tests.journeys.running import Client, Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

OFFICER, APPROVER, COLLEAGUE = (f"{who}@kexim.example" for who in ("officer", "approver", "colleague"))
TEAM = {OFFICER, APPROVER}
LEAD = {"officer@efa.example", "approver@efa.example"}
JBIC = {"officer@jbic.example", "approver@jbic.example"}
JBIC_SYSTEM, LEAD_SYSTEM = Client("jbic"), Client("export-finance-australia")
SECRETARIAT = {"officer@secretariat.example", "approver@secretariat.example"}


def told_of(amount: str, mails: dict[str, str]) -> set[str]:
    """Whose mail says the amount."""
    return {address for address, mail in mails.items() if amount in mail}


def test_a_stranger_finds_the_deal_with_its_parties_its_stack_and_both_gaps(office: Office) -> None:
    kexim = office.log_in(OFFICER)
    kexim.open_nolans()
    page = kexim.page
    for fact in ("USD 855,000,000", "Nolans Rare Earths Project", "Arafura Rare Earths", "Export Finance Australia"):
        assert fact in kexim.seen
    for gap in ("Gap to firm at least USD 430,000,000", "Gap to signed USD 855,000,000"):
        assert gap in kexim.seen
    parties = page.get_by_role("region", name="Who takes part").inner_text()
    assert all(bank in parties for bank in ("EFA", "EDC", "EXIM", "KfW IPEX", "CBA", "ING", "NEXI"))
    stack = page.get_by_role("region", name="Capital stack")
    expect(stack.get_by_text("Cover, beside the money", exact=True)).not_to_have_count(0)
    published = page.get_by_role("row").filter(has_text="NAIF")
    for word in ("AUD 150,000,000", "conditional", "published", "source", "verified"):
        expect(published).to_contain_text(word)
    expect(published.get_by_role("link", name="Source: Australian Mining")).to_be_visible()
    assert str(published.get_by_role("link").last.get_attribute("href")).startswith("https://")
    own = page.get_by_role("row").filter(has_text="expression of interest")
    for word in ("KEXIM", "up to USD 90,000,000", "indicative", "registered", "fictional"):
        expect(own).to_contain_text(word)
    # A rival's terms for the lead alone, and a bid: not for KEXIM's eyes.
    assert "USD 75,000,000" not in kexim.seen
    assert "USD 95,000,000" not in kexim.seen


def test_a_letter_to_the_lead_is_in_no_form_count_or_total_for_others(run: Run, office: Office) -> None:
    run.issue(JBIC_SYSTEM, LEAD_SYSTEM)
    jbic, lead = Partner(run, JBIC_SYSTEM), Partner(run, LEAD_SYSTEM)
    jbic_reads = office.log_in("officer@jbic.example").open_nolans()
    run.send_digests()
    page_before, lists_before = jbic_reads.seen, jbic.everything()
    heard, lead_heard = jbic.latest(), lead.latest()

    letter = office.log_in(OFFICER).open_nolans().record_letter("37000000", "lead")
    assert lead.get(f"commitments/{letter}").status == 404, "one person alone sends no letter"
    office.log_in(APPROVER).confirm("lead")

    assert lead.hears(lead_heard, letter)
    assert lead.get(f"commitments/{letter}").json["size"]["money"] == {"amount": "37000000.00", "currency": "USD"}
    assert jbic.everything() == lists_before
    assert jbic.news(heard) == []
    hidden, missing = (jbic.get(f"commitments/{key}") for key in (letter, uuid4()))
    assert hidden.status == missing.status == 404
    assert {**hidden.json, "request_id": ""} == {**missing.json, "request_id": ""}
    jbic_reads.page.reload()
    assert jbic_reads.seen == page_before

    mails = run.send_digests()
    assert told_of("37,000,000", mails) == TEAM | LEAD
    assert mails.keys() == TEAM | LEAD, "mail to anybody else would tell that something happened"


def test_a_letter_to_the_network_is_told_once_a_second_person_confirms(run: Run, office: Office) -> None:
    jbic = Partner(run, JBIC_SYSTEM)
    run.send_digests()
    lists_before, heard = jbic.everything(), jbic.latest()
    count_before = jbic.get("commitments?count=true&limit=1").json["count"]
    officer = office.log_in(OFFICER).open_nolans()

    letter = officer.record_letter("64000000.50", "network")

    expect(officer.page.get_by_text("once an approver of your institution confirms it")).to_be_visible()
    assert jbic.everything() == lists_before
    assert jbic.get(f"commitments/{letter}").status == 404
    assert told_of("64,000,000.50", mails := run.send_digests()) == TEAM
    assert mails.keys() == TEAM

    office.log_in(APPROVER).confirm("network")

    assert "commitment.revealed" in jbic.hears(heard, letter)
    told = jbic.get(f"commitments/{letter}").json
    assert (told["stage"], told["class"], told["level"]) == ("letter_of_interest", "indicative", "network")
    assert told["size"]["money"] == {"amount": "64000000.50", "currency": "USD"}
    assert told["deal"] in {deal["id"] for deal in jbic.results("deals?slug=nolans-package")}
    assert letter in {row["id"] for row in jbic.results("commitments?institution=kexim&limit=500")}
    assert jbic.get("commitments?count=true&limit=1").json["count"] == count_before + 1

    mails = run.send_digests()
    assert told_of("64,000,000.50", mails) >= JBIC | LEAD | {COLLEAGUE}
    assert f"{run.address}/admin/deals/deal/{told['deal']}/" in mails["officer@jbic.example"]
    assert not SECRETARIAT & mails.keys()
    assert "37,000,000" not in mails["officer@jbic.example"]
    assert "64,000,000.50" in office.log_in("officer@jbic.example").newest_mail()
    secretariat = office.log_in("officer@secretariat.example")
    secretariat.menu("My mail")
    expect(secretariat.page.get_by_text("No digest yet")).to_be_visible()


def test_a_killed_run_comes_back_with_its_data(run: Run, office: Office) -> None:
    kexim = office.log_in(OFFICER).open_nolans()
    kexim.record_letter("29000000", "own")
    jbic = Partner(run, JBIC_SYSTEM)
    lists_before, processes_before = jbic.everything(), run.inhabitants()

    assert run.end(signal.SIGKILL) == -signal.SIGKILL
    run.start()

    assert not set(processes_before) & set(run.inhabitants())

    kexim.page.reload()
    assert "USD 29,000,000" in kexim.seen
    assert jbic.everything() == lists_before


def test_ctrl_c_stops_everything_that_was_started(run: Run) -> None:
    assert len(run.inhabitants()) > 5

    assert run.end(signal.SIGINT) == 0

    assert processes.wait_until(lambda: run.inhabitants() == [], 10), run.inhabitants()
    check_port(run.port)
    assert run.said.read_text().rstrip().endswith("Stopped.")
