"""Parties over REST: replies, NDAs, ends, conflicts of interest."""

from datetime import date, timedelta
from typing import Any

import pytest

from deals.models import Party
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.api import Answer, System
from tests.cast import Cast
from tests.room import partner

TODAY = date.today()


def party_of(system: System, cast: Cast, bank: str) -> dict[str, Any]:
    (found,) = system.all(f"parties?institution={bank}&deal={cast.deal.pk}")
    return found


def act(system: System, party: dict[str, Any], what: str, body: Any = None) -> Answer:
    return system.post(f"parties/{party['id']}/{what}", body, If_Match=f'"{party["version"]}"')


def test_an_invited_bank_accepts_and_the_lead_hears_of_it(cast: Cast) -> None:
    sakura = partner("sakura")
    party = party_of(sakura, cast, "sakura")
    made = sakura.post("party-replies", {"party": party["id"], "answer": "accepted", "note": "With pleasure"})
    assert made.status == 201, made.raw
    assert (made.body["answer"], made.body["level"]) == ("accepted", "lead")
    (told,) = partner("austral").all(f"party-replies?party={party['id']}")
    assert (told["institution"], told["note"]) == (str(cast.bank("sakura").pk), "With pleasure")
    assert partner("rhein").all("party-replies") == []
    assert sakura.get(f"deals/{cast.deal.pk}").status == 200


@pytest.mark.parametrize("answer", ["declined", "left"])
def test_who_declines_or_leaves_is_out_at_once(cast: Cast, answer: str) -> None:
    sakura = partner("sakura")
    party = party_of(sakura, cast, "sakura")
    made = sakura.post("party-replies", {"party": party["id"], "answer": answer})
    assert made.status == 201, made.raw
    # What it said stays its own; the deal is out of its sight.
    assert (made.body["deal"], made.body["party"]) == (None, None)
    assert sakura.get(f"deals/{cast.deal.pk}").status == 404
    assert sakura.get(f"parties/{party['id']}").status == 404
    assert sakura.get(f"party-replies/{made.body['id']}").status == 200
    again = sakura.post("party-replies", {"party": party["id"], "answer": "accepted"})
    assert (again.status, again.codes) == (422, {"/party": "not_found"})


def test_replies_come_in_order(cast: Cast) -> None:
    sakura = partner("sakura")
    party = party_of(sakura, cast, "sakura")
    for answer, status in {"accepted": 201, "declined": 409}.items():
        assert sakura.post("party-replies", {"party": party["id"], "answer": answer}).status == status
    assert sakura.post("party-replies", {"party": party["id"], "answer": "accepted"}).status == 409
    assert sakura.post("party-replies", {"party": party["id"], "answer": "left"}).status == 201


def test_nobody_replies_for_another(cast: Cast) -> None:
    rhein = partner("rhein")
    refused = rhein.post("party-replies", {"party": party_of(rhein, cast, "sakura")["id"], "answer": "left"})
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:not_invited")
    outside = partner("maple").post(
        "party-replies", {"party": party_of(rhein, cast, "sakura")["id"], "answer": "accepted"}
    )
    assert (outside.status, outside.codes) == (422, {"/party": "not_found"})


def row_of(cast: Cast, party: dict[str, object]) -> Party:
    with acting_as(cast.ada):
        return Party.objects.get(pk=str(party["id"]))


def test_an_nda_lets_in_and_its_renewal_goes_on(cast: Cast) -> None:
    austral = partner("austral")
    party = party_of(austral, cast, "sakura")
    assert party["nda"] is None
    nda = {"signed_on": TODAY.isoformat(), "expires_on": (TODAY + timedelta(days=1)).isoformat(), "version": "v3"}
    done = act(austral, party, "nda", nda)
    assert (done.status, done.body["nda"]) == (200, None), done.raw
    wrong = act(austral, done.body, "nda", {"signed_on": TODAY.isoformat(), "expires_on": TODAY.isoformat()})
    assert (wrong.status, wrong.codes) == (422, {"/expires_on": "nda_dates_wrong"})
    confirm_waiting(cast, row_of(cast, party), by="abe")
    done = austral.get(f"parties/{party['id']}")
    assert done.body["nda"] == nda | {"company": ""}
    later = {"signed_on": TODAY.isoformat(), "expires_on": (TODAY + timedelta(days=900)).isoformat()}
    renewed = act(austral, done.body, "nda", later)
    assert renewed.body["nda"]["expires_on"] == nda["expires_on"]
    confirm_waiting(cast, row_of(cast, party), by="abe")
    assert austral.get(f"parties/{party['id']}").body["nda"]["expires_on"] == later["expires_on"]


