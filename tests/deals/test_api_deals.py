"""A bank's system puts a financing together: registers a deal, adds tranches, invites, names roles, moves it on."""

from datetime import date, timedelta

import pytest

from deals.models import Deal
from institutions.isolation.session import acting_as
from tests.api import APPROVES, Answer, System, system_of

pytestmark = pytest.mark.slow

WRITES = "registry:read deals:write commitments:write"
USD_300M = {"amount": "300000000.00", "currency": "USD"}


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein", WRITES)


@pytest.fixture
def approver(cast) -> System:
    return system_of("rhein", APPROVES)


def made(cast, system: System, **more: object) -> Answer:
    body = {"network": str(cast.network.pk), "slug": "spruce", "name": "Spruce package", "target": USD_300M} | more
    answer = system.post("deals", body)
    assert answer.status == 201, answer.raw
    return answer


def confirm(approver: System, answer: Answer) -> None:
    done = approver.post(f"approvals/{answer.body['pending_approval']['id']}/confirm")
    assert done.status == 200, done.raw


def move(system: System, key: str, **how: object) -> Answer:
    version = system.get(f"deals/{key}").body["version"]
    return system.post(f"deals/{key}/transitions", how, If_Match=f'"{version}"')


def test_a_deal_is_registered_for_its_registrar_alone(cast, rhein):
    answer = made(cast, rhein)
    assert answer.headers["Location"].endswith(f"/api/v1/deals/{answer.body['id']}")
    assert (answer.body["level"], answer.body["status"], answer.body["target"]) == ("own", "draft", USD_300M)
    assert [role["role"] for role in answer.body["roles"]] == ["coordinator"]
    assert system_of("austral").get(f"deals/{answer.body['id']}").status == 404
    again = rhein.post("deals", {"network": str(cast.network.pk), "slug": "spruce", "name": "Another"})
    assert (again.status, again.body["type"]) == (409, "urn:orebook:problem:name_taken")
    # A name that another's hidden deal has is free.
    assert made(cast, system_of("maple", WRITES)).status == 201


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"slug": "Spruce package"}, {"/slug": "invalid"}),
        ({"status": "closed"}, {"/status": "unknown_code"}),
        ({"target": {"amount": 300, "currency": "USD"}}, {"/target/amount": "not_a_string"}),
        ({"target": {"amount": "1.5", "currency": "JPY"}}, {"/target/amount": "too_many_decimals"}),
        ({"network": "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"}, {"/network": "not_found"}),
        ({"borrower": "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"}, {"/borrower": "not_found"}),
        ({"owner": "x"}, {"/owner": "unknown_field"}),
    ],
)
def test_a_wrong_body_names_its_field_and_leaves_nothing(cast, rhein, more, codes):
    body = {"network": str(cast.network.pk), "slug": "spruce", "name": "Spruce package"} | more
    refused = rhein.post("deals", body)
    assert (refused.status, refused.codes) == (422, codes)
    with acting_as(cast.rolf):
        assert not Deal.objects.filter(slug="spruce").exists()


def test_a_deal_is_changed_and_opened_by_two(cast, rhein, approver):
    key = made(cast, rhein).body["id"]
    version = rhein.get(f"deals/{key}").body["version"]
    assert rhein.patch(f"deals/{key}", {"name": "x"}).status == 428
    changed = rhein.patch(f"deals/{key}", {"name": "Spruce senior", "level": "network"}, version)
    assert (changed.status, changed.body["name"], changed.body["level"]) == (200, "Spruce senior", "own")
    assert system_of("maple").get(f"deals/{key}").status == 404
    confirm(approver, changed)
    assert system_of("maple").get(f"deals/{key}").body["name"] == "Spruce senior"
    narrower = rhein.patch(f"deals/{key}", {"level": "lead"}, rhein.get(f"deals/{key}").body["version"])
    assert (narrower.body["level"], narrower.body["pending_approval"]) == ("lead", None)
    assert system_of("maple").get(f"deals/{key}").status == 404


def test_nobody_changes_anothers_deal(cast, rhein):
    key, austral = str(cast.deal.pk), system_of("austral")
    version = rhein.get(f"deals/{key}").body["version"]
    for refused in (
        rhein.patch(f"deals/{key}", {"name": "Mine"}, version),
        rhein.post(f"deals/{key}/transitions", {"to": "documentation"}, If_Match=f'"{version}"'),
        rhein.post("tranches", {"deal": key, "name": "Mine", "currency": "USD"}),
        rhein.post("parties", {"deal": key, "institution": str(cast.bank("maple").pk)}),
        rhein.post(f"deals/{key}/roles", {"institution": str(cast.bank("rhein").pk), "role": "coordinator"}),
    ):
        assert refused.status == 403, refused.raw
    assert austral.get(f"deals/{key}").body["name"] == "Wattle senior package"
    assert rhein.get(f"deals/{key}/transitions").body["allowed_next"] == []


def test_a_deal_goes_its_way_and_every_lack_is_named(cast, rhein, approver):
    key = made(cast, rhein).body["id"]
    assert move(rhein, key, to="in_market").body["status"] == "in_market"
    lacks = {step["to"]: [lack["pointer"] for lack in step["lacks"]]
             for step in rhein.get(f"deals/{key}/transitions").body["allowed_next"]}  # fmt: skip
    assert (lacks["allocating"], lacks["documentation"], lacks["draft"]) == (["/tranches"], ["/borrower"], ["/reason"])
    refused = move(rhein, key, to="closed")
    assert (refused.status, refused.codes) == (422, {"/borrower": "required"})
    assert move(rhein, key, to="draft", reason="The sponsor waits").body["status"] == "draft"
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    assert move(rhein, key, to="in_market", on=tomorrow).codes == {"/on": "in_future"}
    suspended = move(rhein, key, to="suspended", reason="War")
    assert suspended.body["status"] == "suspended"
    cancelled = move(rhein, key, to="cancelled", reason="No offtake")
    assert (cancelled.status, cancelled.body["status"]) == (202, "suspended")
    confirm(approver, cancelled)
    over = rhein.get(f"deals/{key}/transitions").body
    assert (over["status"], over["allowed_next"]) == ("cancelled", [])


