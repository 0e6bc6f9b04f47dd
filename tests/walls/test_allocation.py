"""Who sees what of an allocation: the lead all of it, an owner its own line, everyone else nothing."""

import pytest

from deals.allocation import Kind, Rule
from deals.models import Allocation, AllocationAcceptance, AllocationCounter, AllocationLine, Commitment, Tranche
from deals.services.allocating import BidTerms, Preview, preview_allocation, take_back
from deals.services.answering import accept_line, decline_line
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, AudienceMember, Event
from institutions.refusals import Refusal
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, line_of, offer, proposed, scalable, tranche, usd

TABLES = (Allocation, AllocationLine, AllocationAcceptance, AllocationCounter)


def seen(cast: Cast, who: str) -> dict[str, int]:
    with acting_as(cast.people[who]):
        return {model.__name__: model._default_manager.count() for model in TABLES}


def previewed(cast: Cast, base: Tranche, offers: tuple[Commitment, ...]) -> Preview:
    with acting_as(cast.ada):
        return preview_allocation(by=cast.ada, tranche=base, rule=Rule.PRO_RATA, lot=usd(1), terms=scalable(*offers))


def test_an_owner_sees_its_line_and_nothing_else_of_the_allocation(cast: Cast, base: Tranche, offers) -> None:
    made = allocated(cast, base, scalable(*offers))
    answer(cast, offers[0], accept=True)
    answer(cast, offers[1], accept=False, by="rolf", approver="rita")
    assert seen(cast, "ada") == {
        "Allocation": 1, "AllocationLine": 2, "AllocationAcceptance": 2, "AllocationCounter": 1,
    }  # fmt: skip
    for who in ("mina", "joon", "rolf", "rita"):
        assert seen(cast, who) == {
            "Allocation": 0, "AllocationLine": 1, "AllocationAcceptance": 1, "AllocationCounter": 0,
        }  # fmt: skip
    # A colleague outside the deal team, an invited bank, members, the secretariat.
    for who in ("dami", "sora", "marc", "finn", "cora", "dora"):
        assert set(seen(cast, who).values()) == {0}, who
    with acting_as(cast.mina):
        events = Event.objects.filter(table__startswith="deals_allocation")
        assert {event.table for event in events} == {"deals_allocationline", "deals_allocationacceptance"}
        told = str([(event.before, event.after) for event in events])
        for secret in (offers[1].pk, cast.bank("rhein").pk, "73194444.44", "180000000", "155000000", "pro_rata"):
            assert str(secret) not in told
        assert str(made.pk) in told
        mine = AllocationLine.objects.get()
        members = AudienceMember.objects.filter(audience=mine.audience_id).values_list("principal", flat=True)
        assert cast.bank("rhein").pk not in members


def test_a_line_looks_the_same_with_a_rival_in_the_allocation_and_without(cast: Cast, base: Tranche) -> None:
    def as_hanok_sees_it() -> list[dict[str, object]]:
        with acting_as(cast.mina):
            rows = AllocationLine.objects.filter(taken_back_on=None).values()
            new = {"id", "allocation_id", "created_at", "updated_at", "told_at"}
            return [{name: value for name, value in row.items() if name not in new} for row in rows]

    mine = offer(cast, base, usd(95))
    first = BidTerms(mine.pk, kind=Kind.SCALABLE, order=1)
    allocated(cast, base, [first], rule=Rule.PRIORITY, amount=usd(95))
    alone = as_hanok_sees_it()
    with acting_as(cast.ada):
        take_back(by=cast.ada, line=AllocationLine.objects.get())
    rival = offer(cast, base, usd(85), by="rolf")
    allocated(cast, base, [first, BidTerms(rival.pk, kind=Kind.SCALABLE, order=2)], rule=Rule.PRIORITY)
    assert as_hanok_sees_it() == alone


def test_sizes_that_the_lead_may_not_see_change_no_preview(cast: Cast, base: Tranche, offers) -> None:
    before = previewed(cast, base, offers)
    hidden = offer(cast, base, usd(300), by="sora", level=Level.OWN)
    assert previewed(cast, base, offers) == before
    told = offer(cast, base, usd(500), by="mina", size_level=Level.OWN)
    after = previewed(cast, base, offers)
    assert after.outcome == before.outcome
    assert [(out.commitment.pk, out.why) for out in after.left_out] == [
        (told.pk, "no amount of its own that you may see")
    ]
    # As if there were none: to name it is to name nothing.
    errors = []
    for row in (hidden.pk, told.pk, cast.deal.pk):
        with acting_as(cast.ada), pytest.raises(Refusal) as refused:
            preview_allocation(
                by=cast.ada, tranche=base, rule=Rule.PRO_RATA, terms=scalable(*offers, Commitment(pk=row))
            )
        errors.append((refused.value.code, refused.value.detail))
    assert len(set(errors)) == 1
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=offers[0].pk), level=Level.OWN)
    assert {line.bid.key for line in previewed(cast, base, offers[1:]).outcome.lines} == {offers[1].pk}


def test_hidden_money_neither_moves_nor_fills_the_ceiling(cast: Cast, base: Tranche, offers) -> None:
    offer(cast, base, usd(900), by="sora", level=Level.OWN)
    allocated(cast, base, scalable(*offers))
    with acting_as(cast.mina):
        accept_line(by=cast.mina, line=line_of(cast, offers[0], "mina"))
    # An answer that waits for its own approver is hidden from the lead, and its counter does not show it.
    assert seen(cast, "ada")["AllocationAcceptance"] == 0
    with acting_as(cast.ada):
        assert AllocationCounter.objects.get().allocated == 155_000_000
        take_back(by=cast.ada, line=line_of(cast, offers[0]))
        assert AllocationCounter.objects.get().allocated < 155_000_000


def test_what_is_prepared_is_seen_inside_alone(cast: Cast, base: Tranche, offers) -> None:
    proposed(cast, base, scalable(*offers))
    assert seen(cast, "abe")["AllocationLine"] == 2
    for who in ("mina", "rolf", "dora"):
        assert set(seen(cast, who).values()) == {0}


def test_another_answers_for_nobody(cast: Cast, base: Tranche, offers) -> None:
    allocated(cast, base, scalable(*offers))
    theirs = line_of(cast, offers[1], "rolf")
    with acting_as(cast.mina), pytest.raises(Refusal):
        decline_line(by=cast.mina, line=theirs)
    with acting_as(cast.ada), pytest.raises(Refusal):
        decline_line(by=cast.ada, line=line_of(cast, offers[1]))


def test_an_owner_is_not_told_how_long_its_line_was_prepared(committed_cast: Cast) -> None:
    cast = committed_cast
    base = tranche(cast)
    mine = offer(cast, base, usd(95))
    made = proposed(cast, base, [])
    with acting_as(cast.ada):
        prepared = Approval.objects.get(row_id=made.pk).created_at
    confirm_waiting(cast, made, by="abe")
    with acting_as(cast.mina):
        told = line_of(cast, mine, "mina").told_at
    assert prepared is not None
    assert told is not None
    assert told > prepared
