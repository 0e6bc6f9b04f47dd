"""A letter is read as far as it was told, and otherwise is in no list, count, page or error."""

import pytest

from deals.models import Tranche
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter, widen
from tests.api import System, person_of, system_of

pytestmark = pytest.mark.slow

# The first level at which each of the cast sees a letter of Rhein's in the deal.
SEES_FROM = {
    "rolf@rhein.example": Level.OWN,
    "ada@austral.example": Level.LEAD,
    "mina@hanok.example": Level.PARTIES,
    "sora@sakura.example": Level.INVITED,
    # Hanok has walled the deal off: Dami is outside the team, and sees what the whole network does.
    "dami@hanok.example": Level.NETWORK,
    "marc@maple.example": Level.NETWORK,
    "finn@fjord.example": Level.NETWORK,
    "dora@desk.example": Level.PUBLIC,
    "cora@corner.example": Level.PUBLIC,
}
SYSTEMS_SEE_FROM = {
    "rhein": Level.OWN,
    "austral": Level.LEAD,
    # On no deal team, so that the deal is as missing to it.
    "hanok": Level.NETWORK,
    "sakura": Level.INVITED,
    "maple": Level.NETWORK,
    "fjord": Level.NETWORK,
    "corner": Level.PUBLIC,
}


def everyone() -> list[tuple[str, System, Level]]:
    people = [(who, person_of(who), level) for who, level in SEES_FROM.items()]
    return people + [(bank, system_of(bank, "registry:read"), level) for bank, level in SYSTEMS_SEE_FROM.items()]


@pytest.mark.parametrize("level", list(Level))
def test_a_letter_is_seen_as_far_as_it_was_told(cast, level):
    made = letter(cast, level, by="rolf", approver="rita")
    for who, asker, first in everyone():
        expected = level.rank >= first.rank
        listed = asker.get("commitments?count=true").body
        found = asker.get(f"commitments/{made.pk}")
        by_bank = asker.get("commitments?institution=rhein&stage=letter_of_interest&class=indicative").body["results"]
        assert (len(listed["results"]), listed["count"], len(by_bank)) == (expected,) * 3, who
        assert found.status == (200 if expected else 404), who
        assert (b"150000000" in found.raw) is expected, who


@pytest.mark.parametrize(
    "path",
    ["commitments/{}", "commitments/{}/transitions", "deals/{}", "tranches/{}", "parties/{}", "companies/{}",
     "approvals/{}", "commitments?deal={}", "commitments?tranche={}", "tranches?deal={}", "commitments?project={}"],
)  # fmt: skip
def test_hidden_is_as_missing_on_every_address(cast, path):
    hidden = letter(cast, Level.INVITED, by="rolf", approver="rita")
    missing = "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"
    hanok = system_of("hanok")
    ids = {
        "commitments/{}": hidden.pk, "commitments/{}/transitions": hidden.pk, "deals/{}": cast.deal.pk,
        "tranches/{}": cast.base.pk, "parties/{}": cast.deal.pk, "companies/{}": cast.deal.borrower_id,
        "commitments?tranche={}": cast.base.pk,
    }  # fmt: skip
    shown = [hanok.get(path.format(key)) for key in (ids.get(path, cast.deal.pk), missing)]
    for each in shown:
        if each.status == 404:
            each.body.pop("request_id")
    assert shown[0].status == shown[1].status
    assert shown[0].body == shown[1].body


@pytest.mark.parametrize("what", ["PATCH", "transitions", "confirm"])
def test_writing_to_a_hidden_row_is_as_to_a_missing_one(cast, what):
    hidden = letter(cast, Level.LEAD, by="rolf", approver="rita")
    missing = "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"
    sakura = system_of("sakura", "registry:read commitments:approve" if what == "confirm" else
                       "registry:read commitments:write")  # fmt: skip
    answers = []
    for key in (hidden.pk, missing):
        if what == "PATCH":
            answers.append(sakura.patch(f"commitments/{key}", {"reference": "x"}, "0" * 32))
        elif what == "transitions":
            answers.append(sakura.post(f"commitments/{key}/transitions", {"to": "due_diligence"}, If_Match='"x"'))
        else:
            answers.append(sakura.post(f"approvals/{key}/confirm"))
    for each in answers:
        each.body.pop("request_id")
    assert answers[0].body == answers[1].body
    assert answers[0].status == 404


