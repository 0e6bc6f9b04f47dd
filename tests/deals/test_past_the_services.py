"""What rows written past the services can't do: the database refuses them, or keeps them true."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from deals.models import (
    AllocationLine,
    Answer,
    Commitment,
    Document,
    Download,
    Mandate,
    Movement,
    MovementProposal,
    Party,
    Question,
    Report,
    RoleKind,
    Size,
    Transfer,
)
from deals.services import documents
from deals.services.disclosure import ask_to_grant
from deals.services.inviting import name_role
from deals.services.movements import redenominate
from institutions.constraints import Broken, rules_hold
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter, signed
from tests.api import person_of
from tests.cast import Cast
from tests.deals.allocating import allocated, answer, counter, offer, proposed, scalable, tranche, usd
from tests.deals.test_lifecycle import constraint_of
from tests.deals.test_transfers import offered, taken
from tests.room import document

TODAY = timezone.now().date()


def refused(make: Any) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    return constraint_of(error)


def test_a_line_is_in_the_currency_of_its_allocation(cast: Cast) -> None:
    base = tranche(cast)
    ours, theirs = offer(cast, base, usd(100)), offer(cast, base, usd(1), by="rolf")
    made = proposed(cast, base, scalable(ours))
    with acting_as(cast.ada):
        assert refused(
            lambda: AllocationLine.objects.create(
                owner=cast.bank("austral"), deal=cast.deal, tranche=base, allocation=made, kind="scalable", bid=9,
                commitment=Commitment.objects.get(pk=theirs.pk), institution=cast.bank("rhein"), amount=9,
                currency="EUR",
            )
        ) == "line_follows_its_allocation"  # fmt: skip


def test_a_line_is_not_accepted_into_another_currency(cast: Cast) -> None:
    base = tranche(cast)
    ours = offer(cast, base, usd(100))
    allocated(cast, base, scalable(ours))
    with acting_as(cast.mina):
        Size.objects.filter(commitment=ours).update(currency="EUR")
        line = AllocationLine.objects.get()
        from deals.services.answering import AboveOffer, accept_line

        with pytest.raises(AboveOffer):
            accept_line(by=cast.mina, line=line)


def test_declining_frees_what_was_counted_and_never_fails(cast: Cast) -> None:
    base = tranche(cast)
    ours = offer(cast, base, usd(100))
    allocated(cast, base, scalable(ours))
    answer(cast, ours, accept=False)
    assert counter(cast, base) == 0


def test_whoever_offers_a_transfer_does_not_stand_in_its_way(cast: Cast) -> None:
    ours, theirs = signed(cast), signed(cast, by="rolf", approver="rita")
    transfer = offered(cast, ours)
    other = letter(cast, Level.OWN, money="50000000")
    with acting_as(cast.mina):
        assert refused(
            lambda: Movement.objects.create(
                owner=cast.bank("hanok"), deal=cast.deal, commitment=other, kind="transfer_in", currency="USD",
                amount=transfer.amount, effective_on=transfer.effective_on, transfer=transfer,
            )
        ) == "transfer_balances"  # fmt: skip
    assert taken(cast, transfer, theirs).pk


@pytest.fixture
def agent(cast: Cast) -> Cast:
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("sakura"), role=RoleKind.FACILITY_AGENT)
    confirm_waiting(cast, role, by="abe")
    return cast


def propose(cast: Cast, to: str) -> MovementProposal:
    with acting_as(cast.sora):
        return MovementProposal.objects.create(
            owner=cast.bank("sakura"), deal=cast.deal, to=cast.bank(to), notice=uuid4(), kind="drawdown", amount=1,
            currency="USD", effective_on=TODAY,
        )  # fmt: skip


def test_an_agent_proposes_to_those_in_the_deal_alone(agent: Cast) -> None:
    assert refused(lambda: propose(agent, "maple")) == "proposed_within_the_deal"
    propose(agent, "austral")
    with acting_as(agent.ada):
        # The registrar is in its own deal.
        assert MovementProposal.objects.count() == 1


def test_whoever_left_the_deal_sees_no_proposal_and_no_offer_of_it(agent: Cast) -> None:
    propose(agent, "rhein")
    offered(agent, signed(agent))
    with acting_as(agent.rolf):
        assert MovementProposal.objects.count() == Transfer.objects.count() == 1
    with acting_as(agent.ada):
        Party.objects.filter(institution=agent.bank("rhein")).update(left_on=TODAY)
    with acting_as(agent.rolf):
        assert not MovementProposal.objects.exists()
        assert not Transfer.objects.exists()


def shown_by_name(cast: Cast, to: str) -> Document:
    """A document of Hanok's, which walled the deal off, that one other institution is shown."""
    made = document(cast, Level.OWN, by="mina")
    with acting_as(cast.mina):
        ask_to_grant(
            by=cast.mina, rows=[made], to=cast.bank(to), until=timezone.now() + timedelta(days=2),
            deal_id=cast.deal.pk,
        )  # fmt: skip
    confirm_waiting(cast, made)
    return made


