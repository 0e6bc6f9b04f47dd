"""What a rival does in its ledger changes nothing for whom it is hidden, and nobody writes another's."""

import json
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from deals.models import Commitment, Kind, Movement, MovementProposal, RoleKind, Transfer
from deals.money import Money
from deals.selectors.ledger import balance, balances, by_day
from deals.services.disclosure import set_level
from deals.services.inviting import name_role
from deals.services.movements import redenominate
from deals.services.transfers import offer_transfer, take_up
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Confidential, Event
from tests.acts import confirm_waiting, letter, move_money, signed, widen
from tests.api import System, person_of
from tests.cast import Cast

pytestmark = pytest.mark.slow

PAGES = (
    "movements?count=true", "transfers?count=true", "movement-proposals?count=true", "commitments?count=true",
    "commitments?undrawn_past_availability=true", "events?limit=500",
)  # fmt: skip


def seen_by(system: System, *more: str) -> str:
    """All that somebody reads, without the cursors, which no two answers share."""
    told = [system.get(page).body for page in (*PAGES, *more)]
    for page in told:
        page.pop("next_cursor", None)
        for event in page.get("results", []):
            event.pop("cursor", None)
    return json.dumps(told, sort_keys=True)


def draws(cast: Cast, made: Commitment) -> None:
    move_money(cast, made, Kind.DRAWDOWN, "60000000")


def increases(cast: Cast, made: Commitment) -> None:
    move_money(cast, made, Kind.INCREASE, "60000000")


def redenominates(cast: Cast, made: Commitment) -> None:
    with acting_as(cast.mina):
        confirm = redenominate(by=cast.mina, commitment=made, currency="EUR", rate=Decimal(1))
    confirm_waiting(cast, confirm)


def hands_over(cast: Cast, made: Commitment) -> None:
    """To Austral, which takes it up into money that Rhein does not see either."""
    with acting_as(cast.mina):
        offer = offer_transfer(by=cast.mina, commitment=made, to=cast.bank("austral"), money=Money.of("1", "USD"))
    confirm_waiting(cast, offer)
    theirs = signed(cast, by="ada", approver="abe")
    with acting_as(cast.ada):
        taken = take_up(by=cast.ada, transfer=Transfer.objects.get(pk=offer.pk), commitment=theirs)
    confirm_waiting(cast, taken, by="abe")


@pytest.mark.parametrize("act", [draws, increases, redenominates, hands_over])
def test_a_rival_reads_the_same_whatever_happens_in_a_hidden_ledger(
    committed_cast: Cast, act: Callable[[Cast, Commitment], None]
) -> None:
    cast = committed_cast
    hidden, own = signed(cast), signed(cast, by="rolf", approver="rita")
    rolf = person_of("rolf@rhein.example")
    before = seen_by(rolf, f"commitments/{own.pk}/balance")
    act(cast, hidden)
    assert seen_by(rolf, f"commitments/{own.pk}/balance") == before
    assert rolf.get(f"commitments/{hidden.pk}/balance").status == 404
    # And it may do what it could do before.
    move_money(cast, own, Kind.DRAWDOWN, "150000000", by="rolf", approver="rita")


def test_who_sees_a_commitment_but_not_its_size_sees_no_ledger(cast: Cast) -> None:
    made = signed(cast, Level.PARTIES, size_level=Level.LEAD)
    move_money(cast, made, Kind.INCREASE, "60000000")
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(pk=made.pk).exists()
        assert not Movement.objects.exists()
        assert (balance(made.pk), balances([made.pk]), by_day(made.pk)) == (None, {}, [])
    with acting_as(cast.ada):
        assert Movement.objects.count() == 3


def test_the_ledger_is_told_with_the_size_and_hidden_with_it(cast: Cast) -> None:
    made = signed(cast, Level.LEAD)
    move_money(cast, made, Kind.DRAWDOWN, "60000000")
    widen(cast, made, Level.PARTIES)
    with acting_as(cast.rolf):
        # What was drawn is told further by two persons of its own.
        assert set(Movement.objects.values_list("kind", flat=True)) == {"initial"}
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk).size, level=Level.OWN)
    with acting_as(cast.ada):
        assert not Movement.objects.exists()


