"""Conditions precedent, what blocks financial close, and warnings, over REST."""

from datetime import date, timedelta
from typing import Any

import pytest

from deals.models import Commitment
from deals.services.deciding import Wait
from deals.services.disclosure import set_level
from deals.tasks import warn
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import condition, letter, moved
from tests.api import APPROVES, System, system_of
from tests.cast import Cast
from tests.deals.test_api_queries import cost

pytestmark = pytest.mark.slow


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein")


def rheins(cast: Cast, level: Level = Level.LEAD) -> Commitment:
    return letter(cast, level, by="rolf", approver="rita")


def body(commitment: Commitment, **facts: Any) -> dict[str, Any]:
    return {"commitment": str(commitment.pk), "kind": "corporate_approval", "text": "Board approval"} | facts


def test_a_condition_is_added_changed_and_satisfied(cast: Cast, rhein: System) -> None:
    made = rheins(cast)
    added = rhein.post("conditions", body(made, due_on="2030-01-01", level="lead"), Idempotency_Key="one")
    assert added.status == 201, added.raw
    assert (
        rhein.post("conditions", body(made, due_on="2030-01-01", level="lead"), Idempotency_Key="one").raw == added.raw
    )
    path = f"conditions/{added.body['id']}"
    assert added.headers["Location"].endswith(path)
    assert (added.body["state"], added.body["institution"]) == ("open", str(cast.bank("rhein").pk))
    assert rhein.patch(path, {"responsible": "The board"}).status == 428
    changed = rhein.patch(path, {"responsible": "The board", "text": "Approval by the board"}, added.body["version"])
    assert (changed.status, changed.body["responsible"]) == (200, "The board")
    assert rhein.patch(path, {"responsible": "Other"}, added.body["version"]).status == 412
    refused = rhein.post(f"{path}/transitions", {"to": "satisfied"}, If_Match=f'"{changed.body["version"]}"')
    assert (refused.status, refused.codes) == (422, {"/evidence": "required"})
    done = rhein.post(
        f"{path}/transitions",
        {"to": "satisfied", "evidence": "Minutes", "on": "2026-01-31"},
        If_Match=f'"{changed.body["version"]}"',
    )
    assert (done.status, done.body["state"], done.body["decided_on"]) == (200, "satisfied", "2026-01-31")
    assert rhein.get(path).body["version"] == done.body["version"]
    again = rhein.post(f"{path}/transitions", {"to": "waived", "reason": "x"}, If_Match=f'"{done.body["version"]}"')
    assert (again.status, again.body["type"]) == (409, "urn:orebook:problem:condition_decided")


def test_moving_on_needs_them_and_names_the_open_ones(cast: Cast, rhein: System) -> None:
    made = rheins(cast)
    path = f"commitments/{made.pk}"
    version = rhein.get(path).body["version"]
    move = {"to": "conditional_approval", "tranche": str(cast.base.pk)}
    refused = rhein.post(f"{path}/transitions", move, If_Match=f'"{version}"')
    assert (refused.status, refused.codes) == (422, {"/conditions": "required"})
    added = rhein.post("conditions", body(made)).body
    assert rhein.post(f"{path}/transitions", move, If_Match=f'"{version}"').status == 202
    lacks = {step["to"]: step["lacks"] for step in rhein.get(f"{path}/transitions").body["allowed_next"]}
    assert [fault["pointer"] for fault in lacks["effective"] if "condition" in fault["pointer"]] == [
        f"/conditions/{added['id']}"
    ]


def test_waiving_what_two_persons_approved_waits_for_a_second(cast: Cast, rhein: System) -> None:
    made = rheins(cast)
    only = condition(cast, made, by="rolf", approver="rita")
    moved(cast, made, "conditional_approval", by="rolf", approver="rita")
    path = f"conditions/{only.pk}"
    version = rhein.get(path).body["version"]
    nexts = rhein.get(f"{path}/transitions").body["allowed_next"]
    assert {step["to"]: step["four_eyes"] for step in nexts} == {"satisfied": False, "waived": True, "lapsed": True}
    answer = rhein.post(f"{path}/transitions", {"to": "waived", "reason": "May"}, If_Match=f'"{version}"')
    assert (answer.status, answer.body["state"]) == (202, "open")
    approves = system_of("rhein", APPROVES)
    waiting = approves.get(f"approvals/{answer.body['pending_approval']['id']}").body
    assert waiting["conditions"] == {str(only.pk): "waived"}
    assert waiting["subject"] == {"type": "condition", "id": str(only.pk)}
    assert approves.post(f"approvals/{waiting['id']}/confirm").status == 200
    assert rhein.get(path).body["state"] == "waived"