def test_a_receipt_stays_within_the_owners_deal_team(cast: Cast) -> None:
    made = shown_by_name(cast, "maple")
    with acting_as(cast.marc):
        documents.take(by=cast.marc, document=Document.objects.get(pk=made.pk)).content.close()
        assert Download.objects.count() == 1
    with acting_as(cast.mina):
        assert Download.objects.count() == 1
    with acting_as(cast.dami):
        assert not Download.objects.exists()


def test_a_receipt_says_who_took_the_document(cast: Cast) -> None:
    made = document(cast, Level.LEAD, by="mina")
    with acting_as(cast.ada):
        forged = Download.objects.create(
            owner=cast.bank("austral"), document=made, to=cast.bank("rhein"), person=cast.abe, who="Rita of Rhein"
        )
        forged.refresh_from_db()
    assert (forged.who, forged.person_id, forged.to_id, forged.deal_id) == (
        "Ada", cast.ada.pk, cast.bank("hanok").pk, cast.deal.pk,
    )  # fmt: skip
    with acting_as(cast.rolf), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Download.objects.create(
            owner=cast.bank("rhein"), document=made, to=cast.bank("hanok"), person=cast.rolf, who="Rolf"
        )


def test_what_names_a_document_is_told_no_further_than_it(cast: Cast) -> None:
    theirs, own = shown_by_name(cast, "rhein"), document(cast, Level.OWN)
    rhein, facts = cast.bank("rhein"), {"deal": cast.deal, "level": "lead"}
    lead = document(cast, Level.OWN, by="ada")
    with acting_as(cast.rolf):
        asked = Question.objects.create(owner=rhein, deal=cast.deal, text="?", level="lead")
    with acting_as(cast.ada):
        told = {"owner": cast.bank("austral"), "to": rhein, "text": "!", "question": asked, "document": lead}
        assert refused(lambda: Answer.objects.create(**told, **facts)) == "part_within_document"
    with acting_as(cast.rolf):
        makes = [
            lambda: Question.objects.create(owner=rhein, text="?", document=theirs, **facts),
            lambda: Report.objects.create(
                owner=rhein, workstream="legal", commissioned_on=TODAY, delivered_on=TODAY, status="delivered",
                document=own, **facts,
            ),
        ]  # fmt: skip
        assert {refused(make) for make in makes} == {"part_within_document"}
        report = Report.objects.create(owner=rhein, workstream="legal", commissioned_on=TODAY, **facts)
        late = {"document": own, "status": "delivered", "delivered_on": TODAY}
        assert refused(lambda: Report.objects.filter(pk=report.pk).update(**late)) == "part_within_document"


def test_nobody_zeroes_a_size_in_the_currency_of_before(cast: Cast) -> None:
    made = signed(cast)
    with acting_as(cast.mina):
        came = redenominate(by=cast.mina, commitment=made, currency="EUR", rate=Decimal("0.9"))
    confirm_waiting(cast, came)
    with acting_as(cast.mina):
        size = Size.objects.filter(commitment=made)
        assert refused(lambda: size.update(amount=0, currency="USD")) == "size_follows_ledger"


def test_a_hidden_row_that_is_named_is_refused_by_the_policy(cast: Cast) -> None:
    hidden = signed(cast)
    with acting_as(cast.mina):
        asked = Question.objects.create(owner=cast.bank("hanok"), deal=cast.deal, text="?", level="own")
    rhein = cast.bank("rhein")
    with acting_as(cast.rolf):
        for key in (hidden.pk, uuid4()):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Movement.objects.create(
                    owner=rhein, deal=cast.deal, commitment_id=key, kind="drawdown", amount=1, currency="USD",
                    effective_on=TODAY, level="parties",
                )  # fmt: skip
        for key in (asked.pk, uuid4()):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Answer.objects.create(owner=rhein, deal=cast.deal, question_id=key, to=cast.bank("hanok"), text="!")


def test_taking_back_names_the_version_that_was_read(agent: Cast) -> None:
    transfer, proposal = offered(agent, signed(agent)), propose(agent, "hanok")
    mina, sora = person_of("mina@hanok.example"), person_of("sora@sakura.example")
    for whose, path in ((mina, f"transfers/{transfer.pk}"), (sora, f"movement-proposals/{proposal.pk}")):
        tag = whose.get(path).headers["ETag"]
        statuses = [
            whose.post(f"{path}/withdraw").status,
            whose.post(f"{path}/withdraw", If_Match='"other"').status,
            whose.post(f"{path}/withdraw", If_Match=tag).status,
        ]
        assert statuses == [428, 412, 200]


@pytest.mark.parametrize("who", ["cora", "finn"])
def test_whoever_is_no_member_states_no_mandate_in_the_network(cast: Cast, who: str) -> None:
    person = cast.people[who]
    with acting_as(person), pytest.raises(Broken, match="Members of the network"), rules_hold():
        Mandate.objects.create(
            owner=person.institution, network=cast.network, name="Export account", since=date(2026, 1, 1)
        )
