"""The ledger over REST: movements, transfers, proposals and balances."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deals.models import Kind, Movement, RoleKind, Tranche
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter, move_money, signed
from tests.api import System, person_of
from tests.cast import Cast

pytestmark = pytest.mark.slow

TODAY = timezone.now().date()


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


@pytest.fixture
def mina(cast: Cast) -> System:
    return person_of("mina@hanok.example")


@pytest.fixture
def rolf(cast: Cast) -> System:
    return person_of("rolf@rhein.example")


def test_a_drawdown_is_recorded_at_once_and_repeated_once(cast: Cast, mina: System) -> None:
    made = signed(cast)
    body = {"kind": "drawdown", "commitment": str(made.pk), "money": usd("60000000.00"), "reference": "U 1"}
    first = mina.post("movements", body, Idempotency_Key="k1")
    again = mina.post("movements", body, Idempotency_Key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body
    assert first.body["state"] == "confirmed"
    assert first.body["changes"]["drawn"] == usd("60000000.00")
    assert (first.body["level"], first.body["pending_approval"]) == ("lead", None)
    assert first.headers["Location"].endswith(f"/api/v1/movements/{first.body['id']}")
    found = mina.get(f"commitments/{made.pk}/balance").body
    assert [found[name]["amount"] for name in ("committed", "drawn", "available", "outstanding")] == [
        "150000000.00", "60000000.00", "90000000.00", "60000000.00",
    ]  # fmt: skip
    assert [day["drawn"]["amount"] for day in found["days"]] == ["0.00", "60000000.00"]


def test_the_balance_of_an_earlier_day(cast: Cast, mina: System) -> None:
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=10)
    then = mina.get(f"commitments/{made.pk}/balance?on={TODAY - timedelta(days=11)}").body
    assert then["drawn"]["amount"] == "0.00"
    before = mina.get(f"commitments/{made.pk}/balance?known=2020-01-01T00:00:00Z").body
    assert before["drawn"] is None
    for query in ("on=tomorrow", "known=x", "when=1"):
        assert mina.get(f"commitments/{made.pk}/balance?{query}").status == 400


def test_an_increase_waits_for_an_approver(cast: Cast, mina: System) -> None:
    made = signed(cast)
    answer = mina.post("movements", {"kind": "increase", "commitment": str(made.pk), "money": usd("50000000.00")})
    assert (answer.status, answer.body["state"]) == (201, "prepared")
    joon = person_of("joon@hanok.example")
    assert joon.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 200
    shown = mina.get(f"movements/{answer.body['id']}").body
    assert (shown["state"], shown["level"]) == ("confirmed", "lead")
    assert mina.get(f"commitments/{made.pk}").body["size"]["money"] == usd("200000000.00")


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"/kind": "required"}),
        ({"kind": "initial"}, {"/kind": "unknown_code"}),
        ({"kind": "drawdown"}, {"/commitment": "required", "/money": "required"}),
        ({"kind": "increase", "money": usd("1.00"), "level": "own"}, {"/commitment": "required", "/level": "not_here"}),
        ({"kind": "reversal", "money": usd("1.00")}, {"/money": "not_here", "/reverses": "required"}),
        ({"kind": "redenomination", "currency": "XXQ", "rate": "0"},
         {"/currency": "unknown_currency", "/rate": "not_positive"}),
        ({"kind": "drawdown", "money": {"amount": "1.001", "currency": "USD"}}, {"/money/amount": "too_many_decimals"}),
        ({"kind": "drawdown", "money": usd("-1.00")}, {"/money/amount": "not_positive"}),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused_at_its_place(cast: Cast, mina: System, body: object, codes: object) -> None:
    answer = mina.post("movements", body)
    assert (answer.status, answer.codes) == (422, codes)


def test_what_does_not_fit_is_refused_with_its_reason(cast: Cast, mina: System) -> None:
    made = signed(cast)
    body = {"kind": "drawdown", "commitment": str(made.pk), "money": usd("150000000.01")}
    answer = mina.post("movements", body)
    assert (answer.status, answer.body["type"]) == (409, "urn:orebook:problem:drawn_exceeds_committed")
    assert mina.post("movements", body | {"money": usd("1.00"), "effective_on": "2999-01-01"}).status == 422
    other = letter(cast, Level.LEAD)
    answer = mina.post("movements", body | {"commitment": str(other.pk), "money": usd("1.00")})
    assert (answer.status, answer.body["type"]) == (409, "urn:orebook:problem:no_ledger")


def test_another_institutions_ledger_is_not_written(cast: Cast, rolf: System) -> None:
    hidden, seen = signed(cast), signed(cast, Level.PARTIES)
    body = {"kind": "drawdown", "money": usd("1.00")}
    assert rolf.post("movements", body | {"commitment": str(seen.pk)}).status == 403
    answer = rolf.post("movements", body | {"commitment": str(hidden.pk)})
    assert (answer.status, answer.codes) == (422, {"/commitment": "not_found"})
    assert rolf.get(f"commitments/{hidden.pk}/balance").status == 404


def test_a_reversal_and_a_redenomination_over_rest(cast: Cast, mina: System) -> None:
    made = signed(cast)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000", days_ago=5)
    answer = mina.post("movements", {"kind": "reversal", "reverses": str(drawn.pk)})
    assert (answer.status, answer.body["effective_on"]) == (201, str(drawn.effective_on))
    assert answer.body["changes"]["drawn"] == usd("-60000000.00")
    other = signed(cast)
    answer = mina.post(
        "movements", {"kind": "redenomination", "commitment": str(other.pk), "currency": "EUR", "rate": "0.915"}
    )
    assert answer.body["money"] == {"amount": "137250000.00", "currency": "EUR"}
    assert answer.body["rate"] == "0.915"
    with acting_as(cast.mina):
        confirm_waiting(cast, Movement.objects.get(pk=answer.body["id"]))
    assert mina.get(f"commitments/{other.pk}/balance").body["committed"]["currency"] == "EUR"


def test_how_far_a_drawdown_is_told_is_changed_by_its_owner(cast: Cast, mina: System, rolf: System) -> None:
    made = signed(cast, Level.PARTIES)
    drawn = move_money(cast, made, Kind.DRAWDOWN, "60000000")
    path = f"movements/{drawn.pk}"
    assert rolf.get(path).status == 404
    version = mina.get(path).body["version"]
    answer = mina.patch(path, {"level": "parties"}, version)
    assert (answer.status, answer.body["level"]) == (200, "lead")
    assert mina.patch(path, {"level": "public"}, version).codes == {"/level": "part_within_size"}
    confirm_waiting(cast, drawn)
    shown = rolf.get(path).body
    assert shown["level"] == "parties"
    # When it was recorded is its owner's; others know when they were told.
    with acting_as(cast.mina):
        assert Movement.objects.get(pk=drawn.pk).recorded_at is not None


def test_a_transfer_over_rest(cast: Cast, mina: System, rolf: System) -> None:
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita")
    body = {"commitment": str(ours.pk), "to": str(cast.bank("rhein").pk), "money": usd("50000000.00")}
    offered = mina.post("transfers", body)
    path = f"transfers/{offered.body['id']}"
    assert (offered.status, offered.body["state"]) == (201, "prepared")
    assert rolf.get(path).status == 404
    joon, rita = person_of("joon@hanok.example"), person_of("rita@rhein.example")
    joon.post(f"approvals/{offered.body['pending_approval']['id']}/confirm")
    seen = rolf.get(path).body
    assert (seen["state"], seen["commitment"], seen["institution"]) == ("open", None, str(cast.bank("hanok").pk))
    assert person_of("ada@austral.example").get("transfers").body["results"] == []
    taken = rolf.post("movements", {"kind": "transfer_in", "commitment": str(theirs.pk), "transfer": seen["id"]})
    assert taken.status == 201
    rita.post(f"approvals/{taken.body['pending_approval']['id']}/confirm")
    assert rolf.get(path).body["state"] == mina.get(path).body["state"] == "taken_up"
    assert mina.post(f"{path}/withdraw", If_Match=mina.get(path).headers["ETag"]).status == 409
    assert mina.get(f"commitments/{ours.pk}/balance").body["committed"] == usd("100000000.00")
    assert rolf.get(f"commitments/{theirs.pk}/balance").body["committed"] == usd("200000000.00")


def test_an_offer_is_withdrawn_by_whose_it_is(cast: Cast, mina: System, rolf: System) -> None:
    ours = signed(cast)
    body = {"commitment": str(ours.pk), "to": str(cast.bank("rhein").pk), "money": usd("50000000.00")}
    offered = mina.post("transfers", body).body
    person_of("joon@hanok.example").post(f"approvals/{offered['pending_approval']['id']}/confirm")
    path = f"transfers/{offered['id']}"
    assert rolf.post(f"{path}/withdraw", If_Match=rolf.get(path).headers["ETag"]).status == 404
    assert mina.post(f"{path}/withdraw", If_Match=mina.get(path).headers["ETag"]).body["state"] == "withdrawn"


def test_an_agents_notice_over_rest(cast: Cast, mina: System, rolf: System) -> None:
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("sakura"), role=RoleKind.FACILITY_AGENT)
    confirm_waiting(cast, role, by="abe")
    made = signed(cast)
    sora = person_of("sora@sakura.example")
    body = {
        "deal": str(cast.deal.pk), "kind": "drawdown", "effective_on": str(TODAY), "reference": "Notice 3",
        "shares": [{"to": str(cast.bank(bank).pk), "money": usd("30000000.00")} for bank in ("hanok", "rhein")],
    }  # fmt: skip
    assert rolf.post("movement-proposals", body).status == 403
    notice = sora.post("movement-proposals", body, Idempotency_Key="n")
    assert (notice.status, len(notice.body["proposals"])) == (201, 2)
    assert sora.post("movement-proposals", body, Idempotency_Key="n").body == notice.body
    (mine,) = mina.get(f"movement-proposals?deal={cast.deal.pk}").body["results"]
    assert (mine["state"], mine["to"]) == ("open", str(cast.bank("hanok").pk))
    answer = mina.post("movements", {"proposal": mine["id"]})
    assert (answer.status, answer.body["commitment"], answer.body["reference"]) == (201, str(made.pk), "Notice 3")
    assert sora.get(f"movement-proposals/{mine['id']}").body["movement"] == answer.body["id"]
    (theirs,) = rolf.get("movement-proposals").body["results"]
    path = f"movement-proposals/{theirs['id']}"
    assert sora.post(f"{path}/withdraw", If_Match=sora.get(path).headers["ETag"]).body["state"] == "withdrawn"
    wrong = body | {"shares": [{"to": str(cast.deal.pk), "money": usd("1.00")}]}
    assert sora.post("movement-proposals", wrong).codes == {"/shares/0/to": "not_found"}


def test_undrawn_money_past_its_availability_is_listed(cast: Cast, mina: System) -> None:
    made = signed(cast)
    assert mina.get("commitments?undrawn_past_availability=true").body["results"] == []
    with acting_as(cast.ada):
        Tranche.objects.filter(pk=cast.base.pk).update(availability_ends_on=TODAY - timedelta(days=1))
    found = mina.get("commitments?undrawn_past_availability=true").body["results"]
    assert [row["id"] for row in found] == [str(made.pk)]
    assert mina.get("commitments?undrawn_past_availability=false").body["results"] == []


def test_movements_are_told_in_the_feed(committed_cast: Cast) -> None:
    cast = committed_cast
    made = signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    move_money(cast, made, Kind.INCREASE, "50000000")
    ada = person_of("ada@austral.example")
    told = ada.get("events?limit=500").body["results"]
    kinds = [event["data"]["kind"] for event in told if event["object"]["type"] == "movement" and event["data"]]
    assert {"initial", "drawdown", "increase"} <= set(kinds)


def test_filters_find_by_kind_and_commitment(cast: Cast, mina: System) -> None:
    made, other = signed(cast), signed(cast)
    move_money(cast, made, Kind.DRAWDOWN, "1000000")
    found = mina.get(f"movements?commitment={made.pk}&kind=drawdown,repayment&state=confirmed").body["results"]
    assert [row["kind"] for row in found] == ["drawdown"]
    assert len(mina.get(f"movements?commitment={other.pk}").body["results"]) == 1
    assert mina.get("movements?note=x").status == 400
