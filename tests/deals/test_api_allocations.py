"""Partner systems share a tranche and answer: the lead's previews and proposes, each owner's accepts or declines."""

from uuid import uuid4

import pytest

from institutions.isolation.levels import Level
from tests.api import APPROVES, WRITES, Answer, System, system_of
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, line_of, offer, tranche, usd

pytestmark = pytest.mark.slow

LEADS = f"{WRITES} deals:write"


def dollars(millions: int) -> dict[str, str]:
    return {"amount": f"{millions}000000.00", "currency": "USD"}


@pytest.fixture
def offers(cast: Cast, base):
    return [offer(cast, base, usd(95), by="sora"), offer(cast, base, usd(85), by="rolf")]


@pytest.fixture
def lead(cast: Cast, offers) -> System:
    return system_of("austral", LEADS, responsible="ada@austral.example")


@pytest.fixture
def sakura(cast: Cast) -> System:
    return system_of("sakura", WRITES, responsible="sora@sakura.example")


def asked(offers, **more: object) -> dict[str, object]:
    bids = [{"commitment": str(row.pk), "kind": "scalable"} for row in offers]
    return {"rule": "pro_rata", "lot": dollars(1), "bids": bids} | more


def proposed(lead: System, base, offers, **more: object) -> Answer:
    return lead.post("allocations", asked(offers, tranche=str(base.pk)) | more)


@pytest.fixture
def told(cast: Cast, lead: System, base, offers) -> list[dict[str, object]]:
    """The lead's lines, once its approver confirmed."""
    answer = proposed(lead, base, offers)
    approver = system_of("austral", APPROVES, responsible="abe@austral.example")
    assert approver.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 200
    return lead.all("allocation-lines")


def test_a_preview_tells_every_offers_arithmetic_and_keeps_nothing(cast: Cast, lead: System, base, offers) -> None:
    answer = lead.post(f"tranches/{base.pk}/allocation-preview", asked(offers))
    assert answer.status == 200, answer.raw
    body = answer.body
    assert (body["amount"], body["offers"], body["room"]) == (dollars(155), dollars(180), dollars(155))
    assert [line["amount"] for line in body["lines"]] == [dollars(73), dollars(82)]
    assert body["lines"][1]["steps"] == [
        "95,000,000 × 155,000,000 / 180,000,000 = 81,805,555.55…",
        "rounded down to lots of 1,000,000: 81,000,000",
        "+ 1,000,000 by its remainder: 82,000,000",
    ]
    assert "largest remainders" in body["ties"]
    assert lead.all("allocations") == []


def test_a_refusal_names_the_constraint_at_its_place(cast: Cast, lead: System, base, offers) -> None:
    path = f"tranches/{base.pk}/allocation-preview"
    fixed = lead.post(path, {"rule": "equal"})
    assert (fixed.status, fixed.codes) == (422, {"/bids": "fixed_exceed_amount"})
    assert "USD 180,000,000.00, above the USD 155,000,000.00 to allocate" in fixed.body["detail"]
    assert lead.post(path, asked(offers, lot=dollars(2))).codes == {"/lot": "lot_does_not_divide"}
    assert lead.post(path, asked(offers, amount=dollars(156))).codes == {"/amount": "ceiling_reached"}
    assert lead.post(path, {"rule": "by_lot"}).codes == {"/rule": "unknown_code"}
    floor = {"commitment": str(offers[0].pk), "floor": {"amount": 5, "currency": "USD"}, "order": True, "who": 1}
    assert lead.post(path, {"rule": "equal", "bids": [floor]}).codes == {
        "/bids/0/floor/amount": "not_a_string",
        "/bids/0/order": "invalid",
        "/bids/0/who": "unknown_field",
    }


def test_only_the_registrar_of_what_it_sees_allocates(cast: Cast, lead: System, base, offers) -> None:
    sakura = system_of("sakura", LEADS, responsible="sora@sakura.example")
    assert sakura.post(f"tranches/{base.pk}/allocation-preview", asked(offers)).status == 403
    assert system_of("sakura").post(f"tranches/{base.pk}/allocation-preview", asked(offers)).status == 403
    stranger = system_of("maple", LEADS, responsible="marc@maple.example")
    hidden = stranger.post(f"tranches/{base.pk}/allocation-preview", asked(offers))
    missing = stranger.post(f"tranches/{uuid4()}/allocation-preview", asked(offers))
    assert (
        (hidden.status, hidden.body["detail"])
        == (missing.status, missing.body["detail"])
        == (404, hidden.body["detail"])
    )
    assert proposed(stranger, base, offers).codes == {"/tranche": "not_found"}
    unseen = offer(cast, base, usd(1), by="mina", level=Level.OWN)
    for row in (unseen.pk, uuid4()):
        bids = [{"commitment": str(row)}]
        answer = lead.post(f"tranches/{base.pk}/allocation-preview", {"rule": "equal", "bids": bids})
        assert (answer.status, answer.codes) == (404, {"/bids/0/commitment": "not_found"})


