"""Whoever declines or leaves a deal is out of it at once, by its own row and whatever the registrar's says."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from deals.models import (
    Commitment,
    Deal,
    DealRole,
    Party,
    PartyReply,
    Reply,
    RoleKind,
)
from deals.services import inviting, parties
from deals.services.inviting import invite, name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event
from tests.acts import confirm_waiting, letter
from tests.cast import Cast
from tests.room import document, sees
from tests.walls.test_log import told

pytestmark = pytest.mark.slow


def reply(cast: Cast, who: str, answer: Reply) -> PartyReply:
    person = cast.people[who]
    with acting_as(person):
        party = Party.objects.get(institution=person.institution, left_on=None)
        return parties.reply(by=person, party=party, answer=answer)


@pytest.mark.parametrize("answer", [Reply.DECLINED, Reply.LEFT])
def test_who_leaves_sees_nothing_more_without_the_registrar(cast: Cast, answer: Reply) -> None:
    other, own = letter(cast, Level.PARTIES), letter(cast, Level.LEAD, by="rolf", approver="rita")
    made = reply(cast, "rolf", answer)
    with acting_as(cast.rolf):
        assert not Deal.objects.filter(pk=cast.deal.pk).exists()
        assert not Party.objects.exists()
        assert set(Commitment.objects.values_list("pk", flat=True)) == {own.pk}
        assert PartyReply.objects.get().pk == made.pk
    with acting_as(cast.ada):
        # The registrar's own row is the registrar's.
        assert Party.objects.get(institution=cast.bank("rhein")).left_on is None
        assert PartyReply.objects.get().answer == answer
    for stranger in ("mina", "sora", "marc", "dora"):
        assert not sees(cast, stranger, made)
    assert told(cast, "rolf", other) == ["concealed"]


def party_of(cast: Cast, bank: str = "rhein") -> Party:
    with acting_as(cast.ada):
        return Party.objects.get(institution=cast.bank(bank))


def test_no_change_of_the_registrars_brings_it_back(cast: Cast) -> None:
    reply(cast, "rolf", Reply.LEFT)
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.rolf):
        before = Event.objects.count()
    with acting_as(cast.ada):
        today, later = timezone.now().date(), timezone.now().date() + timedelta(days=900)
        row = Party.objects.filter(institution=cast.bank("rhein"))
        with pytest.raises(IntegrityError, match="recorded by two"), transaction.atomic():
            row.update(nda_expires_on=later)
        row.update(left_on=later)
        with pytest.raises(IntegrityError, match="let in again by a new row"), transaction.atomic():
            row.update(left_on=None)
        with pytest.raises(parties.PartyLeft):
            inviting.record_nda(by=cast.ada, party=row.get(), signed_on=today, expires_on=later)
    with acting_as(cast.rolf):
        assert not Deal.objects.filter(pk=cast.deal.pk).exists()
        assert not Commitment.objects.filter(pk=made.pk).exists()
        # Nor does it hear that anything happened.
        assert Event.objects.count() == before


def test_another_invitation_lets_it_in_again(committed_cast: Cast) -> None:
    cast = committed_cast
    reply(cast, "rolf", Reply.LEFT)
    with acting_as(cast.ada):
        inviting.end_invitation(by=cast.ada, party=Party.objects.get(institution=cast.bank("rhein")))
    with acting_as(cast.ada):
        again = invite(by=cast.ada, deal=cast.deal, institution=cast.bank("rhein"), on=timezone.now().date())
    confirm_waiting(cast, again, by="abe")
    assert sees(cast, "rolf", document(cast, Level.INVITED, by="ada"))


def test_a_coordinator_who_leaves_is_no_lead_any_more(cast: Cast) -> None:
    with acting_as(cast.ada):
        named = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("rhein"), role=RoleKind.COORDINATOR)
    confirm_waiting(cast, named, by="abe")
    made = letter(cast, Level.LEAD)
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(pk=made.pk).exists()
    reply(cast, "rolf", Reply.LEFT)
    with acting_as(cast.ada):
        DealRole.objects.filter(institution=cast.bank("rhein")).update(until=None)
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(pk=made.pk).exists()


def test_nobody_replies_for_another(cast: Cast) -> None:
    with acting_as(cast.mina):
        party = Party.objects.get(institution=cast.bank("rhein"))
        with pytest.raises(parties.NotInvited):
            parties.reply(by=cast.mina, party=party, answer=Reply.LEFT)
        with pytest.raises(IntegrityError, match="whoever was invited"), transaction.atomic():
            PartyReply.objects.create(
                owner=cast.bank("hanok"), deal=cast.deal, party=party, answer="left", level="lead"
            )
        with pytest.raises(ProgrammingError, match="policy"), transaction.atomic():
            PartyReply.objects.create(
                owner=cast.bank("rhein"), deal=cast.deal, party=party, answer="left", level="lead"
            )
    assert sees(cast, "rolf", party) is True
