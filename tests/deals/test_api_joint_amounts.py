"""A bank's system promises one amount for several of its commitments."""

import pytest

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import APPROVES, Answer, System, system_of
from tests.cast import Cast

SIXTY = {"amount": "60000000.00", "currency": "USD"}
MISSING = "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"


@pytest.fixture
def rhein(cast: Cast) -> System:
    return system_of("rhein")


def two(rhein: System, cast: Cast) -> list[str]:
    """Two of Rhein's that the lead knows of, without an amount yet."""
    body = {"deal": str(cast.deal.pk), "instrument": "senior_loan", "stage": "expression_of_interest", "level": "lead"}
    return sorted(str(rhein.post("commitments", body).body["id"]) for _ in range(2))


def promise(rhein: System, commitments: list[str], **more: object) -> Answer:
    return rhein.post("joint-amounts", {"commitments": commitments, "money": SIXTY, "level": "lead"} | more)


def test_one_figure_stands_for_both_and_the_lead_counts_it_once(cast: Cast, rhein: System) -> None:
    both = two(rhein, cast)
    made = promise(rhein, both, qualifier="up_to", note="Either of the two")
    assert made.status == 201, made.raw
    assert made.headers["Location"].endswith(f"/api/v1/joint-amounts/{made.body['id']}")
    assert (made.body["commitments"], made.body["money"], made.body["qualifier"]) == (both, SIXTY, "up_to")
    assert (made.body["note"], made.body["level"], made.body["pending_approval"]) == ("Either of the two", "lead", None)
    lead = system_of("austral")
    # Another promise names its own two.
    others = promise(rhein, two(rhein, cast), level="own")
    assert not set(others.body["commitments"]) & set(both)
    (seen,) = lead.get(f"joint-amounts?deal={cast.deal.pk}&level=lead").body["results"]
    assert seen == lead.get(f"joint-amounts/{made.body['id']}").body
    assert seen["commitments"] == both
    for key in both:
        assert rhein.get(f"commitments/{key}").body["size"]["joint"]["id"] == made.body["id"]
    assert b"120000000.00" not in lead.get(f"deals/{cast.deal.pk}/stack").raw
    # Told to the lead: for another party it is as missing as one that never was.
    other = system_of("sakura")
    assert other.get("joint-amounts").body["results"] == []
    hidden, missing = (other.get(f"joint-amounts/{key}") for key in (made.body["id"], MISSING))
    assert (hidden.status, hidden.body["detail"]) == (404, missing.body["detail"])


def test_whoever_sees_one_of_them_is_told_of_that_one(cast: Cast, rhein: System) -> None:
    both = two(rhein, cast)
    made = promise(rhein, both)
    lead = system_of("austral")
    before = lead.get(f"joint-amounts/{made.body['id']}").body
    version = rhein.get(f"commitments/{both[0]}").body["version"]
    assert rhein.patch(f"commitments/{both[0]}", {"level": "own"}, version).status == 200
    after = lead.get(f"joint-amounts/{made.body['id']}").body
    assert after["commitments"] == both[1:]
    assert after["version"] != before["version"]


def test_beyond_the_lead_it_waits_for_a_second_person(cast: Cast, rhein: System) -> None:
    made = promise(rhein, two(rhein, cast), level="parties")
    assert (made.status, made.body["level"]) == (201, "own")
    assert system_of("austral").get("joint-amounts").body["results"] == []
    system_of("rhein", APPROVES).post(f"approvals/{made.body['pending_approval']['id']}/confirm")
    assert rhein.get(f"joint-amounts/{made.body['id']}").body["level"] == "parties"


def test_what_is_wrong_is_said_at_its_field(cast: Cast, rhein: System) -> None:
    both = two(rhein, cast)
    theirs = letter(cast, Level.PARTIES)
    assert promise(rhein, both[:1]).codes == {"/commitments": "not_together"}
    assert promise(rhein, [both[0], both[0]]).codes == {"/commitments": "not_together"}
    assert promise(rhein, [both[0], MISSING]).codes == {"/commitments/1": "not_found"}
    assert promise(rhein, both, qualifier="unknown").codes == {"/qualifier": "figure_is_known"}
    assert promise(rhein, both, money={"amount": "0", "currency": "USD"}).codes == {"/money/amount": "not_positive"}
    assert promise(rhein, [both[0], str(theirs.pk)]).status == 403
    body = {"deal": str(cast.deal.pk), "instrument": "grant", "stage": "letter_of_interest"}
    made = rhein.post("commitments", body | {"valid_until": "2099-01-01"}).body
    system_of("rhein", APPROVES).post(f"approvals/{made['pending_approval']['id']}/confirm")
    stands = promise(rhein, [both[0], made["id"]])
    assert (stands.status, stands.body["type"]) == (409, "urn:orebook:problem:approved_stands"), stands.raw
    assert rhein.get("joint-amounts").body["results"] == []


def test_repeated_with_its_key_it_is_promised_once(cast: Cast, rhein: System) -> None:
    body = {"commitments": two(rhein, cast), "money": SIXTY}
    answers = [rhein.post("joint-amounts", body, Idempotency_Key="together-1") for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert len(rhein.get("joint-amounts").body["results"]) == 1


def test_the_feed_tells_it_as_far_as_the_reader_sees_it(committed_cast: Cast) -> None:
    rhein, lead, other = (system_of(bank) for bank in ("rhein", "austral", "sakura"))
    starts = [system.get("events?limit=500").body["next_cursor"] for system in (lead, other)]
    made = promise(rhein, two(rhein, committed_cast)).body
    told, hidden = (
        [event for event in system.get(f"events?limit=500&after={start}").body["results"]
         if event["object"]["type"] == "joint_amount"]
        for system, start in zip((lead, other), starts, strict=True)
    )  # fmt: skip
    assert [event["type"] for event in told] == ["joint_amount.created"]
    assert told[0]["data"] == lead.get(f"joint-amounts/{made['id']}").body
    assert hidden == []
