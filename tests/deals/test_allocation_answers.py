"""Each owner answers its line of an allocation: what it accepts becomes its size, what it declines is free again."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from deals.models import (
    AllocationAcceptance,
    Commitment,
    Step,
    Tranche,
)
from deals.services.allocating import (
    BidTerms,
    take_back,
)
from deals.services.answering import AboveOffer, AnsweredAlready, accept_line, decline_line
from deals.services.approving import confirm, reject
from deals.services.commitments import change_commitment
from deals.services.moves import move_commitment
from deals.services.sizes import SizeDraft
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Unmet
from institutions.services.approvals import SamePerson
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, counter, line_of, offer, scalable, usd
from tests.deals.test_lifecycle import constraint_of


def test_an_accepted_line_becomes_the_size_of_an_allocated_commitment(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    answer(cast, offers[0], accept=True)
    with acting_as(cast.ada):
        seen = Commitment.objects.get(pk=offers[0].pk)
        assert (seen.stage, seen.size.amount, seen.size.qualifier) == ("allocated", usd(82).amount, "exact")
        assert AllocationAcceptance.objects.get().answer == "accepted"
    with acting_as(cast.mina):
        assert Step.objects.filter(commitment=offers[0], stage="allocated").exists()
    assert counter(cast, base) == 155_000_000


def test_nobody_accepts_alone(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    line = line_of(cast, offers[0], "mina")
    with acting_as(cast.mina):
        waiting = accept_line(by=cast.mina, line=line)
        assert Commitment.objects.get(pk=offers[0].pk).stage == "indicative_terms"
        with pytest.raises(AnsweredAlready):
            decline_line(by=cast.mina, line=line)
    with acting_as(cast.ada):
        assert not AllocationAcceptance.objects.exists()
    with acting_as(cast.joon):
        reject(by=cast.joon, approval=waiting, reason="Not yet")
    with acting_as(cast.mina):
        # A rejected answer is none: the line waits again.
        accept_line(by=cast.mina, line=line)
    cast.mina.role = "approver"
    cast.mina.save()
    with acting_as(cast.mina), pytest.raises(SamePerson):
        confirm(by=cast.mina, approval=Approval.objects.get(decision=""))


def test_a_declined_line_is_free_again_and_its_reason_stays_inside(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    line = line_of(cast, offers[0], "mina")
    with acting_as(cast.mina):
        waiting = decline_line(by=cast.mina, line=line, reason="Country limit")
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waiting)
        assert "Country limit" in str(waiting.asks)
    assert counter(cast, base) == 73_000_000
    with acting_as(cast.ada):
        assert AllocationAcceptance.objects.get().answer == "declined"
        assert not Approval.objects.filter(table="deals_allocationacceptance").exists()
        assert Commitment.objects.get(pk=offers[0].pk).stage == "indicative_terms"
    # What was freed is allocated anew, to whom it was not declined by.
    third = offer(cast, base, usd(90), by="sora")
    again = allocated(cast, base, [BidTerms(offers[0].pk, left_out=True), *scalable(third)])
    assert again.total == 82_000_000
    assert counter(cast, base) == 155_000_000


def test_a_commitment_that_ends_gives_its_line_back(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    answer(cast, offers[0], accept=True)
    with acting_as(cast.mina):
        held = Commitment.objects.get(pk=offers[0].pk)
        move_commitment(by=cast.mina, commitment=held, to="withdrawn", reason="Board")
    confirm_waiting(cast, offers[0])
    with acting_as(cast.ada):
        assert AllocationAcceptance.objects.get().given_back_on
    assert counter(cast, base) == 73_000_000


def test_a_commitment_is_signed_without_giving_back(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    answer(cast, offers[0], accept=True)
    with acting_as(cast.mina):
        held = Commitment.objects.get(pk=offers[0].pk)
        move_commitment(
            by=cast.mina, commitment=held, to="signed", agreement_reference="FA-1", signed_on=held.valid_until
        )
    confirm_waiting(cast, offers[0])
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=offers[0].pk).stage == "signed"
    assert counter(cast, base) == 155_000_000


def test_what_is_missing_for_the_stage_is_named_when_a_line_is_accepted(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=offers[0].pk).update(valid_until=None)
        with pytest.raises(Unmet) as refused:
            accept_line(by=cast.mina, line=line_of(cast, offers[0], "mina"))
        assert list(refused.value.unmet) == ["/valid_until"]


def test_a_line_above_the_offer_as_it_stands_is_not_accepted(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    with acting_as(cast.mina):
        change_commitment(by=cast.mina, commitment=offers[0], size=SizeDraft(usd(50)))
        with pytest.raises(AboveOffer, match="USD 82,000,000, beyond your offer of USD 50,000,000"):
            accept_line(by=cast.mina, line=line_of(cast, offers[0], "mina"))


def test_no_commitment_becomes_allocated_without_an_accepted_line(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    with acting_as(cast.mina):
        held = Commitment.objects.get(pk=offers[0].pk)
        with pytest.raises(Unmet) as refused:
            move_commitment(by=cast.mina, commitment=held, to="allocated")
        assert list(refused.value.unmet) == ["/allocation"]
        with pytest.raises(IntegrityError) as held_by, transaction.atomic():
            Commitment.objects.filter(pk=held.pk).update(stage="allocated")
        assert constraint_of(held_by) in ("stage_requires_four_eyes", "stage_requires_allocation")


def test_the_database_takes_no_answer_but_to_an_open_line_of_ones_own(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    mine, theirs = line_of(cast, offers[0]), line_of(cast, offers[1])
    with acting_as(cast.ada):
        take_back(by=cast.ada, line=mine)
    about = {"owner": cast.bank("hanok"), "deal": cast.deal, "commitment": offers[0], "lead": cast.bank("austral")}
    # Taken back, another's, and none at all: the same answer.
    for line in (mine.pk, theirs.pk, uuid4()):
        with acting_as(cast.mina), pytest.raises(IntegrityError) as refused, transaction.atomic():
            AllocationAcceptance.objects.create(line_id=line, answer="declined", **about)
        assert constraint_of(refused) == "allocation_line_is_open"
