"""Many who confirm and answer allocations of one tranche at the same time, over connections of their own."""

import threading
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, connection

from deals.models import AllocationCounter, AllocationLine, Tranche
from deals.services import approving
from deals.services.allocating import BidTerms, LineClosed, NoRoom, check_allocation, take_back
from deals.services.answering import accept_line, decline_line
from deals.services.approving import confirm
from institutions.isolation.session import acting_as
from institutions.models import Approval, Event, Staff
from institutions.refusals import Refusal
from tests.cast import Cast
from tests.deals.allocating import allocated, offer, proposed, tranche, usd

pytestmark = pytest.mark.slow

WRITERS = 16


def together(acts: list[Callable[[], None]]) -> list[str]:
    """Begins all acts at once, each on a connection of its own; what each came to: 'done', a refusal, a constraint."""
    begin, came_to = threading.Barrier(len(acts)), ["" for _ in acts]

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            begin.wait()
            acts[place]()
            came_to[place] = "done"
        except Refusal as refusal:
            came_to[place] = refusal.code
        except IntegrityError as error:
            came_to[place] = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_to


def confirming(who: Staff, row: UUID) -> Callable[[], None]:
    def act() -> None:
        with acting_as(who):
            confirm(by=who, approval=Approval.objects.get(row_id=row, decision=""))

    return act


def told_of(counter: AllocationCounter) -> list[Decimal]:
    """What the log says that the counter held, in its order."""
    events = Event.objects.filter(row_id=counter.pk, action__in=["created", "updated"]).order_by("seq")
    return [Decimal((event.after or {})["allocated"]) for event in events]


@pytest.fixture
def base(committed_cast: Cast) -> Tranche:
    return tranche(committed_cast, usd(155))


def test_of_16_who_confirm_at_once_as_many_fit_as_the_ceiling_holds(committed_cast: Cast, base: Tranche) -> None:
    cast = committed_cast
    offers = [offer(cast, base, usd(20)) for _ in range(WRITERS)]
    prepared = [
        proposed(cast, base, [BidTerms(other.pk, left_out=True) for other in offers if other != mine], amount=usd(20))
        for mine in offers
    ]
    came_to = together([confirming(cast.abe, row.pk) for row in prepared])
    assert sorted(came_to) == ["ceiling_reached"] * 9 + ["done"] * 7
    with acting_as(cast.ada):
        counter = AllocationCounter.objects.get(tranche=base)
        assert counter.allocated == 140_000_000
        assert AllocationLine.objects.filter(state="confirmed").count() == 7
        assert told_of(counter) == [step * 20_000_000 for step in range(8)]
        confirmed = Event.objects.filter(table="deals_allocationline", action="updated")
        assert confirmed.count() == 7
    with acting_as(cast.mina):
        assert Event.objects.filter(table="deals_allocationline", action="revealed").count() == 7
        assert AllocationLine.objects.count() == 7


def test_the_database_alone_holds_the_ceiling(
    committed_cast: Cast, base: Tranche, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the look beforehand that says it in words."""
    cast = committed_cast
    monkeypatch.setattr(approving, "ACTS", tuple(act for act in approving.ACTS if act is not check_allocation))
    offers = [offer(cast, base, usd(50)) for _ in range(6)]
    prepared = [
        proposed(cast, base, [BidTerms(other.pk, left_out=True) for other in offers if other != mine], amount=usd(50))
        for mine in offers
    ]
    came_to = together([confirming(cast.abe, row.pk) for row in prepared])
    assert sorted(came_to) == [NoRoom.code] * 3 + ["done"] * 3
    with acting_as(cast.ada):
        assert AllocationCounter.objects.get(tranche=base).allocated == 150_000_000


def test_answers_and_new_allocations_at_once_leave_an_exact_counter(committed_cast: Cast, base: Tranche) -> None:
    """8 decline 10 million each, 8 confirm 10 million each, from a tranche that is full but for 5."""
    cast = committed_cast
    for _ in range(15):
        offer(cast, base, usd(10))
    allocated(cast, base, [])
    with acting_as(cast.mina):
        lines = list(AllocationLine.objects.order_by("id"))
        answers = [decline_line(by=cast.mina, line=line).row_id for line in lines[:8]]
    more = [offer(cast, base, usd(5), by="rolf") for _ in range(8)]
    prepared = [proposed(cast, base, [BidTerms(o.pk, left_out=True) for o in more if o != mine]).pk for mine in more]
    acts = [confirming(cast.joon, row) for row in answers] + [confirming(cast.abe, row) for row in prepared]
    came_to = together(acts)
    assert came_to[:8] == ["done"] * 8
    fitted = came_to[8:].count("done")
    assert came_to[8:].count("ceiling_reached") == 8 - fitted
    with acting_as(cast.ada):
        counter = AllocationCounter.objects.get(tranche=base)
        assert counter.allocated == 70_000_000 + fitted * 5_000_000
        # Created, filled, 8 declined, and those that fitted.
        assert len(told_of(counter)) == 2 + 8 + fitted
        assert max(told_of(counter)) <= 155_000_000


def test_a_line_is_taken_back_or_accepted_never_both(committed_cast: Cast, base: Tranche) -> None:
    cast = committed_cast
    offers = [offer(cast, base, usd(10)) for _ in range(8)]
    allocated(cast, base, [])
    with acting_as(cast.mina):
        lines = [AllocationLine.objects.get(commitment=row) for row in offers]
        for line in lines:
            accept_line(by=cast.mina, line=line)

    def taking_back(line: AllocationLine) -> Callable[[], None]:
        def act() -> None:
            with acting_as(cast.ada):
                take_back(by=cast.ada, line=AllocationLine.objects.get(pk=line.pk))

        return act

    came_to = together([confirming(cast.joon, row.pk) for row in offers] + [taking_back(line) for line in lines])
    pairs = [sorted((came_to[i], came_to[i + 8])) for i in range(8)]
    assert pairs == [["done", LineClosed.code]] * 8
    accepted = came_to[:8].count("done")
    with acting_as(cast.ada):
        assert AllocationCounter.objects.get(tranche=base).allocated == accepted * 10_000_000


def test_the_ceiling_does_not_sink_below_what_is_confirmed_at_the_same_moment(
    committed_cast: Cast, base: Tranche
) -> None:
    cast = committed_cast
    offer(cast, base, usd(100))
    made = proposed(cast, base, [])

    def sink() -> None:
        with acting_as(cast.ada):
            Tranche.objects.filter(pk=base.pk).update(amount=usd(60).amount)

    came_to = together([confirming(cast.abe, made.pk), sink])
    with acting_as(cast.ada):
        counter = AllocationCounter.objects.get(tranche=base)
        assert counter.allocated <= counter.ceiling
    assert came_to in [["done", "allocated_within_the_tranche"], [NoRoom.code, "done"]]
