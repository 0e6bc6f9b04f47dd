"""A bank's system registers, changes and moves its own commitments."""

from datetime import date, timedelta

import pytest

from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import published
from tests.api import APPROVES, Answer, System, system_of
from tests.cast import in_a_year

pytestmark = pytest.mark.slow

USD_150M = {"amount": "150000000.00", "currency": "USD"}


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein")


@pytest.fixture
def approver(cast) -> System:
    return system_of("rhein", APPROVES)


def body(cast, **more: object) -> dict[str, object]:
    return {
        "deal": str(cast.deal.pk),
        "instrument": "senior_loan",
        "stage": "expression_of_interest",
        "level": "lead",
        "valid_until": in_a_year().isoformat(),
        "size": {"money": USD_150M, "qualifier": "up_to"},
    } | more


def rows(cast) -> int:
    with acting_as(cast.rolf):
        return Commitment.objects.filter(owner=cast.bank("rhein")).count()


def made(cast, system: System, **more: object) -> Answer:
    answer = system.post("commitments", body(cast, **more))
    assert answer.status == 201, answer.raw
    return answer


def test_a_letter_waits_with_its_size_and_price_until_another_person_confirms(cast, rhein, approver):
    answer = made(cast, rhein, stage="letter_of_interest", price={"margin_bps": "185.50", "level": "lead"})
    assert (answer.body["stage"], answer.body["level"]) == ("enquiry", "own")
    assert (answer.body["size"]["level"], answer.body["price"]["level"]) == ("own", "own")
    austral = system_of("austral")
    assert austral.get(f"commitments/{answer.body['id']}").status == 404
    waits = approver.get(f"approvals/{answer.body['pending_approval']['id']}").body
    assert (waits["stage"], sorted(waits["levels"].values())) == ("letter_of_interest", ["lead", "lead", "lead"])
    approver.post(f"approvals/{waits['id']}/confirm")
    told = austral.get(f"commitments/{answer.body['id']}").body
    assert (told["stage"], told["size"]["money"], told["price"]["margin_bps"]) == (
        "letter_of_interest",
        USD_150M,
        "185.5",
    )


def test_an_interest_is_registered_and_read_where_the_answer_says(cast, rhein):
    answer = made(cast, rhein, reference="KfW-7", price={"margin_bps": "185.50", "level": "lead"})
    assert answer.headers["Location"].endswith(f"/api/v1/commitments/{answer.body['id']}")
    assert answer.headers["ETag"] == f'"{answer.body["version"]}"'
    assert answer.body["pending_approval"] is None
    assert (answer.body["class"], answer.body["size"]["money"], answer.body["demo"]) == ("indicative", USD_150M, False)
    lead = system_of("austral").get(f"commitments/{answer.body['id']}").body
    assert (lead["reference"], lead["price"]["margin_bps"], lead["size"]["qualifier"]) == ("KfW-7", "185.5", "up_to")


def test_beyond_the_lead_it_stays_with_its_owner_until_another_confirms(cast, rhein, approver):
    answer = made(cast, rhein, level="invited")
    assert (answer.body["level"], answer.body["size"]["level"]) == ("own", "own")
    sakura = system_of("sakura")
    assert sakura.get(f"commitments/{answer.body['id']}").status == 404
    waiting = approver.get("approvals?state=waiting").body["results"]
    assert [w["id"] for w in waiting] == [answer.body["pending_approval"]["id"]]
    done = approver.post(f"approvals/{waiting[0]['id']}/confirm", {"reference": "CC-2026-14"})
    assert (done.status, done.body["state"], done.body["reason"]) == (200, "confirmed", "CC-2026-14")
    assert sakura.get(f"commitments/{answer.body['id']}").body["size"]["level"] == "invited"
    assert approver.post(f"approvals/{waiting[0]['id']}/confirm").codes == {}
    assert approver.post(f"approvals/{waiting[0]['id']}/confirm").status == 409


def test_what_is_rejected_does_not_happen(cast, rhein, approver):
    answer = made(cast, rhein, level="public")
    path = f"approvals/{answer.body['pending_approval']['id']}"
    assert approver.post(f"{path}/reject", {}).codes == {"/reason": "required"}
    assert approver.post(f"{path}/reject", {"reason": "Not yet"}).body["state"] == "rejected"
    assert rhein.get(f"commitments/{answer.body['id']}").body["level"] == "own"


def test_two_clients_of_one_person_are_not_two_persons(cast, rhein):
    answer = made(cast, rhein, level="public")
    second = system_of("rhein", APPROVES, responsible="rolf@rhein.example")
    refused = second.post(f"approvals/{answer.body['pending_approval']['id']}/confirm")
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:same_person")