def test_the_registrar_ends_an_invitation(cast: Cast) -> None:
    austral, sakura = partner("austral"), partner("sakura")
    party = party_of(austral, cast, "sakura")
    assert austral.post(f"parties/{party['id']}/end").status == 428
    today = date.today()
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert act(austral, party, "end", {"on": tomorrow}).codes == {"/on": "in_future"}
    done = act(austral, party, "end")
    assert (done.status, done.body["left_on"]) == (200, today.isoformat())
    assert sakura.get(f"deals/{cast.deal.pk}").status == 404
    assert act(austral, done.body, "nda", {"signed_on": today.isoformat()}).status == 409


@pytest.mark.parametrize("what", ["nda", "end"])
def test_only_the_registrar_keeps_parties(cast: Cast, what: str) -> None:
    rhein = partner("rhein")
    party = party_of(rhein, cast, "sakura")
    body = {"signed_on": TODAY.isoformat()} if what == "nda" else {}
    assert act(rhein, party, what, body).status == 403
    assert act(partner("maple"), party, what, body).status == 404
    with acting_as(cast.ada):
        assert Party.objects.get(pk=party["id"]).left_on is None


def test_a_conflict_goes_to_the_parties_by_two_persons(cast: Cast) -> None:
    rhein = partner("rhein")
    made = rhein.post(
        "conflicts",
        {"deal": str(cast.deal.pk), "description": "We hold 3 % of the offtaker.", "role": "offtaker"},
    )
    assert made.status == 201, made.raw
    assert made.body["level"] == "own"
    austral, sakura = partner("austral"), partner("sakura")
    assert austral.all("conflicts") == []
    approver = partner("rhein", "registry:read commitments:approve", "rita@rhein.example")
    assert approver.post(f"approvals/{made.body['pending_approval']['id']}/confirm").status == 200
    assert [row["description"] for row in austral.all("conflicts")] == ["We hold 3 % of the offtaker."]
    assert sakura.all("conflicts") == []
    told = rhein.get(f"conflicts/{made.body['id']}").body
    done = rhein.patch(f"conflicts/{told['id']}", {"until": TODAY.isoformat()}, told["version"])
    assert (done.status, done.body["until"]) == (200, TODAY.isoformat())
    assert austral.patch(f"conflicts/{told['id']}", {"level": "own"}, told["version"]).status == 403


def test_a_conflict_goes_no_further_than_the_parties(cast: Cast) -> None:
    rhein = partner("rhein")
    body = {"deal": str(cast.deal.pk), "description": "x", "level": "network"}
    assert rhein.post("conflicts", body).codes == {"/level": "unknown_code"}
    wrong = {
        "deal": str(cast.deal.pk),
        "description": "x",
        "level": "lead",
        "since": "2026-02-01",
        "until": "2026-01-01",
    }
    assert rhein.post("conflicts", wrong).codes == {"/until": "until_before_since"}


def test_a_consent_is_registered_and_taken_back(cast: Cast) -> None:
    austral = partner("austral")
    with acting_as(cast.ada):
        company = str(cast.deal.borrower_id)
    body = {
        "deal": str(cast.deal.pk), "company": company, "covers": "The model", "widest": "parties", "evidence": "File 7",
        "institutions": [str(cast.bank("maple").pk)], "until": (TODAY + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    made = austral.post("consents", body)
    assert made.status == 201, made.raw
    assert {name: made.body[name] for name in body} == body
    assert partner("rhein").all("consents") == []
    path = f"consents/{made.body['id']}/end"
    assert partner("rhein").post(path, If_Match='"any"').status == 404
    assert austral.post(path).status == 428
    done = austral.post(path, If_Match=f'"{made.body["version"]}"')
    assert done.status == 200
    assert done.body["ended_at"]
    assert austral.post(path, If_Match=f'"{done.body["version"]}"').status == 422
    unknown = austral.post("consents", body | {"institutions": [str(cast.deal.pk)]})
    assert unknown.codes == {"/institutions": "not_found"}
