"""Allocating in the web admin: terms, preview with its arithmetic and bars, proposal, and the owners' answers."""

import re

import pytest

from deals.models import Allocation, AllocationLine, Commitment, Tranche
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, line_of, offer, scalable, usd
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def terms(*offers: Commitment, **changed: str) -> dict[str, str]:
    form = {"rule": "pro_rata", "amount": "", "lot": "1000000"}
    for row in offers:
        form |= {f"{row.pk}-{name}": "" for name in ("floor", "cap", "order")} | {f"{row.pk}-treated": "scalable"}
    return form | changed


def previewed(cast: Cast, base: Tranche, *offers: Commitment, **changed: str) -> Page:
    return Web(cast.ada).post("deals_tranche_allocate", base.pk, **terms(*offers, preview="1"), **changed)


def seen_of(page: Page) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]+)"', page.text)
    assert found
    return found[1]


def test_the_deals_page_leads_its_registrar_to_the_allocation(cast: Cast, base: Tranche, offers) -> None:
    address = f"/admin/deals/tranche/{base.pk}/allocate/"
    assert address in Web(cast.ada).get("deals_deal_change", cast.deal.pk).text
    for who in (cast.abe, cast.mina):
        assert address not in Web(who).get("deals_deal_change", cast.deal.pk).text


def test_a_preview_shows_every_offer_with_its_arithmetic_and_its_bar(cast: Cast, base: Tranche, offers) -> None:
    page = previewed(cast, base, *offers)
    assert page.status == 200
    assert "Preview: USD 155,000,000 shared among offers of USD 180,000,000" in page.seen
    assert "95,000,000 × 155,000,000 / 180,000,000 = 81,805,555.55…" in page.seen
    assert "+ 1,000,000 by its remainder: 82,000,000" in page.seen
    assert 'role="img" aria-label="Hanok: USD 82,000,000 of USD 95,000,000"' in page.text
    with acting_as(cast.ada):
        assert not Allocation.objects.exists()


def test_a_refusal_names_the_constraint_and_the_offers(cast: Cast, base: Tranche, offers) -> None:
    fixed = {f"{row.pk}-treated": "fixed" for row in offers}
    page = Web(cast.ada).post("deals_tranche_allocate", base.pk, **terms(*offers) | fixed)
    assert page.status == 422
    assert "The fixed offers add up to USD 180,000,000.00, above the USD 155,000,000.00" in page.seen
    assert "Hanok, Rhein" in page.seen
    lot = Web(cast.ada).post("deals_tranche_allocate", base.pk, **terms(*offers) | {"lot": "2000000"})
    assert "Lots of USD 2,000,000.00 don't divide" in lot.seen
    wrong = terms(*offers) | {f"{offers[0].pk}-floor": "1e6", f"{offers[1].pk}-order": "0", "amount": "x"}
    bad = Web(cast.ada).post("deals_tranche_allocate", base.pk, **wrong)
    assert bad.status == 422
    assert bad.seen.count("Write the amount with digits and a point") == 2
    assert "greater than or equal to 1" in bad.seen


def test_what_was_previewed_is_proposed_and_waits_for_the_approver(cast: Cast, base: Tranche, offers) -> None:
    seen = seen_of(previewed(cast, base, *offers))
    changed = terms(*offers, seen=seen, propose="1") | {f"{offers[0].pk}-cap": "80000000"}
    other = Web(cast.ada).post("deals_tranche_allocate", base.pk, **changed)
    assert other.status == 422
    assert "These are other shares than those that you saw" in other.seen
    page = Web(cast.ada).post("deals_tranche_allocate", base.pk, **terms(*offers, seen=seen, propose="1"))
    assert "The allocation is prepared" in page.seen
    assert "Waiting for an approver" in page.seen
    assert "Hanok: USD 82,000,000 waits for the lead's approver" in page.seen
    waiting = Web(cast.abe).get("approvals")
    assert "Allocate USD 155,000,000 of Commercial" in waiting.seen
    assert "Hanok: USD 82,000,000." in waiting.seen
    with acting_as(cast.abe):
        approval = Approval.objects.get(table="deals_allocation")
        made = Allocation.objects.get()
    assert Web(cast.abe).get("deals_allocation", made.pk).status == 200
    assert Web(cast.mina).get("index").seen.count("Allocated to you") == 0
    assert "Confirmed" in Web(cast.abe).post("approval", approval.pk, decision="confirmed").seen
    assert "You are allocated USD 82,000,000 of USD 95,000,000: accept or decline" in Web(cast.mina).get("index").seen