def test_preparing_and_deciding_need_their_scopes(cast, rhein, approver):
    assert approver.post("commitments", body(cast)).status == 403
    answer = made(cast, rhein, level="public")
    assert rhein.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 403
    assert system_of("rhein", "commitments:write").get("commitments").status == 403


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"stage": "signed"}, {"/stage": "begins_indicative"}),
        ({"stage": "handshake"}, {"/stage": "unknown_code"}),
        ({"instrument": "promise"}, {"/instrument": "unknown_code"}),
        ({"level": "friends"}, {"/level": "unknown_code"}),
        ({"stage": "letter_of_interest", "valid_until": None}, {"/valid_until": "required"}),
        ({"stage": "letter_of_interest", "valid_until": "2001-01-01"}, {"/valid_until": "required"}),
        ({"valid_until": "01.02.2030"}, {"/valid_until": "invalid"}),
        ({"stage": "indicative_terms", "size": {"qualifier": "unknown"}}, {"/size": "required"}),
        ({"reference": "x" * 81}, {"/reference": "max_length"}),
        ({"reference": 7}, {"/reference": "invalid"}),
        ({"deal": 7}, {"/deal": "invalid"}),
        ({"price": {"level": "parties"}}, {"/price/level": "unknown_code"}),
        ({"price": {"margin_bps": 1.5}}, {"/price/margin_bps": "invalid"}),
        ({"size": {"money": USD_150M, "level": "parties"}}, {"/size/level": "size_beyond_commitment"}),
        (
            {"owner": "x", "stagee": "y", "instrument": "promise"},
            {"/owner": "unknown_field", "/stagee": "unknown_field", "/instrument": "unknown_code"},
        ),
        ({"size": {"money": USD_150M, "joint": "x"}}, {"/size/joint": "unknown_field"}),
    ],
)
def test_a_wrong_body_names_each_field_and_leaves_nothing(cast, rhein, more, codes):
    refused = rhein.post("commitments", body(cast, **more))
    assert (refused.status, refused.codes) == (422, codes)
    assert rows(cast) == 0


def test_a_change_needs_the_version_that_was_read(cast, rhein):
    answer = made(cast, rhein)
    path = f"commitments/{answer.body['id']}"
    assert rhein.patch(path, {"reference": "A"}).status == 428
    assert rhein.patch(path, {"reference": "A"}, "*").status == 412
    changed = rhein.patch(path, {"reference": "A", "valid_until": "2030-01-01"}, answer.body["version"])
    assert (changed.status, changed.body["reference"], changed.body["valid_until"]) == (200, "A", "2030-01-01")
    stale = rhein.patch(path, {"reference": "B"}, answer.body["version"])
    assert (stale.status, stale.body["type"]) == (412, "urn:orebook:problem:stale")
    assert rhein.get(path).body["reference"] == "A"
    assert rhein.patch(path, {"reference": "B"}, changed.body["version"]).status == 200


def test_a_change_of_level_takes_the_size_along_when_narrower_and_waits_when_wider(cast, rhein, approver):
    answer = made(cast, rhein)
    path = f"commitments/{answer.body['id']}"
    wider = rhein.patch(
        path, {"level": "parties", "size": {"money": USD_150M, "level": "parties"}}, answer.body["version"]
    )
    assert (wider.body["level"], wider.body["pending_approval"] is not None) == ("lead", True)
    approver.post(f"approvals/{wider.body['pending_approval']['id']}/confirm")
    told = rhein.get(path).body
    assert (told["level"], told["size"]["level"]) == ("parties", "parties")
    narrower = rhein.patch(path, {"level": "own"}, told["version"]).body
    assert (narrower["level"], narrower["size"]["level"], narrower["pending_approval"]) == ("own", "own", None)
    assert system_of("austral").get(path).status == 404


def test_a_change_that_is_refused_in_its_last_part_leaves_nothing_of_its_first(cast, rhein):
    answer = made(cast, rhein, level="public")
    path = f"commitments/{answer.body['id']}"
    refused = rhein.patch(path, {"reference": "new", "level": "parties"}, answer.body["version"])
    assert (refused.status, refused.body["type"]) == (409, "urn:orebook:problem:approval_waiting")
    assert rhein.get(path).body["version"] == answer.body["version"]


def test_nobody_changes_anothers_commitment(cast, rhein):
    answer = made(cast, rhein)
    austral = system_of("austral")
    path = f"commitments/{answer.body['id']}"
    seen = austral.get(path).body
    for refused in (
        austral.patch(path, {"reference": "x"}, seen["version"]),
        austral.post(f"{path}/transitions", {"to": "due_diligence"}, If_Match=f'"{seen["version"]}"'),
    ):
        assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:not_your_commitment")
    assert austral.get(f"{path}/transitions").body["allowed_next"] == []


def move(system: System, answer: Answer, **how: object) -> Answer:
    path = f"commitments/{answer.body['id']}"
    version = system.get(path).body["version"]
    return system.post(f"{path}/transitions", how, If_Match=f'"{version}"')


