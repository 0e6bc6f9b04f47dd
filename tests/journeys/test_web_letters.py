"""A letter of interest over HTTP: recorded by an officer, widened by a second person, moved and ended."""

import re

import pytest

from deals.models import Commitment
from institutions.isolation.session import acting_as
from institutions.models import Approval, Staff
from tests.acts import condition
from tests.cast import Cast, in_a_year
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def record(cast: Cast, level: str = "parties") -> Page:
    return Web(cast.mina).post(
        "deals_deal_letter",
        cast.deal.pk,
        instrument="senior_loan",
        qualifier="exact",
        amount="150000000",
        currency="USD",
        valid_until=in_a_year().isoformat(),
        level=level,
        size_level=level,
    )


def the_letter(who: Staff) -> Commitment | None:
    with acting_as(who):
        return Commitment.objects.filter(stage__in=["letter_of_interest", "withdrawn"]).first()


def confirmed(cast: Cast, level: str = "parties") -> None:
    """A letter that two persons made."""
    record(cast, level)
    Web(cast.joon).post("approval", waiting(cast.joon).pk, decision="confirmed", reason="")


def waiting(who: Staff) -> Approval:
    with acting_as(who):
        return Approval.objects.get(decision="")


def test_a_letter_is_told_to_the_parties_once_a_second_person_confirms(cast: Cast) -> None:
    record(cast)
    rival = Web(cast.rolf)
    assert "Hanok senior loan" not in rival.get("deals_deal_change", cast.deal.pk).seen
    approver = Web(cast.joon)
    desk = approver.get("index").seen
    assert "Waiting for you Decide" in desk
    assert "prepared by Mina" in desk
    asked = approver.get("approvals").seen
    assert "Tell the commitment and the size to 'parties'" in asked
    answer = approver.post("approval", waiting(cast.joon).pk, decision="confirmed", reason="")
    assert "Confirmed: Hanok: senior loan, enquiry in Wattle senior package becomes letter of interest" in answer.seen
    seen = rival.get("deals_deal_change", cast.deal.pk).seen
    assert "Hanok senior loan letter of interest indicative USD 150,000,000" in seen
    assert "Hanok disclosed a letter of interest: USD 150,000,000" in seen


def test_nobody_confirms_what_they_prepared(cast: Cast) -> None:
    record(cast)
    preparer = Web(cast.mina)
    page = preparer.get("approvals").seen
    assert "You prepared this: another person of your institution must decide it." in page
    assert "approvers: Joon" in page
    answer = preparer.post("approval", waiting(cast.mina).pk, decision="confirmed", reason="")
    assert answer.status == 422
    assert "Ask your institution's admin" in answer.seen
    assert the_letter(cast.rolf) is None


def test_a_rejection_needs_a_reason_and_tells_it_to_the_preparer(cast: Cast) -> None:
    record(cast)
    approver = Web(cast.joon)
    approval = waiting(cast.joon)
    assert "Say why you reject it" in approver.post("approval", approval.pk, decision="rejected", reason=" ").seen
    approver.post("approval", approval.pk, decision="rejected", reason="Too early")
    assert "rejected by Joon: Too early" in Web(cast.mina).get("approvals").seen
    assert the_letter(cast.rolf) is None
    late = approver.post("approval", approval.pk, decision="confirmed", reason="")
    assert late.status == 422
    assert "This was rejected already, and that stands." in late.seen


def test_what_changed_since_it_was_prepared_is_not_confirmed(cast: Cast) -> None:
    record(cast)
    with acting_as(cast.mina):
        Commitment.objects.update(note="Changed")
    answer = Web(cast.joon).post("approval", waiting(cast.joon).pk, decision="confirmed", reason="")
    assert answer.status == 422
    assert "Reject this and have it prepared again" in answer.seen


def test_approvals_of_another_institution_are_missing(cast: Cast) -> None:
    record(cast)
    approval = waiting(cast.mina)
    for who in (cast.rita, cast.dami):
        assert "Hanok" not in Web(who).get("approvals").seen.replace("Waiting in Hanok", "").replace(", Hanok", "")
        assert Web(who).post("approval", approval.pk, decision="confirmed", reason="").status == 404


