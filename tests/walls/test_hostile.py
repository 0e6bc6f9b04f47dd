"""What a hostile bank, or one officer alone, tries with the application's own rights, and the database's answer."""

import os
import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from deals.models import (
    Commitment,
    CoverLink,
    Deal,
    DealRole,
    Instrument,
    JointAmount,
    Party,
    Price,
    RoleKind,
    Size,
    Step,
)
from deals.services.approving import confirm
from deals.services.disclosure import NarrowedSince, ask_to_widen
from deals.services.inviting import name_role
from deals.services.moves import move_commitment
from institutions.constraints import Broken
from institutions.isolation.levels import Level
from institutions.isolation.session import NobodyActs, acting_as
from institutions.models import Approval, Client, Confidential, DealTeam, Grant, TeamMember
from institutions.services.approvals import Voided
from tests.acts import confirm_waiting, letter, published
from tests.cast import Cast, in_a_year


def approved(cast: Cast, level: Level = Level.LEAD) -> Commitment:
    made = letter(cast, level)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
    return made


def client_of(cast: Cast, who: str, *scopes: str) -> Client:
    person = cast.people[who]
    # Whoever runs the registry issues it.
    with acting_as(None):
        made: Client = Client.objects.create(
            name="system", institution=person.institution, responsible=person, client_type="confidential",
            authorization_grant_type="client-credentials", scopes=list(scopes),
        )  # fmt: skip
    return made


def test_an_nda_that_is_taken_back_lets_nobody_in(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    with acting_as(cast.ada):
        Party.objects.filter(institution=cast.bank("rhein")).update(nda_signed_on=None)
    with acting_as(cast.rolf):
        assert not Commitment.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Party, "institution"),
        (DealRole, "institution"),
        (DealRole, "role"),
        (Size, "commitment"),
        (Price, "commitment"),
    ],
)
def test_what_a_row_is_about_is_never_changed(cast: Cast, model: type[Confidential], change: str) -> None:
    letter(cast, Level.LEAD)
    value = "participant" if change == "role" else cast.bank("maple").pk
    with acting_as(cast.ada), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        model._default_manager.update(**{change: value})


def test_a_coordinator_who_returns_is_a_later_one(cast: Cast) -> None:
    with acting_as(cast.ada):
        role = DealRole.objects.get(role="coordinator")
        DealRole.objects.filter(pk=role.pk).update(until=timezone.now().date() - timedelta(days=1))
    made = letter(cast, Level.LEAD)
    with acting_as(cast.ada):
        with pytest.raises(IntegrityError, match="let in again by a new row"), transaction.atomic():
            DealRole.objects.filter(pk=role.pk).update(until=None)
        name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("austral"), role=RoleKind.COORDINATOR,
                  since=timezone.now().date())  # fmt: skip
        assert not Commitment.objects.filter(pk=made.pk).exists()


def test_who_leaves_the_deal_team_sees_nothing_more(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    with acting_as(cast.mina):
        TeamMember.objects.filter(person_id=cast.joon.pk).update(ends=timezone.now() - timedelta(seconds=1))
    with acting_as(cast.joon):
        assert not Commitment.objects.filter(pk=made.pk).exists()


def test_a_new_deal_team_closes_the_deal_to_everyone_else(cast: Cast) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        DealTeam.objects.create(owner=cast.bank("rhein"), deal_id=cast.deal.pk)
    with acting_as(cast.rita):
        assert not Commitment.objects.filter(pk=made.pk).exists()


def test_one_officer_alone_names_nobody(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    with acting_as(cast.mina):
        with pytest.raises(IntegrityError, match="a grant needs a second person"), transaction.atomic():
            Grant.objects.create(
                owner=cast.bank("hanok"), deal_id=cast.deal.pk, row_id=made.pk, institution=cast.bank("rhein"),
                ends=timezone.now() + timedelta(days=1),
            )  # fmt: skip
        step = Step.objects.filter(commitment=made).first()
        assert step is not None
        with pytest.raises(IntegrityError, match="stays with its institution"), transaction.atomic():
            Grant.objects.create(
                owner=cast.bank("hanok"), deal_id=cast.deal.pk, row_id=step.pk, institution=cast.bank("rhein"),
                ends=timezone.now() + timedelta(days=1),
            )  # fmt: skip


def test_the_insider_list_of_a_rival_is_not_read_from_ones_own_audience(cast: Cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita")
    with acting_as(cast.rolf), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM institutions_audiencemember WHERE principal = ANY (%s)",
            [[cast.mina.pk, cast.joon.pk]],
        )
        assert cursor.fetchone() == (0,)


def test_a_signed_commitment_stays_with_the_lead_and_is_ended_by_two(cast: Cast) -> None:
    made = approved(cast)
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="signed", agreement_reference="A-1", signed_on=in_a_year())
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        with pytest.raises(IntegrityError, match="told at least to the lead"), transaction.atomic():
            made.prepare(Level.OWN)
            Commitment.objects.filter(pk=made.pk).update(level="own")
        assert move_commitment(by=cast.mina, commitment=made, to="cancelled", reason="No offtake") is not None
        made.refresh_from_db()
        assert made.stage == "signed"
        with pytest.raises(IntegrityError, match="ended by two"), transaction.atomic():
            Commitment.objects.filter(pk=made.pk).update(stage="cancelled")


@pytest.mark.parametrize("fact", ["borrower_level", "account", "on_behalf_of", "via"])
def test_no_fact_of_firm_money_is_changed_by_one(cast: Cast, fact: str) -> None:
    made = approved(cast)
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="two persons approved"), transaction.atomic():
        Commitment.objects.filter(pk=made.pk).update(**{fact: "sponsor"})


