"""A bank's system says what its cover protects, and in whose loan it has a share."""

import pytest

from deals.models import Commitment, CoverLink, Participation
from deals.services.telling import tell_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.api import APPROVES, System, system_of

pytestmark = pytest.mark.slow

MISSING = "6f8f1c1a-4f2e-4f6e-9f53-0a0a0a0a0a0a"


@pytest.fixture
def rhein(cast) -> System:
    return system_of("rhein")


def cover_of(rhein: System, cast, level: str = "lead") -> str:
    body = {"deal": str(cast.deal.pk), "instrument": "guarantee", "stage": "due_diligence", "level": level,
            "size": {"money": {"amount": "80000000.00", "currency": "USD"}}}  # fmt: skip
    made = rhein.post("commitments", body)
    assert made.status == 201, made.raw
    return str(made.body["id"])


def test_a_cover_names_what_it_protects_as_far_as_it_chooses(cast, rhein):
    loan = letter(cast, Level.PARTIES)
    link = {"cover": cover_of(rhein, cast), "covered": str(loan.pk), "political_percent": "95", "level": "lead"}
    made = rhein.post("cover-links", link)
    assert (made.status, made.body["political_percent"], made.body["level"]) == (201, "95", "lead"), made.raw
    (seen,) = system_of("austral").get("cover-links").body["results"]
    assert (seen["cover"], seen["covered"]) == (link["cover"], str(loan.pk))
    # The covered lender is not told: the link goes to the lead.
    assert system_of("sakura").get("cover-links").body["results"] == []
    stack = system_of("austral").get(f"deals/{cast.deal.pk}/stack")
    assert b"142500000.00" in stack.raw, "95 % of 150 million is covered"


def test_a_link_beyond_the_lead_waits_for_a_second_person(cast, rhein):
    loan = letter(cast, Level.PARTIES)
    cover = cover_of(rhein, cast, "parties")
    approver = system_of("rhein", APPROVES)
    (waiting,) = approver.get("approvals?state=waiting").body["results"]
    approver.post(f"approvals/{waiting['id']}/confirm")
    made = rhein.post("cover-links", {"cover": cover, "covered": str(loan.pk), "level": "parties"})
    assert (made.body["level"], made.body["pending_approval"] is not None) == ("own", True)
    approver.post(f"approvals/{made.body['pending_approval']['id']}/confirm")
    assert rhein.get(f"cover-links/{made.body['id']}").body["level"] == "parties"


def test_a_link_is_told_no_further_than_what_it_is_about(cast, rhein):
    refused = rhein.post(
        "cover-links", {"cover": cover_of(rhein, cast), "tranche": str(cast.base.pk), "level": "parties"}
    )
    assert refused.codes == {"/level": "part_within_commitment"}, refused.raw
    assert b"told 'lead'" in refused.raw


def test_a_link_whose_cover_was_narrowed_since_is_not_told_further(cast, rhein):
    cover = cover_of(rhein, cast, "parties")
    approver = system_of("rhein", APPROVES)
    (waiting,) = approver.get("approvals?state=waiting").body["results"]
    approver.post(f"approvals/{waiting['id']}/confirm")
    made = rhein.post("cover-links", {"cover": cover, "tranche": str(cast.base.pk), "level": "parties"})
    with acting_as(cast.rolf):
        tell_commitment(by=cast.rolf, commitment=Commitment.objects.get(pk=cover), level=Level.LEAD)
    refused = approver.post(f"approvals/{made.body['pending_approval']['id']}/confirm")
    assert (refused.status, refused.body["type"].rsplit(":")[-1]) == (409, "narrowed_since"), refused.raw
    assert rhein.get(f"cover-links/{made.body['id']}").body["level"] == "own"


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"covered": MISSING}, {"/covered": "not_found"}),
        ({"covered": None}, {"/covered": "null"}),
        ({"political_percent": 95}, {"/political_percent": "invalid"}),
        ({"political_percent": "100.01"}, {"/political_percent": "max_value"}),
        ({"amount": {"amount": "10.5", "currency": "JPY"}}, {"/amount/amount": "too_many_decimals"}),
        ({"cover": MISSING}, {"/cover": "not_found"}),
    ],
)
def test_a_wrong_link_names_its_field_and_leaves_nothing(cast, rhein, more, codes):
    loan = letter(cast, Level.PARTIES)
    refused = rhein.post("cover-links", {"cover": cover_of(rhein, cast), "covered": str(loan.pk)} | more)
    assert (refused.status, refused.codes) == (422, codes)
    with acting_as(cast.rolf):
        assert not CoverLink.objects.exists()


def test_a_hidden_loan_is_covered_as_a_missing_one_is(cast, rhein):
    cover = cover_of(rhein, cast)
    hidden = letter(cast, Level.OWN)
    answers = [rhein.post("cover-links", {"cover": cover, "covered": key}) for key in (str(hidden.pk), MISSING)]
    for answer in answers:
        answer.body.pop("request_id")
    assert answers[0].body == answers[1].body


def test_money_is_no_cover_and_nobody_covers_with_anothers(cast, rhein):
    loan = letter(cast, Level.PARTIES)
    own = rhein.post("commitments", {"deal": str(cast.deal.pk), "instrument": "grant", "stage": "enquiry"}).body["id"]
    refused = rhein.post("cover-links", {"cover": own, "covered": str(loan.pk)})
    assert (refused.status, refused.codes) == (422, {"/cover": "no_cover"})
    another = rhein.post("cover-links", {"cover": str(loan.pk), "covered": str(loan.pk)})
    assert another.status == 403


def test_a_share_in_anothers_loan_counts_once(cast, rhein):
    loan = letter(cast, Level.PARTIES)
    body = {"deal": str(cast.deal.pk), "instrument": "senior_loan", "stage": "due_diligence", "level": "lead",
            "size": {"money": {"amount": "50000000.00", "currency": "USD"}}}  # fmt: skip
    own = rhein.post("commitments", body).body["id"]
    share = {"commitment": own, "lender": str(loan.pk), "kind": "funded", "level": "lead"}
    made = rhein.post("participations", share)
    assert (made.status, made.body["lender"]) == (201, str(loan.pk)), made.raw
    assert rhein.post("participations", share).body["type"] == "urn:orebook:problem:shares_once"
    assert rhein.post("participations", share | {"lender": own}).codes == {"/lender": "not_anothers_loan"}
    stack = system_of("austral").get(f"deals/{cast.deal.pk}/stack")
    assert b"200000000.00" not in stack.raw, "its money is within the loan"
    with acting_as(cast.marc):
        assert not Participation.objects.exists()


def test_more_than_the_whole_is_refused_at_its_percentage(cast, rhein):
    loan = letter(cast, Level.PARTIES)
    link = {"cover": cover_of(rhein, cast), "covered": str(loan.pk), "commercial_percent": "60"}
    assert rhein.post("cover-links", link).status == 201
    again = rhein.post("cover-links", link)
    assert (again.status, again.codes) == (422, {"/commercial_percent": "covers_at_most_whole"})


@pytest.mark.parametrize("asked", ["cover-links?cover", "cover-links?covered", "participations?lender"])
def test_a_commitment_that_is_named_by_no_id_finds_nothing(cast, asked):
    answer = system_of("rhein").get(f"{asked}=spruce")
    assert (answer.status, answer.body["results"]) == (200, [])