def test_a_letter_is_withdrawn_with_a_reason_that_stays(cast: Cast) -> None:
    confirmed(cast)
    made = the_letter(cast.mina)
    assert made
    officer = Web(cast.mina)
    missing = officer.post("deals_commitment_move", made.pk, to="withdrawn")
    assert missing.status == 422
    assert "Give the reason; it stays with your institution." in missing.seen
    answer = officer.post("deals_commitment_move", made.pk, to="withdrawn", reason="Country limit reached")
    assert "The commitment is now: withdrawn." in answer.seen
    assert "Country limit reached" in answer.seen
    page = Web(cast.rolf).get("deals_commitment_change", made.pk).seen
    assert "withdrawn" in page
    assert "Country limit" not in page


def test_a_move_names_everything_that_is_missing(cast: Cast) -> None:
    confirmed(cast, level="own")
    made = the_letter(cast.mina)
    assert made
    answer = Web(cast.mina).post("deals_commitment_move", made.pk, to="signed")
    assert answer.status == 422
    for step in ("Name the tranche.", "Give the agreement's reference and date.", "Disclose it at least to the lead."):
        assert step in answer.seen
    back = Web(cast.mina).post("deals_commitment_move", made.pk, to="enquiry").seen
    assert "Give the reason; it stays with your institution." in back
    assert "Select a valid choice" in Web(cast.mina).post("deals_commitment_move", made.pk, to="lapsed").seen


def test_a_conditional_approval_waits_for_a_second_person(cast: Cast) -> None:
    confirmed(cast, level="own")
    made = the_letter(cast.mina)
    assert made
    condition(cast, made)
    answer = Web(cast.mina).post("deals_commitment_move", made.pk, to="conditional_approval", tranche=cast.base.pk)
    assert "'conditional approval' waits for an approver." in answer.seen
    assert "Move it to 'conditional approval'" in Web(cast.joon).get("approvals").seen
    Web(cast.joon).post("approval", waiting(cast.joon).pk, decision="confirmed", reason="")
    assert "conditional approval conditional" in Web(cast.mina).get("deals_deal_change", cast.deal.pk).seen


def test_telling_fewer_takes_effect_at_once_and_takes_the_amount_along(cast: Cast) -> None:
    confirmed(cast)
    made = the_letter(cast.rolf)
    assert made
    further = Web(cast.mina).post("deals_commitment_level", made.pk, level="own", size_level="parties")
    assert further.status == 422
    assert "no further than the commitment itself" in further.seen
    answer = Web(cast.mina).post("deals_commitment_level", made.pk, level="own", size_level="own")
    assert "Told from now on: 'own'." in answer.seen
    assert the_letter(cast.rolf) is None
    assert "Hanok senior loan" not in Web(cast.ada).get("deals_deal_change", cast.deal.pk).seen


def test_telling_more_is_asked_once(cast: Cast) -> None:
    confirmed(cast, level="lead")
    made = the_letter(cast.ada)
    assert made
    officer = Web(cast.mina)
    asked = officer.post("deals_commitment_level", made.pk, level="parties", size_level="lead")
    assert "An approver of your institution is asked to tell it to 'parties'" in asked.seen
    assert "Waiting for an approver" in officer.get("deals_commitment_change", made.pk).seen
    again = officer.post("deals_commitment_level", made.pk, level="network", size_level="lead")
    assert again.status == 422
    assert "waits for an approver already" in again.seen


def test_only_its_owners_officers_change_a_commitment(cast: Cast) -> None:
    confirmed(cast, level="lead")
    made = the_letter(cast.ada)
    assert made
    assert Web(cast.ada).post("deals_commitment_level", made.pk, level="own", size_level="own").status == 404
    assert Web(cast.ada).post("deals_commitment_move", made.pk, to="withdrawn", reason="x").status == 404
    refused = Web(cast.joon).post("deals_commitment_level", made.pk, level="own", size_level="own")
    assert refused.status == 422
    assert the_letter(cast.ada), "an approver alone narrows nothing"


def test_a_page_that_was_opened_before_a_change_changes_nothing(cast: Cast) -> None:
    confirmed(cast, level="lead")
    made = the_letter(cast.ada)
    assert made
    old = Web(cast.mina).get("deals_commitment_change", made.pk).raw.decode()
    seen = re.findall(r'name="seen" value="(\w+)"', old)[-1]
    Web(cast.mina).post("deals_commitment_level", made.pk, level="own", size_level="own")
    answer = Web(cast.mina).post("deals_commitment_level", made.pk, level="lead", size_level="lead", seen=seen)
    assert answer.status == 422
    assert "changed since you opened the page" in answer.seen
    assert the_letter(cast.ada) is None