def test_a_proposal_waits_for_the_leads_approver_and_is_made_once(cast: Cast, lead: System, base, offers) -> None:
    body = asked(offers, tranche=str(base.pk))
    first = lead.post("allocations", body, Idempotency_Key="a1")
    again = lead.post("allocations", body, Idempotency_Key="a1")
    assert (first.status, again.status, first.body["id"]) == (201, 201, again.body["id"])
    assert (first.body["state"], first.body["total"]) == ("prepared", dollars(155))
    assert first.body["pending_approval"]["summary"].startswith("Allocate USD 155,000,000 of Commercial")
    assert system_of("sakura").all("allocation-lines") == []
    assert len(lead.all("allocations?state=prepared")) == 1
    read = lead.get(f"allocations/{first.body['id']}")
    assert read.headers["ETag"] == first.headers["ETag"]


def test_an_owner_reads_its_line_alone_and_accepts_it(cast: Cast, lead: System, sakura: System, told) -> None:
    (line,) = sakura.all("allocation-lines")
    assert line["id"] in {row["id"] for row in told}
    assert (line["allocation"], line["bid"], line["amount"]) == (None, dollars(95), dollars(82))
    assert (line["lead"], line["answer"]) == (str(cast.bank("austral").pk), None)
    assert sakura.all("allocations") == []
    others = next(row["id"] for row in told if row["id"] != line["id"])
    for act in ("", "/accept", "/decline", "/take-back"):
        ask = sakura.get if not act else sakura.post
        hidden, missing = ask(f"allocation-lines/{others}{act}"), ask(f"allocation-lines/{uuid4()}{act}")
        assert hidden.status == missing.status
        assert {**hidden.body, "request_id": ""} == {**missing.body, "request_id": ""}
    answer = sakura.post(f"allocation-lines/{line['id']}/accept")
    assert answer.status == 202, answer.raw
    assert answer.body["answer"] is None
    approver = system_of("sakura", APPROVES, responsible="shin@sakura.example")
    assert approver.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 200
    held = sakura.get(f"commitments/{line['commitment']}").body
    assert (held["stage"], held["class"], held["size"]["money"]) == ("allocated", "firm", dollars(82))
    seen = lead.get(f"allocation-lines/{line['id']}").body
    assert seen["answer"] == "accepted"
    (allocation,) = lead.all("allocations")
    assert {working["answer"] for working in allocation["lines"]} == {"accepted", None}
    assert sakura.post(f"allocation-lines/{line['id']}/accept").codes == {}
    assert sakura.post(f"allocation-lines/{line['id']}/accept").body["type"].endswith("answered_already")


def test_a_declined_line_is_free_and_the_lead_hears_no_reason(
    cast: Cast, lead: System, sakura: System, base, offers, told
) -> None:
    (line,) = sakura.all("allocation-lines")
    answer = sakura.post(f"allocation-lines/{line['id']}/decline", {"reason": "Country limit reached"})
    assert answer.status == 202
    assert "answer" in answer.body
    waiting = system_of("sakura", APPROVES, responsible="shin@sakura.example")
    assert waiting.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 200
    seen = lead.get(f"allocation-lines/{line['id']}")
    assert seen.body["answer"] == "declined"
    assert b"Country limit" not in seen.raw + lead.get("events").raw + lead.get("allocations").raw
    again = lead.post(f"tranches/{base.pk}/allocation-preview", asked(offers[:1]))
    assert (again.body["room"], again.body["lines"][0]["amount"]) == (dollars(82), dollars(82))


def test_the_lead_takes_an_unanswered_line_back(cast: Cast, lead: System, sakura: System, told) -> None:
    (line,) = sakura.all("allocation-lines")
    taken = lead.post(f"allocation-lines/{line['id']}/take-back")
    assert (taken.status, taken.body["state"]) == (200, "confirmed")
    assert taken.body["taken_back_on"]
    assert lead.post(f"allocation-lines/{line['id']}/take-back").status == 409
    assert sakura.post(f"allocation-lines/{line['id']}/accept").body["type"].endswith("line_closed")
    assert system_of("sakura", LEADS).post(f"allocation-lines/{line['id']}/take-back").status == 403


def test_lines_and_answers_are_told_in_the_feed_to_whom_they_concern(committed_cast: Cast) -> None:
    cast = committed_cast
    base = tranche(cast)
    mine = offer(cast, base, usd(95), by="sora")
    offer(cast, base, usd(60), by="rolf")
    made = allocated(cast, base, [])
    line = line_of(cast, mine, "sora")

    def told(bank: str) -> list[str]:
        events = system_of(bank).get("events?limit=500").body["results"]
        about = (str(made.pk), str(line.pk))
        return [event["type"] for event in events if event["object"]["id"] in about]

    assert told("sakura") == ["allocation_line.revealed"]
    assert told("austral") == [
        "allocation.created", "allocation_line.created", "allocation.updated", "allocation_line.updated",
    ]  # fmt: skip
    answer(cast, mine, accept=True, by="sora", approver="shin")
    assert told("austral")[4:] == ["allocation_line.updated"]
    for stranger in ("rhein", "maple", "hanok", "desk"):
        assert told(stranger) == []


@pytest.mark.parametrize("query", ["tranche=Commercial", "answer=accepted", "state=confirmed", "institution=sakura"])
def test_lines_are_found_by_what_is_visible(cast: Cast, lead: System, told, query: str) -> None:
    found = lead.all(f"allocation-lines?{query}")
    assert len(found) == {"answer=accepted": 0, "institution=sakura": 1}.get(query, 2)