@pytest.mark.parametrize("field", ["deal", "tranche"])
def test_naming_a_hidden_row_fails_as_naming_a_missing_one(cast, field):
    maple, corner = system_of("maple"), system_of("hanok")
    for asker in (maple, corner):
        answers = []
        for key in (cast.deal.pk if field == "deal" else cast.base.pk, "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"):
            body = {"deal": str(cast.deal.pk), "instrument": "grant", "stage": "enquiry"} | {field: str(key)}
            answers.append(asker.post("commitments", body))
        for each in answers:
            each.body.pop("request_id")
        assert answers[0].body == answers[1].body
        assert (answers[0].status, answers[0].codes) == (422, {"/deal": "not_found"})


def test_naming_a_hidden_tranche_of_a_deal_in_sight_fails_as_naming_a_missing_one(cast):
    with acting_as(cast.ada):
        hidden = Tranche.objects.create(owner=cast.bank("austral"), deal=cast.deal, name="Standby", currency="USD")
    rhein = system_of("rhein")
    answers = []
    for key in (hidden.pk, "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"):
        body = {"deal": str(cast.deal.pk), "instrument": "grant", "stage": "enquiry", "tranche": str(key)}
        answers.append(rhein.post("commitments", body))
    for each in answers:
        each.body.pop("request_id")
    assert answers[0].body == answers[1].body
    assert (answers[0].status, answers[0].codes) == (422, {"/tranche": "not_found"})


def test_the_size_stays_hidden_where_only_the_letter_was_told(cast):
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.OWN)
    seen = person_of("mina@hanok.example").get(f"commitments/{made.pk}")
    assert (seen.body["size"], seen.body["stage"]) == (None, "letter_of_interest")
    assert b"150000000" not in seen.raw
    assert (
        person_of("rolf@rhein.example").get(f"commitments/{made.pk}").body["size"]["money"]["amount"] == "150000000.00"
    )


def test_a_hidden_change_moves_neither_version_nor_time(cast):
    made = letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.OWN, stage="enquiry")
    mina, rolf = person_of("mina@hanok.example"), person_of("rolf@rhein.example")
    path = f"commitments/{made.pk}"
    before, own = mina.get(path), rolf.get(path)
    changed = rolf.patch(path, {"size": {"money": {"amount": "1.00", "currency": "USD"}}}, own.body["version"])
    assert changed.status == 200
    assert changed.body["version"] != own.body["version"]
    after = mina.get(path)
    assert after.raw == before.raw
    assert after.headers["ETag"] == before.headers["ETag"]
    assert mina.get(f"commitments?updated_after={before.body['updated_at']}").body["results"] == []


def test_another_may_use_a_reference_that_a_hidden_letter_has(cast):
    body = {"deal": str(cast.deal.pk), "instrument": "grant", "stage": "enquiry", "reference": "R-1"}
    for bank in ("rhein", "sakura", "rhein"):
        assert system_of(bank).post("commitments", body).status == 201


def test_a_letter_that_is_told_further_comes_into_sight(cast):
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    mina = person_of("mina@hanok.example")
    assert mina.get(f"commitments/{made.pk}").status == 404
    widen(cast, made, Level.PARTIES, by="rolf", approver="rita")
    assert mina.get(f"commitments/{made.pk}").body["size"]["level"] == "parties"


def test_a_commitment_whose_deal_is_hidden_names_no_deal(cast):
    made = letter(cast, Level.NETWORK, by="rolf", approver="rita")
    assert system_of("maple").get(f"commitments/{made.pk}").body["deal"] is None
    assert system_of("maple").get(f"commitments?deal={cast.deal.pk}").body["results"] == []


def test_nobody_reads_nothing(db):
    assert System().get("commitments").status == 401
