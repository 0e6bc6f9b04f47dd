"""Handing money to another institution: the two sides are written at once, each by its own two persons."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.db.models import Sum
from django.utils import timezone

from deals.models import Commitment, Kind, Movement, Size, Transfer
from deals.money import Money
from deals.selectors.ledger import balance
from deals.selectors.stack import deal_stack
from deals.services.ledger import DrawnExceedsCommitted, NotOpen, Unbalanced
from deals.services.moves import move_commitment
from deals.services.transfers import SizeIsNotTransfer, offer_transfer, take_up, withdraw_transfer
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event, Staff
from institutions.refusals import NotFound, Unmet
from tests.acts import confirm_waiting, letter, move_money, signed
from tests.cast import Cast, in_a_year

pytestmark = pytest.mark.slow

M = 1_000_000


def offered(cast: Cast, commitment: Commitment, money: str = "50000000", to: str = "rhein") -> Transfer:
    """An offer of Hanok's, confirmed, dated three days ago."""
    with acting_as(cast.mina):
        made = offer_transfer(
            by=cast.mina, commitment=commitment, to=cast.bank(to), money=Money.of(money, "USD"),
            on=timezone.now().date() - timedelta(days=3), reference="TC 1",
        )  # fmt: skip
    confirm_waiting(cast, made)
    return made


def taken(cast: Cast, transfer: Transfer, into: Commitment) -> Movement:
    with acting_as(cast.rolf):
        made = take_up(by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=into)
    confirm_waiting(cast, made, by="rita")
    return made


def committed(who: Staff, commitment: Commitment) -> int:
    with acting_as(who):
        found = balance(commitment.pk)
    assert found is not None
    return int(found.committed.amount / M)


def test_an_offer_is_seen_by_whom_it_is_offered_to_and_moves_nothing(cast: Cast) -> None:
    ours = signed(cast, Level.PARTIES)
    transfer = offered(cast, ours, to="sakura")
    seen = {}
    for name, person in cast.people.items():
        with acting_as(person):
            seen[name] = Transfer.objects.filter(pk=transfer.pk).exists()
    assert {name for name, sees in seen.items() if sees} == {"mina", "joon", "sora", "shin"}
    assert committed(cast.mina, ours) == 150


def test_before_an_approver_confirmed_it_nobody_else_sees_an_offer(cast: Cast) -> None:
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita")
    with acting_as(cast.mina):
        made = offer_transfer(by=cast.mina, commitment=ours, to=cast.bank("rhein"), money=Money.of("1", "USD"))
    with acting_as(cast.rolf):
        assert not Transfer.objects.exists()
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            take_up(by=cast.rolf, transfer=made, commitment=theirs)


def test_both_sides_are_written_at_once_and_balance(cast: Cast) -> None:
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita", money="20000000")
    transfer = offered(cast, ours)
    with acting_as(cast.rolf):
        made = take_up(by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=theirs)
    assert (committed(cast.mina, ours), committed(cast.rolf, theirs)) == (150, 20)
    confirm_waiting(cast, made, by="rita")
    assert (committed(cast.mina, ours), committed(cast.rolf, theirs)) == (100, 70)
    with acting_as(cast.ada):
        # Both are told to the lead, who sees that nothing was made or lost.
        sides = Movement.objects.filter(kind__in=["transfer_in", "transfer_out"])
        assert sides.aggregate(total=Sum("committed_change"))["total"] == 0
        assert {side.level for side in sides} == {"lead"}
        assert {(each.cls.value, int(each.all.amount)) for each in deal_stack(cast.deal).figures} == {("firm", 170 * M)}
    with acting_as(cast.mina):
        assert Size.objects.get(commitment=ours).amount == 100 * M