def test_one_person_alone_tells_nobody_beyond_the_lead(cast: Cast) -> None:
    made = signed(cast, Level.PARTIES)
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        Movement.objects.create(
            owner=made.owner, deal=cast.deal, commitment=made, kind="drawdown", amount=1, currency="USD",
            effective_on=timezone.now().date(), level="parties",
        )  # fmt: skip


@pytest.mark.parametrize("model", [Movement, Transfer, MovementProposal])
def test_nobody_writes_anothers_ledger(cast: Cast, model: type[Confidential]) -> None:
    made = signed(cast, Level.PARTIES)
    facts = {
        "deal": cast.deal, "commitment": made, "amount": 1, "currency": "USD", "effective_on": timezone.now().date(),
    }  # fmt: skip
    facts |= {"kind": "drawdown"} if model is Movement else {"to": cast.bank("rhein")}
    if model is MovementProposal:
        facts |= {"kind": "drawdown", "notice": made.pk}
    for owner in (cast.bank("hanok"), cast.bank("rhein")):
        with acting_as(cast.rolf), pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.create(owner=owner, **facts)


@pytest.mark.parametrize("named", ["reverses", "pair", "repays", "proposal", "transfer"])
def test_a_movement_that_names_what_is_hidden_fails_as_if_it_were_missing(cast: Cast, named: str) -> None:
    hidden, own = signed(cast), signed(cast, Level.PARTIES, by="rolf", approver="rita")
    unsigned = letter(cast)
    drawn = move_money(cast, hidden, Kind.DRAWDOWN, "1")
    with acting_as(cast.mina):
        offer = offer_transfer(by=cast.mina, commitment=hidden, to=cast.bank("austral"), money=Money.of("1", "USD"))
    confirm_waiting(cast, offer)
    there = {"reverses": drawn.pk, "pair": drawn.pk, "repays": unsigned.pk, "proposal": drawn.pk, "transfer": offer.pk}
    kinds = {"reverses": "reversal", "pair": "redenomination", "transfer": "transfer_in"}
    said = []
    for key in (there[named], uuid4()):
        facts = {"kind": kinds.get(named, "drawdown"), f"{named}_id": key} | ({"rate": 1} if named == "pair" else {})
        if named == "proposal":
            facts["answers"] = cast.bank("austral")
        with acting_as(cast.rolf), pytest.raises(DatabaseError) as refused, transaction.atomic():
            Movement.objects.create(
                owner=own.owner, deal=cast.deal, commitment=own, amount=1, currency="USD",
                effective_on=timezone.now().date(), level="lead" if named == "repays" else "own", **facts,
            )  # fmt: skip
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_proposal_that_names_what_is_hidden_fails_as_if_it_were_missing(cast: Cast) -> None:
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("sakura"), role=RoleKind.FACILITY_AGENT)
    confirm_waiting(cast, role, by="abe")
    said = []
    for key in (signed(cast).pk, signed(cast, by="rolf", approver="rita").pk, uuid4()):
        with acting_as(cast.sora), pytest.raises(DatabaseError) as refused, transaction.atomic():
            MovementProposal.objects.create(
                owner=cast.bank("sakura"), deal=cast.deal, to=cast.bank("hanok"), commitment_id=key, notice=uuid4(),
                kind="drawdown", amount=1, currency="USD", effective_on=timezone.now().date(),
            )  # fmt: skip
        said.append(str(refused.value))
    assert len(set(said)) == 1


def test_whom_a_row_is_addressed_to_is_never_changed(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        offer = offer_transfer(by=cast.mina, commitment=made, to=cast.bank("rhein"), money=Money.of("1", "USD"))
        for changed in ({"to": cast.bank("maple")}, {"amount": 2}, {"commitment": made}):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                Transfer.objects.filter(pk=offer.pk).update(**changed)


def test_an_unconfirmed_movement_is_seen_by_its_institution_alone(cast: Cast) -> None:
    made = signed(cast, Level.PARTIES)
    with acting_as(cast.mina):
        came = redenominate(by=cast.mina, commitment=made, currency="EUR", rate=Decimal(1))
        assert Approval.objects.filter(row_id=came.pk).exists()
    for who in ("ada", "rolf", "dami", "dora"):
        with acting_as(cast.people[who]):
            assert not Movement.objects.filter(pk=came.pk).exists()
            assert not Event.objects.filter(row_id__in=[came.pk, came.pair_id]).exists()