def test_a_commitment_moves_and_the_answer_says_what_is_next(cast, rhein):
    answer = made(cast, rhein)
    moved = move(rhein, answer, to="due_diligence")
    assert (moved.status, moved.body["stage"], moved.body["pending_approval"]) == (200, "due_diligence", None)
    back = next(step for step in moved.body["allowed_next"] if step["to"] == "enquiry")
    assert [lack["pointer"] for lack in back["lacks"]] == ["/reason"]
    asked = rhein.get(f"commitments/{answer.body['id']}/transitions").body
    assert asked["allowed_next"] == moved.body["allowed_next"]
    approval = next(step for step in asked["allowed_next"] if step["to"] == "conditional_approval")
    assert (approval["four_eyes"], [lack["pointer"] for lack in approval["lacks"]]) == (
        True,
        ["/tranche", "/conditions"],
    )


def test_a_firm_step_waits_for_another_person(cast, rhein, approver):
    answer = made(cast, rhein)
    waits = move(rhein, answer, to="approved", tranche=str(cast.base.pk))
    assert (waits.status, waits.body["stage"]) == (202, "expression_of_interest")
    assert approver.post(f"approvals/{waits.body['pending_approval']['id']}/confirm").status == 200
    assert rhein.get(f"commitments/{answer.body['id']}").body["class"] == "firm"
    today = date.today().isoformat()
    signs = move(rhein, answer, to="signed", agreement_reference="FA-1", signed_on=today)
    assert signs.status == 202
    approver.post(f"approvals/{signs.body['pending_approval']['id']}/confirm")
    signed = rhein.get(f"commitments/{answer.body['id']}").body
    assert (signed["stage"], signed["agreement_reference"], signed["signed_on"]) == ("signed", "FA-1", today)


def test_a_refused_move_names_everything_that_is_missing(cast, rhein):
    answer = made(cast, rhein, level="own", size={"qualifier": "unknown"})
    refused = move(rhein, answer, to="signed")
    assert refused.status == 422
    assert set(refused.codes) == {"/tranche", "/size", "/agreement_reference", "/level"}
    assert all(error["detail"] for error in refused.body["errors"])
    assert "due_diligence" in [step["to"] for step in refused.body["allowed_next"]]
    same = move(rhein, answer, to="expression_of_interest")
    assert (same.status, same.codes) == (422, {"/to": "move_not_allowed"})
    assert move(rhein, answer, to="enquiry").codes == {"/reason": "required"}
    assert move(rhein, answer, to="declined").codes == {"/reason": "required"}
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    assert move(rhein, answer, to="due_diligence", on=tomorrow).codes == {"/on": "in_future"}


def test_a_move_needs_the_version_that_was_read(cast, rhein):
    answer = made(cast, rhein)
    path = f"commitments/{answer.body['id']}/transitions"
    assert rhein.post(path, {"to": "due_diligence"}).status == 428
    assert rhein.post(path, {"to": "due_diligence"}, If_Match='"old"').status == 412
    assert rhein.get(f"commitments/{answer.body['id']}").body["stage"] == "expression_of_interest"


def test_what_changed_since_it_was_prepared_is_not_confirmed(cast, rhein, approver):
    answer = made(cast, rhein, level="parties")
    rhein.patch(
        f"commitments/{answer.body['id']}", {"size": {"money": USD_150M | {"amount": "9.00"}}}, answer.body["version"]
    )
    refused = approver.post(f"approvals/{answer.body['pending_approval']['id']}/confirm")
    assert (refused.status, refused.body["type"]) == (409, "urn:orebook:problem:approval_void")


def test_approvals_are_read_by_their_own_institution_alone(cast, rhein):
    answer = made(cast, rhein, level="public")
    with acting_as(cast.rolf):
        assert Approval.objects.filter(row_id=answer.body["id"]).count() == 1
    for bank in ("austral", "hanok", "desk"):
        asker = system_of(bank, "registry:read commitments:approve")
        assert answer.body["pending_approval"]["id"] not in [a["id"] for a in asker.get("approvals").body["results"]]
        assert asker.post(f"approvals/{answer.body['pending_approval']['id']}/confirm").status == 404


def test_the_database_has_the_last_word_and_says_it_in_ours(cast, rhein, monkeypatch):
    monkeypatch.setattr("deals.services.requirements._missing", lambda *a, **k: {})
    answer = made(cast, rhein)
    refused = move(rhein, answer, to="declined")
    assert (refused.status, refused.codes) == (422, {"/reason": "required"})
    assert b"stage_requires" not in refused.raw
    assert rhein.get(f"commitments/{answer.body['id']}").body["stage"] == "expression_of_interest"


def test_an_institution_replaces_a_row_about_itself_and_about_nobody_else(cast, rhein):
    news = str(published(cast, about="rhein").pk)
    assert made(cast, rhein, supersedes=news).body["supersedes"] == news
    # Others see the row as well, and still speak for themselves alone.
    refused = system_of("austral").post("commitments", body(cast, supersedes=news))
    assert (refused.status, refused.codes) == (422, {"/supersedes": "replaces_another"})


def test_a_price_waits_with_its_commitment(cast, rhein):
    waits = made(cast, rhein, level="invited", price={"margin_bps": "185.50", "level": "lead"})
    assert waits.body["price"]["level"] == "own"