def test_who_took_a_transfer_up_is_not_told_to_others(cast: Cast) -> None:
    ours = signed(cast, Level.PARTIES)
    transfer = offered(cast, ours)
    theirs = signed(cast, by="rolf", approver="rita", money="20000000")
    taken(cast, transfer, theirs)
    with acting_as(cast.rita):
        went = Movement.objects.filter(kind="transfer_out")
        assert went.count() == 1
    with acting_as(cast.mina):
        out = Movement.objects.get(kind="transfer_out")
        assert not Movement.objects.filter(kind="transfer_in").exists()
        events = Event.objects.filter(row_id__in=[out.pk, Size.objects.get(commitment=ours).pk]).order_by("-seq")
        assert {event.institution_id for event in events if "transfer" in event.actor} == {cast.bank("hanok").pk}
        assert not [event for event in events if str(cast.rita.pk) in event.actor]


def test_an_offer_is_reserved_until_it_is_withdrawn(cast: Cast) -> None:
    ours = signed(cast)
    transfer = offered(cast, ours)
    with pytest.raises(DrawnExceedsCommitted):
        move_money(cast, ours, Kind.DRAWDOWN, "100000001")
    with acting_as(cast.mina), pytest.raises(Unmet):
        move_commitment(by=cast.mina, commitment=ours, to="cancelled", reason="No")
    with pytest.raises(DrawnExceedsCommitted):
        offered(cast, ours, "100000001")
    with acting_as(cast.mina):
        withdraw_transfer(by=cast.mina, transfer=Transfer.objects.get(pk=transfer.pk))
        with pytest.raises(NotOpen):
            withdraw_transfer(by=cast.mina, transfer=Transfer.objects.get(pk=transfer.pk))
    move_money(cast, ours, Kind.DRAWDOWN, "100000001")
    theirs = signed(cast, by="rolf", approver="rita")
    with pytest.raises(Unbalanced):
        taken(cast, transfer, theirs)


def test_an_offer_is_taken_up_once_as_it_stands_by_its_addressee(cast: Cast) -> None:
    ours = signed(cast)
    transfer = offered(cast, ours)
    theirs = signed(cast, by="rolf", approver="rita")
    taken(cast, transfer, theirs)
    with pytest.raises(Unbalanced):
        taken(cast, transfer, theirs)
    with acting_as(cast.mina), pytest.raises(NotOpen):
        withdraw_transfer(by=cast.mina, transfer=Transfer.objects.get(pk=transfer.pk))
    with acting_as(cast.ada), pytest.raises(NotFound):
        take_up(by=cast.ada, transfer=transfer, commitment=signed(cast, by="ada", approver="abe"))


def test_a_new_lender_signs_by_taking_the_transfer_up(cast: Cast) -> None:
    ours, transfer = (made := signed(cast)), offered(cast, made)
    theirs = letter(cast, Level.LEAD, by="rolf", approver="rita", money="50000000")
    with acting_as(cast.rolf):
        move_commitment(by=cast.rolf, commitment=theirs, to="approved", tranche=cast.base, valid_until=in_a_year())
    confirm_waiting(cast, theirs, by="rita")
    with acting_as(cast.rolf), pytest.raises(Unmet):
        take_up(by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=theirs)
    with acting_as(cast.rolf):
        theirs.refresh_from_db()
        take_up(
            by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=theirs,
            agreement_reference="Accession 1", signed_on=timezone.now().date(),
        )  # fmt: skip
    confirm_waiting(cast, theirs, by="rita")
    with acting_as(cast.rolf):
        theirs.refresh_from_db()
        assert theirs.stage == "signed"
        assert list(Movement.objects.filter(commitment=theirs).values_list("kind", flat=True)) == ["transfer_in"]
    assert (committed(cast.mina, ours), committed(cast.rolf, theirs)) == (100, 50)


def test_a_new_lenders_size_is_the_transfers(cast: Cast) -> None:
    transfer = offered(cast, signed(cast))
    theirs = letter(cast, Level.LEAD, by="rolf", approver="rita", money="60000000")
    with acting_as(cast.rolf), pytest.raises(SizeIsNotTransfer):
        take_up(by=cast.rolf, transfer=Transfer.objects.get(pk=transfer.pk), commitment=theirs)


def test_a_whole_commitment_can_go(cast: Cast) -> None:
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita", money="20000000")
    taken(cast, offered(cast, ours, "150000000"), theirs)
    assert (committed(cast.mina, ours), committed(cast.rolf, theirs)) == (0, 170)
