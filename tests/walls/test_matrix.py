"""Who reads a row of each level: every cell, positive and negative, asked of the database as the application's role."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from deals.models import Commitment, Deal, Party, RoleKind, Size, Tranche
from deals.services.disclosure import set_level
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Client, Consent, Grant, Staff
from tests.acts import confirm_waiting, grant, letter
from tests.cast import Cast

pytestmark = pytest.mark.slow

READERS = {
    # who: the levels at which they read a commitment of Hanok's in Wattle
    "ada": ("lead", "parties", "invited", "network", "public"),  # the coordinator
    "mina": ("own", "lead", "parties", "invited", "network", "public"),  # its officer, on the deal team
    "joon": ("own", "lead", "parties", "invited", "network", "public"),  # its approver, on the deal team
    "dami": ("network", "public"),  # a colleague outside the deal team
    "rolf": ("parties", "invited", "network", "public"),  # a rival, party under NDA
    "sora": ("invited", "network", "public"),  # invited, no NDA
    "marc": ("network", "public"),  # a member outside the deal
    "finn": ("network", "public"),  # an observer
    "cora": ("public",),  # a bank outside the network
    "dora": ("public",),  # the secretariat
    "nobody": ("public",),
}


def who(cast: Cast, name: str) -> Staff | None:
    return None if name == "nobody" else cast.people[name]


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("reader", list(READERS))
def test_a_commitment_and_its_size_are_read_by_their_audience_alone(cast: Cast, reader: str, level: Level) -> None:
    made = letter(cast, level)
    with acting_as(who(cast, reader)):
        seen = Commitment.objects.filter(pk=made.pk).exists()
        sizes = Size.objects.filter(commitment_id=made.pk).count()
    assert seen is (level in READERS[reader])
    assert sizes == (1 if level in READERS[reader] else 0)


def test_a_size_can_be_told_to_fewer_than_its_commitment(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES, size_level=Level.LEAD)
    with acting_as(cast.rolf):
        assert Commitment.objects.filter(pk=made.pk).exists()
        assert not Size.objects.filter(commitment_id=made.pk).exists()
    with acting_as(cast.ada):
        assert Size.objects.filter(commitment_id=made.pk).exists()


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("ada", True), ("mina", True), ("dami", False), ("rolf", True), ("sora", True), ("marc", False), ("dora", False)],
)
def test_the_deal_and_its_parts_are_seen_by_whom_it_was_opened_to(cast: Cast, reader: str, sees: bool) -> None:
    with acting_as(cast.people[reader]):
        assert Deal.objects.filter(pk=cast.deal.pk).exists() is sees
        assert Tranche.objects.filter(pk=cast.base.pk).exists() is sees
        assert (Party.objects.count() == 3) is sees


def test_a_grant_shows_one_row_to_one_institution_until_it_ends(cast: Cast) -> None:
    granted, other = letter(cast, Level.OWN), letter(cast, Level.OWN)
    named = grant(cast, granted, "maple")
    with acting_as(cast.marc):
        assert list(Commitment.objects.values_list("pk", flat=True)) == [granted.pk]
        assert not Grant.objects.exists()
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(pk__in=[granted.pk, other.pk]).exists()
    with acting_as(cast.mina):
        Grant.objects.filter(pk=named.pk).update(ends=timezone.now() - timedelta(seconds=1))
    with acting_as(cast.marc):
        assert not Commitment.objects.exists()
    with acting_as(cast.mina):
        assert Commitment.objects.filter(pk__in=[granted.pk, other.pk]).count() == 2


def test_a_party_that_left_sees_nothing_more(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(left_on=timezone.now().date())
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(pk=made.pk).exists()
        assert not Deal.objects.filter(pk=cast.deal.pk).exists()


def test_an_nda_that_expired_lets_nobody_in(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(nda_expires_on=timezone.now().date())
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(pk=made.pk).exists()
        # Still invited: the deal itself is told that far.
        assert Deal.objects.filter(pk=cast.deal.pk).exists()


def test_a_suspended_person_and_a_client_not_on_the_team_see_nothing(cast: Cast) -> None:
    letter(cast, Level.LEAD)
    client = Client.objects.create(
        name="system",
        institution=cast.bank("hanok"),
        responsible=cast.mina,
        client_type="confidential",
        authorization_grant_type="client-credentials",
    )
    with acting_as(client):
        assert not Commitment.objects.exists()
        assert not Deal.objects.exists()


def test_a_later_coordinator_sees_what_was_told_before_only_by_consent(cast: Cast) -> None:
    before = letter(cast, Level.LEAD)
    with acting_as(cast.ada):
        named = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), role=RoleKind.COORDINATOR)
    with acting_as(cast.marc):
        assert not Deal.objects.filter(pk=cast.deal.pk).exists(), "one person alone lets nobody in"
    confirm_waiting(cast, named, by="abe")
    after = letter(cast, Level.LEAD)
    with acting_as(cast.marc):
        assert set(Commitment.objects.values_list("pk", flat=True)) == {after.pk}
    with acting_as(cast.mina):
        Consent.objects.create(owner=cast.bank("hanok"), deal_id=cast.deal.pk, institution=cast.bank("maple"))
    with acting_as(cast.marc):
        assert set(Commitment.objects.values_list("pk", flat=True)) == {before.pk, after.pk}


def test_naming_somebody_or_narrowing_shows_a_later_coordinator_nothing(cast: Cast) -> None:
    to_lead, to_parties = letter(cast, Level.LEAD), letter(cast, Level.PARTIES)
    with acting_as(cast.ada):
        named = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), role=RoleKind.COORDINATOR)
    confirm_waiting(cast, named, by="abe")
    grant(cast, to_lead, "corner")
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=to_parties.pk), level=Level.LEAD)
    with acting_as(cast.marc):
        assert not Commitment.objects.exists()
        assert not Size.objects.exists()
    with acting_as(cast.cora):
        assert Commitment.objects.get().pk == to_lead.pk
    with acting_as(cast.ada):
        assert Commitment.objects.count() == 2
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=to_parties.pk), level=Level.OWN)
        set_level(row=Commitment.objects.get(pk=to_parties.pk), level=Level.LEAD)
    with acting_as(cast.marc):
        assert Commitment.objects.get().pk == to_parties.pk, "what is told anew is told to the coordinators of now"


def test_who_moves_to_a_rival_takes_nothing_along(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    cast.joon.institution = cast.bank("rhein")
    cast.joon.save()
    with acting_as(cast.joon):
        assert not Commitment.objects.filter(pk=made.pk).exists()
    with acting_as(cast.mina):
        assert Commitment.objects.filter(pk=made.pk).exists()


def test_a_narrowed_commitment_takes_its_parts_along(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
        assert Size.objects.get(commitment=made).level == "lead"
    with acting_as(cast.rolf):
        assert not Size.objects.filter(commitment=made).exists()


def test_a_part_is_told_no_further_than_its_commitment(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    with acting_as(cast.mina):
        size = Size.objects.get(commitment=made)
        with pytest.raises(IntegrityError, match="no further than the commitment"), transaction.atomic():
            set_level(row=size, level=Level.LEAD)
