"""The lead shares a tranche: previewed, proposed by two persons, told line by line, counted under a ceiling."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from deals.allocation import NotAllocable, Rule
from deals.models import (
    Allocation,
    AllocationCounter,
    AllocationLine,
    Instrument,
    Participation,
    Tranche,
)
from deals.money import Money
from deals.selectors.bids import book_of
from deals.services.allocating import (
    BidTerms,
    HasLine,
    LineClosed,
    NoRoom,
    preview_allocation,
    propose_allocation,
    take_back,
)
from deals.services.answering import accept_line
from deals.services.approving import confirm, reject
from deals.services.commitments import change_commitment
from deals.services.sizes import SizeDraft
from institutions.constraints import Broken
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Forbidden, NotFound
from institutions.services.approvals import Voided
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, counter, line_of, offer, proposed, scalable, tranche, usd
from tests.deals.test_lifecycle import constraint_of


def shares(made: Allocation) -> dict[str, Decimal]:
    return {line.institution.slug: line.amount for line in made.lines.select_related("institution")}


def test_a_preview_shares_what_is_sought_and_keeps_nothing(cast: Cast, base: Tranche, offers) -> None:
    with acting_as(cast.ada):
        preview = preview_allocation(by=cast.ada, tranche=base, rule=Rule.PRO_RATA, lot=usd(1), terms=scalable(*offers))
        assert {line.bid.said: line.amount for line in preview.outcome.lines} == {"Hanok": usd(82), "Rhein": usd(73)}
        assert preview.outcome.lines[1].steps[0] == "85,000,000 × 155,000,000 / 180,000,000 = 73,194,444.44…"
        assert not Allocation.objects.exists()
        assert not Approval.objects.filter(table="deals_allocation").exists()


def test_banks_that_take_and_hold_are_fixed_unless_the_lead_says_otherwise(cast: Cast, base: Tranche, offers) -> None:
    with acting_as(cast.ada), pytest.raises(NotAllocable) as refused:
        preview_allocation(by=cast.ada, tranche=base, rule=Rule.PRO_RATA)
    assert refused.value.code == "fixed_exceed_amount"
    assert "USD 180,000,000.00, above the USD 155,000,000.00" in refused.value.detail


def test_what_is_no_money_of_its_own_is_no_bid(cast: Cast, base: Tranche, offers) -> None:
    cover = offer(cast, base, usd(50), instrument=Instrument.GUARANTEE)
    shared = offer(cast, base, usd(10))
    yen = offer(cast, base, Money.of("5000", "JPY"))
    with acting_as(cast.mina):
        Participation.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=shared, lender=offers[0], kind="funded", level="lead"
        )
    with acting_as(cast.ada):
        book = book_of(base)
    assert book
    assert set(book.bids) == {row.pk for row in offers}
    assert {out.commitment.pk: out.why for out in book.left_out} == {
        shared.pk: "a share in another's loan",
        yen.pk: "in JPY: no rate is applied",
    }
    assert cover.pk not in book.commitments


def test_an_allocation_is_confirmed_by_another_person_and_told_line_by_line(cast: Cast, base: Tranche, offers) -> None:
    made = proposed(cast, base, scalable(*offers), lot=usd(1))
    for who in ("mina", "rolf"):
        with acting_as(cast.people[who]):
            assert not AllocationLine.objects.exists()
    with acting_as(cast.ada):
        waiting = Approval.objects.get(row_id=made.pk)
        with pytest.raises(Forbidden):
            confirm(by=cast.ada, approval=waiting)
    assert counter(cast, base) == 0
    confirm_waiting(cast, made, by="abe")
    assert counter(cast, base) == 155_000_000
    with acting_as(cast.mina):
        (line,) = AllocationLine.objects.all()
        assert (line.commitment_id, line.amount, line.bid) == (offers[0].pk, usd(82).amount, usd(95).amount)


def test_a_rejected_allocation_is_told_to_nobody_and_counts_nothing(cast: Cast, base: Tranche, offers) -> None:
    made = proposed(cast, base, scalable(*offers))
    with acting_as(cast.abe):
        reject(by=cast.abe, approval=Approval.objects.get(row_id=made.pk), reason="Other floors")
        made.refresh_from_db()
        assert made.state == "rejected"
        assert set(made.lines.values_list("state", flat=True)) == {"rejected"}
    with acting_as(cast.mina):
        assert not AllocationLine.objects.exists()
    assert counter(cast, base) == 0


def test_the_ceiling_is_the_tranches_amount(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    third = offer(cast, base, usd(10), by="sora")
    with acting_as(cast.ada), pytest.raises(NoRoom, match="USD 155,000,000 of Commercial are allocated already"):
        preview_allocation(by=cast.ada, tranche=base, rule=Rule.PRO_RATA, terms=scalable(third))


def test_of_two_prepared_allocations_the_second_finds_the_ceiling(cast: Cast, base: Tranche, offers) -> None:
    first = proposed(cast, base, [BidTerms(offers[1].pk, left_out=True)], amount=usd(95))
    second = proposed(cast, base, [BidTerms(offers[0].pk, left_out=True)], amount=usd(85))
    confirm_waiting(cast, first, by="abe")
    with pytest.raises(NoRoom, match="USD 60,000,000 are left"):
        confirm_waiting(cast, second, by="abe")
    assert counter(cast, base) == 95_000_000


def test_an_offer_has_one_line_at_a_time(cast: Cast, base: Tranche, offers) -> None:
    only = [BidTerms(offers[1].pk, left_out=True), *scalable(offers[0])]
    first, second = proposed(cast, base, only, amount=usd(20)), proposed(cast, base, only, amount=usd(20))
    confirm_waiting(cast, first, by="abe")
    with pytest.raises(HasLine, match="Hanok hold"):
        confirm_waiting(cast, second, by="abe")
    with acting_as(cast.ada):
        preview = preview_allocation(by=cast.ada, tranche=base, rule=Rule.PRO_RATA)
        assert [(out.commitment.pk, out.why) for out in preview.left_out] == [
            (offers[0].pk, "a line waits for its answer")
        ]


def test_a_bid_that_changes_before_it_is_confirmed_voids_the_allocation(cast: Cast, base: Tranche, offers) -> None:
    made = proposed(cast, base, scalable(*offers))
    with acting_as(cast.rolf):
        change_commitment(by=cast.rolf, commitment=offers[1], size=SizeDraft(usd(40)))
    with pytest.raises(Voided):
        confirm_waiting(cast, made, by="abe")


def test_the_lead_takes_back_what_nobody_answered(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers), lot=usd(1))
    line = line_of(cast, offers[0])
    with acting_as(cast.mina):
        waiting = accept_line(by=cast.mina, line=line)
    with acting_as(cast.ada):
        take_back(by=cast.ada, line=line)
        with pytest.raises(LineClosed):
            take_back(by=cast.ada, line=line)
    assert counter(cast, base) == 73_000_000
    with acting_as(cast.joon), pytest.raises(LineClosed):
        confirm(by=cast.joon, approval=waiting)
    answer(cast, offers[1], accept=True, by="rolf", approver="rita")
    with acting_as(cast.ada), pytest.raises(LineClosed):
        take_back(by=cast.ada, line=line_of(cast, offers[1]))


def test_only_the_registrar_allocates(cast: Cast, base: Tranche, offers) -> None:
    with acting_as(cast.mina), pytest.raises(Forbidden):
        propose_allocation(by=cast.mina, tranche=base, rule=Rule.EQUAL)
    with acting_as(cast.abe), pytest.raises(Forbidden):
        propose_allocation(by=cast.abe, tranche=base, rule=Rule.EQUAL)
    with acting_as(cast.ada), pytest.raises(NotFound):
        propose_allocation(by=cast.ada, tranche=base, rule=Rule.EQUAL, terms=[BidTerms(cast.deal.pk)])


def test_the_database_keeps_the_counter_from_everyone(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers))
    with acting_as(cast.ada):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            AllocationCounter.objects.update(allocated=0)
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Tranche.objects.filter(pk=base.pk).update(amount=Decimal(100_000_000))
        assert constraint_of(refused) == "allocated_within_the_tranche"
        Tranche.objects.filter(pk=base.pk).update(amount=Decimal(200_000_000))
        assert AllocationCounter.objects.get().ceiling == 200_000_000
        other = tranche(cast, name="Other")
        begun = AllocationCounter.objects.create(
            owner=made.owner, deal=cast.deal, tranche=other, ceiling=10**9, allocated=5, currency="USD"
        )
        begun.refresh_from_db()
        assert (begun.ceiling, begun.allocated) == (usd(155).amount, Decimal(0))


def test_the_database_confirms_no_line_alone_and_no_sum_that_is_not_its_lines(
    cast: Cast, base: Tranche, offers
) -> None:
    made = proposed(cast, base, scalable(*offers))
    with acting_as(cast.ada):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            made.lines.update(state="confirmed")
        assert constraint_of(refused) == "two_persons_needed"
        line = made.lines.first()
        assert line
        extra = {"owner": line.owner, "deal": line.deal, "tranche": base, "institution": cast.bank("sakura")}
        third = offer(cast, base, usd(5), by="sora")
        with acting_as(cast.ada):
            AllocationLine.objects.create(
                allocation=made, commitment=third, bid=5, amount=5, currency="USD", kind="fixed", **extra
            )
    with pytest.raises(Broken, match="do not add up") as broken:
        confirm_waiting(cast, made, by="abe")
    assert broken.value.constraint == "allocation_adds_up"
    again = allocated(cast, base, scalable(*offers))
    with acting_as(cast.ada), pytest.raises(IntegrityError) as refused, transaction.atomic():
        AllocationLine.objects.create(
            allocation=again, commitment=third, bid=5, amount=5, currency="USD", kind="fixed", **extra
        )
    assert constraint_of(refused) == "line_follows_its_allocation"