def test_a_tranche_has_one_currency(cast, rhein):
    key = made(cast, rhein).body["id"]
    body = {"deal": key, "name": "Base", "currency": "USD", "amount": USD_300M, "tenor_months": 120}
    wrong = rhein.post("tranches", body | {"amount": {"amount": "1.00", "currency": "EUR"}})
    assert (wrong.status, wrong.codes) == (422, {"/amount/currency": "other_currency"})
    assert rhein.post("tranches", body | {"tenor_months": "120"}).codes == {"/tenor_months": "invalid"}
    answer = rhein.post("tranches", body)
    assert (answer.status, answer.body["amount"], answer.body["purpose"]) == (201, USD_300M, "base")
    assert rhein.post("tranches", body).body["type"] == "urn:orebook:problem:name_taken"
    changed = rhein.patch(f"tranches/{answer.body['id']}", {"grace_months": 24}, answer.body["version"])
    assert (changed.status, changed.body["grace_months"]) == (200, 24)


def test_an_invitation_takes_effect_when_a_second_person_confirms_it(cast, rhein, approver):
    key = made(cast, rhein, status="in_market").body["id"]
    confirm(approver, rhein.patch(f"deals/{key}", {"level": "invited"}, rhein.get(f"deals/{key}").body["version"]))
    maple = system_of("maple")
    body = {"deal": key, "institution": str(cast.bank("maple").pk), "nda_signed_on": date.today().isoformat()}
    invited = rhein.post("parties", body)
    assert (invited.status, invited.body["state"]) == (202, "prepared")
    assert maple.get(f"deals/{key}").status == 404
    assert rhein.post("parties", body).body["type"] == "urn:orebook:problem:invited_already"
    confirm(approver, invited)
    assert maple.get(f"deals/{key}").status == 200
    (party,) = maple.get("parties?institution=maple").body["results"]
    assert (party["state"], party["level"], party["nda"]["signed_on"]) == (
        "confirmed",
        "invited",
        date.today().isoformat(),
    )


def test_a_rejected_invitation_lets_nobody_in_and_can_be_made_again(cast, rhein, approver):
    key = made(cast, rhein).body["id"]
    body = {"deal": key, "institution": str(cast.bank("maple").pk)}
    invited = rhein.post("parties", body)
    approver.post(f"approvals/{invited.body['pending_approval']['id']}/reject", {"reason": "Not them"})
    assert rhein.get(f"parties/{invited.body['id']}").body["state"] == "rejected"
    assert system_of("maple").get(f"deals/{key}").status == 404
    assert rhein.post("parties", body).status == 202


def test_a_coordinator_is_named_by_two(cast, rhein, approver):
    key = made(cast, rhein).body["id"]
    body = {"institution": str(cast.bank("maple").pk), "role": "coordinator"}
    named = rhein.post(f"deals/{key}/roles", body)
    assert named.status == 202
    assert sorted(role["state"] for role in named.body["roles"]) == ["confirmed", "prepared"]
    assert system_of("maple").get(f"deals/{key}").status == 404
    assert rhein.post(f"deals/{key}/roles", body | {"tranche": key}).codes == {"/tranche": "not_found"}


def test_a_coordinator_whose_role_ended_is_told_nothing_more(cast, rhein, approver):
    key = made(cast, rhein).body["id"]
    named = rhein.post(f"deals/{key}/roles", {"institution": str(cast.bank("maple").pk), "role": "coordinator"})
    [role] = [row for row in named.body["roles"] if row["state"] == "prepared"]
    path = f"deals/{key}/roles/{role['id']}/end"

    def end(system: System = rhein, **body: str) -> Answer:
        seen = rhein.get(f"deals/{key}").body["version"]
        return system.post(path, body or None, If_Match=f'"{seen}"')

    assert rhein.post(path).status == 428
    waits = end()
    assert (waits.status, waits.body["type"]) == (409, "urn:orebook:problem:role_not_held")
    confirm(approver, named)
    version = rhein.get(f"deals/{key}").body["version"]
    rhein.patch(f"deals/{key}", {"level": "lead"}, If_Match=f'"{version}"')
    assert rhein.post(path, If_Match=f'"{version}"').status == 412
    other = system_of("maple", WRITES)
    theirs = other.get(f"deals/{key}").body["version"]
    assert other.post(path, If_Match=f'"{theirs}"').status == 403
    assert end(system_of("austral", WRITES)).status == 404
    assert end(on="2999-01-01").codes == {"/on": "in_future"}
    ended = end()
    assert ended.status == 200
    assert [row["until"] for row in ended.body["roles"] if row["id"] == role["id"]] == [date.today().isoformat()]
    assert system_of("maple").get(f"deals/{key}").status == 404
    assert end().status == 409


@pytest.mark.parametrize("bank", ["corner", "fjord"])
def test_only_members_of_the_network_register_deals(cast, bank):
    refused = system_of(bank, WRITES).post(
        "deals", {"network": str(cast.network.pk), "slug": "spruce", "name": "Spruce package"}
    )
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:not_a_member"), refused.raw