def test_the_size_of_firm_money_is_not_swapped(cast: Cast) -> None:
    made = approved(cast)
    with acting_as(cast.mina):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            JointAmount.objects.update(amount=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            Size.objects.create(owner=cast.bank("hanok"), deal=cast.deal, commitment=made, amount=900, currency="USD")


@pytest.mark.parametrize("valid_until", [None, "2020-01-01"])
def test_a_letter_keeps_its_day(cast: Cast, valid_until: str | None) -> None:
    made = letter(cast)
    with (
        acting_as(cast.mina),
        pytest.raises(IntegrityError, match=r"two persons approved|requires valid_until"),
        transaction.atomic(),
    ):
        Commitment.objects.filter(pk=made.pk).update(valid_until=valid_until)


def test_a_client_decides_in_the_name_of_who_answers_for_it_alone(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
        # Without a wall around it the client would see the approval; here it is put on the team.
        TeamMember.objects.create(
            owner=cast.bank("hanok"), deal_id=cast.deal.pk, team=DealTeam.objects.get(),
            person_id=(system := client_of(cast, "mina", "commitments:write")).pk,
            starts=timezone.now(), ends=timezone.now() + timedelta(days=1),
        )  # fmt: skip
    with acting_as(system), pytest.raises(IntegrityError, match="an approver of the same"), transaction.atomic():
        Approval.objects.filter(pk=waiting.pk).update(
            decision="confirmed", decided_by=cast.joon, decided_client=system, decided_at=timezone.now()
        )


@pytest.mark.parametrize("change", [{"is_active": False}, {"institution": "sakura"}])
def test_a_client_acts_no_more_when_who_answers_for_it_is_gone(cast: Cast, change: dict[str, object]) -> None:
    system = client_of(cast, "rolf", "commitments:write")
    if "institution" in change:
        change = {"institution": cast.bank("sakura")}
    for name, value in change.items():
        setattr(cast.rolf, name, value)
    cast.rolf.save()
    with pytest.raises(DatabaseError, match="no such client can act"), acting_as(system):
        pass


def test_a_cover_tells_the_id_of_what_it_covers_no_further_than_that(cast: Cast) -> None:
    covered = letter(cast, Level.PARTIES)
    mine = letter(cast, Level.INVITED, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        link = CoverLink.objects.create(
            owner=cast.bank("rhein"), deal=cast.deal, cover=mine, covered=covered, level=Level.LEAD
        )
        asked = ask_to_widen(
            by=cast.rolf, subject=link, rows=[link], level=Level.INVITED, deal_id=cast.deal.pk, summary="Tell of it"
        )
    with acting_as(cast.rita), pytest.raises(NarrowedSince) as refused:
        confirm(by=cast.rita, approval=asked)
    # It is the database that says so.
    assert isinstance(refused.value.__cause__, Broken)
    assert refused.value.__cause__.constraint == "part_within_commitment"
    with acting_as(cast.rolf):
        link.refresh_from_db()
        assert link.level == Level.LEAD


def test_a_deal_takes_over_published_ones_alone(cast: Cast) -> None:
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="published row"), transaction.atomic():
        Deal.objects.create(
            owner=cast.bank("rhein"), network=cast.network, slug="x", name="Ours now", supersedes=cast.deal
        )


def test_a_letter_past_its_day_lapses_by_itself_and_counts_no_more(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE deals_commitment DISABLE TRIGGER wall_40_stage")
        owner.execute("UPDATE deals_commitment SET valid_until = current_date - 1 WHERE id = %s", [made.pk])
        owner.execute("ALTER TABLE deals_commitment ENABLE TRIGGER wall_40_stage")
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.lapse()")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT deals.lapse()")
        assert cursor.fetchone() == (0,)
    with acting_as(cast.ada):
        assert Commitment.objects.get(pk=made.pk).stage == "lapsed"
    with acting_as(cast.mina):
        assert Step.objects.filter(commitment=made, stage="lapsed").exists()


def test_an_approver_confirms_what_was_prepared_also_when_it_changes_at_that_moment(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast)
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="approved", tranche=cast.base)
        assert waiting is not None
    outcome: list[object] = []

    def approve() -> None:
        try:
            with acting_as(cast.joon):
                confirm(by=cast.joon, approval=waiting)
            outcome.append("confirmed")
        except Voided:
            outcome.append("void")
        finally:
            connection.close()

    with acting_as(cast.mina):
        Commitment.objects.select_for_update(no_key=True).get(pk=made.pk)
        racing = threading.Thread(target=approve)
        racing.start()
        Commitment.objects.filter(pk=made.pk).update(note="900 million")
    racing.join(20)
    assert outcome == ["void"]
    with acting_as(cast.mina):
        assert Commitment.objects.get(pk=made.pk).stage == "letter_of_interest"


def test_a_published_row_is_confirmed_by_its_institution_alone(cast: Cast) -> None:
    news = published(cast, about="hanok")
    with acting_as(cast.rolf), pytest.raises(IntegrityError, match="published row"), transaction.atomic():
        Commitment.objects.create(
            owner=cast.bank("rhein"), institution=cast.bank("rhein"), deal=cast.deal, stage="enquiry",
            instrument=Instrument.SENIOR_LOAN, supersedes=news,
        )  # fmt: skip


def test_an_identity_needs_a_transaction() -> None:
    from institutions.isolation.session import become

    with pytest.raises(NobodyActs):
        become(None)
