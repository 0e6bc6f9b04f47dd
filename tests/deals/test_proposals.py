"""A facility agent proposes movements to the lenders; each confirms its own, and none sees another's."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from deals.models import Commitment, Kind, Movement, MovementProposal, RoleKind
from deals.money import Money
from deals.selectors.ledger import Balance, balance
from deals.services.inviting import name_role
from deals.services.ledger import InFuture, NotAsProposed, NotTheAgent, ProposalNotOpen
from deals.services.proposals import Share, confirm_proposal, propose_movements, withdraw_proposal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.refusals import NotFound
from tests.acts import confirm_waiting, signed
from tests.cast import Cast


@pytest.fixture
def agent(cast: Cast) -> Cast:
    """Sakura is the deal's facility agent; it is invited, and sees neither Hanok's nor Rhein's money."""
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("sakura"), role=RoleKind.FACILITY_AGENT)
    confirm_waiting(cast, role, by="abe")
    return cast


def proposed(cast: Cast, kind: Kind = Kind.DRAWDOWN, *, in_days: int = 0) -> dict[str, MovementProposal]:
    shares = {"hanok": "30000000", "rhein": "20000000"}
    with acting_as(cast.sora):
        rows = propose_movements(
            by=cast.sora, deal=cast.deal, kind=kind, on=timezone.now().date() + timedelta(days=in_days),
            shares=[Share(cast.bank(slug), Money.of(money, "USD")) for slug, money in shares.items()],
            reference="Utilisation 3",
        )  # fmt: skip
    return dict(zip(shares, rows, strict=True))


def standing(made: Commitment) -> Balance:
    found = balance(made.pk)
    assert found
    return found


def test_each_lender_sees_its_own_share_alone(agent: Cast) -> None:
    rows = proposed(agent)
    seen = {}
    for name, person in agent.people.items():
        with acting_as(person):
            seen[name] = set(MovementProposal.objects.values_list("pk", flat=True))
    ours, theirs = rows["hanok"].pk, rows["rhein"].pk
    assert {name: keys for name, keys in seen.items() if keys} == {
        "sora": {ours, theirs}, "shin": {ours, theirs}, "mina": {ours}, "joon": {ours}, "rolf": {theirs},
        "rita": {theirs},
    }  # fmt: skip


def test_a_proposal_moves_nothing_until_its_lender_confirms_it(agent: Cast) -> None:
    made, rows = signed(agent), proposed(agent)
    with acting_as(agent.mina):
        assert standing(made).drawn.amount == 0
        moved = confirm_proposal(by=agent.mina, proposal=MovementProposal.objects.get(pk=rows["hanok"].pk))
        assert (moved.commitment_id, int(moved.amount), moved.state) == (made.pk, 30_000_000, "confirmed")
        assert standing(made).drawn.amount == 30_000_000
        with pytest.raises(NotAsProposed):
            confirm_proposal(by=agent.mina, proposal=rows["hanok"])
    # The agent is told, whatever the level; a rival is not.
    with acting_as(agent.sora):
        assert Movement.objects.get(proposal=rows["hanok"]).pk == moved.pk
    with acting_as(agent.rolf):
        assert not Movement.objects.exists()


def test_what_needs_two_persons_needs_them_when_it_was_proposed_too(agent: Cast) -> None:
    made, rows = signed(agent), proposed(agent, Kind.PARTIAL_CANCELLATION)
    with acting_as(agent.mina):
        moved = confirm_proposal(by=agent.mina, proposal=rows["hanok"])
        assert moved.state == "prepared"
    with acting_as(agent.sora):
        assert not Movement.objects.filter(pk=moved.pk).exists()
    confirm_waiting(agent, moved)
    with acting_as(agent.sora):
        assert Movement.objects.filter(pk=moved.pk).exists()
    with acting_as(agent.mina):
        assert standing(made).committed.amount == 120_000_000


def test_only_the_facility_agent_proposes(agent: Cast) -> None:
    with acting_as(agent.rolf), pytest.raises(NotTheAgent):
        propose_movements(
            by=agent.rolf, deal=agent.deal, kind=Kind.DRAWDOWN, on=timezone.now().date(),
            shares=[Share(agent.bank("hanok"), Money.of("1", "USD"))],
        )  # fmt: skip


def test_a_proposal_is_confirmed_as_it_stands_by_its_lender(agent: Cast) -> None:
    ours, theirs = signed(agent), signed(agent, by="rolf", approver="rita")
    rows = proposed(agent)
    with acting_as(agent.rolf), pytest.raises(NotFound):
        confirm_proposal(by=agent.rolf, proposal=rows["hanok"])
    # Another's is as one that is not there.
    for who, made, amount, said in [
        ("mina", ours, 31_000_000, "as it stands"),
        ("rolf", theirs, 30_000_000, "row-level"),
    ]:
        with acting_as(agent.people[who]), pytest.raises(DatabaseError, match=said), transaction.atomic():
            Movement.objects.create(
                owner=made.owner, deal=agent.deal, commitment=made, kind="drawdown", amount=amount, currency="USD",
                effective_on=timezone.now().date(), proposal=rows["hanok"], answers=agent.bank("sakura"),
            )  # fmt: skip


def test_what_is_announced_is_confirmed_when_its_day_has_come(agent: Cast) -> None:
    signed(agent)
    rows = proposed(agent, in_days=5)
    with acting_as(agent.mina), pytest.raises(InFuture):
        confirm_proposal(by=agent.mina, proposal=rows["hanok"])


def test_a_withdrawn_proposal_is_not_confirmed(agent: Cast) -> None:
    signed(agent)
    rows = proposed(agent)
    with acting_as(agent.sora):
        withdraw_proposal(by=agent.sora, proposal=rows["hanok"])
        with pytest.raises(ProposalNotOpen, match="Propose anew"):
            withdraw_proposal(by=agent.sora, proposal=rows["hanok"])
    with acting_as(agent.mina), pytest.raises(NotAsProposed):
        confirm_proposal(by=agent.mina, proposal=MovementProposal.objects.get(pk=rows["hanok"].pk))


def test_a_lender_may_tell_more_than_the_agent(agent: Cast) -> None:
    signed(agent, Level.PARTIES)
    rows = proposed(agent)
    with acting_as(agent.mina):
        moved = confirm_proposal(by=agent.mina, proposal=rows["hanok"], level=Level.PARTIES)
        assert moved.level == "lead"
    confirm_waiting(agent, moved)
    with acting_as(agent.rolf):
        assert Movement.objects.get(pk=moved.pk).level == "parties"