def test_a_line_is_accepted_by_two_persons_of_its_owner(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers), lot=usd(1))
    line = line_of(cast, offers[0], "mina")
    page = Web(cast.mina).get("deals_allocationline", line.pk)
    assert "You are allocated USD 82,000,000 of USD 95,000,000" in page.seen
    for secret in ("Rhein Förderbank", "85,000,000", "73,", "180,000,000"):
        assert secret not in page.seen
    done = Web(cast.mina).post("deals_allocationline", line.pk, answer="accepted", valid_until="")
    assert "Your answer is prepared" in done.seen
    assert "accept or decline" in Web(cast.joon).get("index").seen
    asked = Web(cast.joon).get("approvals").seen
    assert "Accept the line of USD 82,000,000: it becomes the size of your commitment." in asked
    with acting_as(cast.joon):
        waiting = Approval.objects.get(decision="")
    Web(cast.joon).post("approval", waiting.pk, decision="confirmed")
    assert "allocated" in Web(cast.ada).get("deals_commitment_change", offers[0].pk).seen
    assert "Hanok: USD 82,000,000 accepted" in Web(cast.ada).get("deals_allocation", made.pk).seen
    assert "accept or decline" not in Web(cast.mina).get("index").seen


def test_a_line_is_declined_with_a_reason_that_stays_inside(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers), lot=usd(1))
    line = line_of(cast, offers[0], "mina")
    Web(cast.mina).post("deals_allocationline", line.pk, answer="declined", reason="Country limit")
    assert "Reason: Country limit" in Web(cast.joon).get("approvals").seen
    with acting_as(cast.joon):
        waiting = Approval.objects.get(decision="")
    Web(cast.joon).post("approval", waiting.pk, decision="confirmed")
    lead = Web(cast.ada).get("deals_allocation", made.pk).seen
    assert "Hanok: USD 82,000,000 declined" in lead
    assert "Country limit" not in lead + Web(cast.ada).get("history").seen


def test_what_is_refused_of_an_answer_is_said_at_its_field(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    line = line_of(cast, offers[0], "mina")
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=offers[0].pk).update(valid_until=None)
    page = Web(cast.mina).post("deals_allocationline", line.pk, answer="accepted", valid_until="")
    assert page.status == 422
    assert "Give the day until which it is valid" in page.seen
    assert Web(cast.joon).get("deals_allocationline", line.pk).seen.count("Officers of your institution answer it") == 1


def test_the_lead_takes_an_open_line_back(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers), lot=usd(1))
    answer(cast, offers[1], accept=True, by="rolf", approver="rita")
    page = Web(cast.ada).get("deals_allocation", made.pk)
    assert page.text.count(">Take back<") == 1
    line = line_of(cast, offers[0])
    assert "Taken back: its money is free again." in Web(cast.ada).post("deals_allocationline_take_back", line.pk).seen
    with acting_as(cast.ada):
        assert AllocationLine.objects.get(pk=line.pk).taken_back_on


def test_others_find_nothing_there(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers))
    mine, theirs = line_of(cast, offers[0], "mina"), line_of(cast, offers[1], "rolf")
    web = Web(cast.mina)
    for page, row in (
        ("deals_tranche_allocate", base.pk),
        ("deals_allocation", made.pk),
        ("deals_allocationline", theirs.pk),
        ("deals_allocationline_take_back", mine.pk),
    ):
        for ask in (web.get, web.post):
            hidden, missing = ask(page, row), ask(page, cast.deal.pk)
            assert (hidden.status, hidden.masked) == (404, missing.masked), page
    assert Web(cast.abe).get("deals_tranche_allocate", base.pk).status == 403


def test_hidden_sizes_change_no_page_of_the_lead(cast: Cast, base: Tranche, offers) -> None:
    before = previewed(cast, base, *offers)
    offer(cast, base, usd(40), by="sora", level=Level.OWN)
    after = previewed(cast, base, *offers)
    assert after.masked == before.masked
    assert after.queries == before.queries


def test_the_page_asks_as_much_for_many_offers_as_for_few(cast: Cast, base: Tranche, offers) -> None:
    few = previewed(cast, base, *offers)
    more = [offer(cast, base, usd(5)) for _ in range(4)]
    many = previewed(cast, base, *offers, *more)
    assert many.status == 200
    assert many.queries == few.queries