def test_adding_to_what_two_persons_approved_waits_for_a_second(cast: Cast, rhein: System) -> None:
    made = rheins(cast)
    condition(cast, made, by="rolf", approver="rita")
    moved(cast, made, "conditional_approval", by="rolf", approver="rita")
    sent = body(made, text="Insurance in force", level="lead")
    answer = rhein.post("conditions", sent, Idempotency_Key="k")
    assert (answer.status, set(answer.body)) == (202, {"pending_approval"})
    assert len(rhein.all("conditions")) == 1
    approves = system_of("rhein", APPROVES)
    key = answer.body["pending_approval"]["id"]
    assert list(approves.get(f"approvals/{key}").body["adds"].values()) == ["Insurance in force"]
    assert approves.post(f"approvals/{key}/confirm").status == 200
    assert {row["text"] for row in rhein.all("conditions")} == {"Board approval of the lender", "Insurance in force"}
    assert (
        rhein.post("conditions", body(made, text="Insurance in force", level="lead"), Idempotency_Key="k").status == 202
    )


@pytest.mark.parametrize(
    ("facts", "wrong"),
    [
        ({"kind": "wish"}, {"/kind": "unknown_code"}),
        ({"text": ""}, {"/text": "blank"}),
        ({"deal": "00000000-0000-4000-8000-00000000aaaa"}, {"/commitment": "required"}),
        ({"waits_for": [{"stage": "approved"}]}, {"/waits_for/0": "required"}),
        ({"waits_for": [{"commitment": "00000000-0000-4000-8000-00000000aaaa", "stage": "declined"}]},
         {"/waits_for/0/stage": "unknown_code"}),
        ({"waits_for": [{"commitment": "00000000-0000-4000-8000-00000000aaaa", "stage": "approved"}]},
         {"/waits_for/0/commitment": "not_found"}),
        ({"waits_for": [{"shared": "00000000-0000-4000-8000-00000000aaaa"}]}, {"/waits_for/0/shared": "not_found"}),
        ({"reopens": "00000000-0000-4000-8000-00000000aaaa"}, {"/reopens": "not_found"}),
        ({"level": "network"}, {"/level": "condition_beyond_its_whole"}),
        ({"surprise": 1}, {"/surprise": "unknown_field"}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_place(
    cast: Cast, rhein: System, facts: dict[str, Any], wrong: dict[str, str]
) -> None:
    answer = rhein.post("conditions", body(rheins(cast), **facts))
    assert (answer.status, answer.codes) == (422, wrong)


def test_anothers_hidden_row_is_as_a_missing_one(cast: Cast, rhein: System) -> None:
    hidden = condition(cast, letter(cast), level=Level.OWN)
    missing = "00000000-0000-4000-8000-00000000aaaa"
    mine = rheins(cast)

    def masked(answer: Any, key: str) -> bytes:
        raw: bytes = answer.raw
        return raw.replace(key.encode(), b"KEY").replace(str(answer.body["request_id"]).encode(), b"")

    for method, path, sent in (
        ("GET", "conditions/{}", None),
        ("PATCH", "conditions/{}", {"responsible": "x"}),
        ("POST", "conditions/{}/transitions", {"to": "satisfied", "evidence": "x"}),
        ("POST", "conditions", body(mine) | {"waits_for": [{"shared": "{}"}]}),
        ("POST", "conditions", body(mine) | {"reopens": "{}"}),
    ):
        answers = []
        for key in (str(hidden.pk), missing):
            filled = {k: v if not isinstance(v, str) else v.replace("{}", key) for k, v in (sent or {}).items()}
            if "waits_for" in filled:
                filled["waits_for"] = [{"shared": key}]
            answers.append(masked(rhein.send(method, path.format(key), filled or None, If_Match='"x"'), key))
        assert answers[0] == answers[1]
    hidden_letter = str(hidden.commitment_id)
    one, other = (
        masked(rhein.post("conditions", {"commitment": key, "kind": "other", "text": "x"}), key)
        for key in (hidden_letter, missing)
    )
    assert one == other
    assert rhein.get(f"conditions?commitment={hidden_letter}").body == {"results": [], "next": None}


def test_another_cannot_clear_what_it_sees(cast: Cast, rhein: System) -> None:
    theirs = condition(cast, letter(cast, Level.PARTIES), level=Level.PARTIES)
    version = rhein.get(f"conditions/{theirs.pk}").body["version"]
    assert rhein.get(f"conditions/{theirs.pk}/transitions").body["allowed_next"] == []
    answer = rhein.post(
        f"conditions/{theirs.pk}/transitions", {"to": "satisfied", "evidence": "x"}, If_Match=f'"{version}"'
    )
    assert (answer.status, answer.body["type"]) == (403, "urn:orebook:problem:not_your_condition")


def test_a_list_is_filtered_and_costs_one_query(cast: Cast, rhein: System) -> None:
    made = rheins(cast)
    for text in ("One", "Two", "Three"):
        condition(cast, made, text, by="rolf", approver="rita", due_on=date.today() + timedelta(days=7))
    warn()
    assert cost(rhein, "conditions?limit=1")[0] == cost(rhein, "conditions")[0] == 2
    assert cost(rhein, "conditions") == (2, 3)
    assert cost(rhein, f"conditions?deal=wattle&state=open&institution=rhein&commitment={made.pk}") == (2, 3)
    assert cost(rhein, "conditions?kind=other") == (2, 0)
    assert cost(rhein, f"conditions?due_by={date.today()}") == (2, 0)
    assert cost(rhein, "expiry-notices") == (2, 3)
    notice = rhein.all("expiry-notices?kind=condition")[0]
    assert (notice["days"], notice["commitment"]) == (7, str(made.pk))
    assert rhein.get(f"expiry-notices/{notice['id']}").body == notice


def test_what_waits_for_what_is_shown_as_far_as_it_is_seen(cast: Cast, rhein: System) -> None:
    hanoks = letter(cast, Level.PARTIES)
    made = rheins(cast, Level.PARTIES)
    waits = {"waits_for": [{"commitment": str(hanoks.pk), "stage": "approved"}], "level": "lead"}
    added = rhein.post("conditions", body(made, **waits))
    assert added.status == 201, added.raw
    austral = system_of("austral")
    path = f"conditions/{added.body['id']}"
    seen = [{"commitment": str(hanoks.pk), "stage": "approved", "shared": None}]
    assert austral.get(path).body["waits_for"] == seen
    # Its owner sees that what it named is gone; to others it is as if nothing had been named.
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=hanoks.pk), level=Level.OWN)
    assert austral.get(path).body["waits_for"] == []
    assert rhein.get(path).body["waits_for"] == [{"commitment": None, "stage": "approved", "shared": None}]
    version = rhein.get(path).body["version"]
    assert rhein.patch(path, {"waits_for": []}, version).body["waits_for"] == []


def test_a_circle_is_named_and_who_can_clear_what(cast: Cast, rhein: System) -> None:
    hanoks, made = letter(cast, Level.PARTIES), rheins(cast, Level.PARTIES)
    shared = condition(cast, None, "60 % of output sold", by="ada", approver="abe", level=Level.PARTIES, kind="offtake")
    first = condition(cast, hanoks, "Rhein approves", level=Level.PARTIES, waits_for=[Wait(made, "approved")])
    second = condition(cast, made, "Hanok approves", by="rolf", approver="rita", level=Level.PARTIES,
                       waits_for=[Wait(hanoks, "approved")])  # fmt: skip
    third = condition(cast, made, "Offtake", by="rolf", approver="rita", level=Level.PARTIES,
                      waits_for=[Wait(shared=shared)])  # fmt: skip
    austral = system_of("austral")
    found = austral.get(f"deals/{cast.deal.pk}/closing")
    assert found.status == 200, found.raw
    ways = {row["condition"]: (row["how"], row["says"]) for row in found.body["blocking"]}
    assert ways[str(shared.pk)] == ("now", "Austral can clear it now.")
    assert len(ways) == 2
    (circle,) = found.body["circles"]
    assert set(circle["conditions"]) == {str(first.pk), str(second.pk)}
    hanoks_waits = "Hanok's condition 'Rhein approves' waits for Rhein's commitment to be approved, which waits for"
    rheins_waits = "Rhein's condition 'Hanok approves' waits for Hanok's commitment to be approved, which waits for"
    assert circle["says"] in (
        f"{hanoks_waits} Rhein's condition 'Hanok approves', which waits for Hanok's commitment to be approved, "
        "which waits for Hanok's condition 'Rhein approves'.",
        f"{rheins_waits} Hanok's condition 'Rhein approves', which waits for Rhein's commitment to be approved, "
        "which waits for Rhein's condition 'Hanok approves'.",
    )
    assert str(third.pk) in {row["condition"] for row in found.body["following"]}
    assert found.body["label"] == "from what you may see"
    # Who sees one of the two sees no circle; who sees no deal sees nothing.
    with acting_as(cast.mina):
        set_level(row=type(first).objects.get(pk=first.pk), level=Level.OWN)
    assert austral.get(f"deals/{cast.deal.pk}/closing").body["circles"] == []
    assert system_of("maple").get(f"deals/{cast.deal.pk}/closing").status == 404


def test_the_feed_tells_of_conditions_and_warnings(committed_cast: Cast) -> None:
    cast = committed_cast
    made = rheins(cast)
    only = condition(cast, made, by="rolf", approver="rita", due_on=date.today(), level=Level.LEAD)
    warn()
    told = {}
    for bank in ("rhein", "austral", "maple"):
        events = system_of(bank).get("events?limit=500").body["results"]
        told[bank] = {(row["type"], row["object"]["type"]) for row in events if row["data"]}
        assert bank == "maple" or str(only.pk) in {row["object"]["id"] for row in events}
    assert ("condition.created", "condition") in told["austral"]
    assert {("expiry_notice.created", "expiry_notice"), ("condition.created", "condition")} <= told["rhein"]
    assert not any(kind in ("condition", "expiry_notice") for _, kind in told["maple"])
    assert ("expiry_notice.created", "expiry_notice") not in told["austral"]


def test_a_lapsed_commitment_is_named_by_the_one_that_takes_it_up(cast: Cast, rhein: System) -> None:
    alive = rheins(cast)
    answer = rhein.post(
        "commitments",
        {"deal": str(cast.deal.pk), "instrument": "equity", "stage": "enquiry", "renews": str(alive.pk)},
    )
    assert (answer.status, answer.codes) == (422, {"/renews": "renews_another"})
    assert rhein.get(f"commitments/{alive.pk}").body["renews"] is None
