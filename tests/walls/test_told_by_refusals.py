"""What refusals would tell, what one person would write down of others' acts, and how covers and grants add up."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from deals.models import Commitment, CoverLink, Deal, DealStep, MovementProposal, Party, RoleKind, Size, Step
from deals.services.deals import NameTaken, register_deal
from deals.services.disclosure import ask_to_grant
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Event, Grant, Staff
from tests.acts import confirm_waiting, letter
from tests.cast import Cast


def refused(change: Callable[[], object]) -> str:
    """What the database answers, also what it would say at the end of the transaction; '' where it lets it pass."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            change()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def test_an_agent_learns_of_nobody_in_the_deal_by_proposing(cast: Cast) -> None:
    """Sakura is invited, which the registrar told nobody; Maple is not."""
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("rhein"), role=RoleKind.FACILITY_AGENT)
        invited = Party.objects.get(institution=cast.bank("sakura"))
        invited.prepare(Level.OWN)
        Party.objects.filter(pk=invited.pk).update(level="own")
    confirm_waiting(cast, role, by="abe")

    def propose(to: str) -> str:
        return refused(
            lambda: MovementProposal.objects.create(
                owner=cast.bank("rhein"), deal=cast.deal, to=cast.bank(to), notice=uuid4(), kind="drawdown", amount=1,
                currency="USD", effective_on=date.today(),
            )
        )  # fmt: skip

    with acting_as(cast.rolf):
        assert propose("sakura") == propose("maple") == "a movement is proposed to whom is let into the deal"
        assert propose("hanok") == ""


def test_a_slug_of_a_walled_deal_is_free_for_a_colleague(cast: Cast) -> None:
    def register(who: Staff) -> Deal:
        return register_deal(by=who, network=cast.network, slug="spruce", name="Spruce")

    with acting_as(cast.mina), connection.cursor() as cursor:
        cursor.execute("SELECT wall.wall_off(%s, %s)", [register(cast.mina).pk, [cast.mina.pk, cast.joon.pk]])
    with acting_as(cast.dami):
        assert register(cast.dami).slug == "spruce"
        with pytest.raises(NameTaken):
            register(cast.dami)
    with acting_as(cast.mina):
        other = register_deal(by=cast.mina, network=cast.network, slug="cedar", name="Cedar")
        assert "once" in refused(lambda: Deal.objects.filter(pk=other.pk).update(slug="spruce"))


def test_a_hidden_deal_is_walled_off_like_a_missing_one(cast: Cast) -> None:
    def wall_off(deal: UUID) -> str:
        with connection.cursor() as cursor:
            return refused(lambda: cursor.execute("SELECT wall.wall_off(%s, %s)", [deal, [cast.marc.pk]]))

    with acting_as(cast.marc):
        assert wall_off(cast.deal.pk) == wall_off(uuid4()) == "there is no such deal"


def test_no_step_tells_of_a_stage_that_was_never_taken(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, stage="enquiry")
    with acting_as(cast.mina):
        of = {"owner": made.owner, "deal": cast.deal, "commitment": made, "precision": "day"}
        assert "was taken" in refused(
            lambda: Step.objects.create(stage="approved", effective_on=date(2020, 1, 1), **of)
        )
    with acting_as(cast.ada):
        assert "was taken" in refused(
            lambda: DealStep.objects.create(
                owner=cast.deal.owner, deal=cast.deal, status="closed", effective_on=date(2024, 1, 1)
            )
        )


def test_one_owners_covers_protect_a_loan_once_however_it_is_named(cast: Cast) -> None:
    loan = letter(cast, Level.PARTIES, stage="enquiry")
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=loan.pk).update(tranche=cast.base)
    cover = letter(cast, Level.OWN, by="rolf", approver="rita", stage="enquiry")

    def protect(political: int, **what: object) -> str:
        return refused(
            lambda: CoverLink.objects.create(
                owner=cover.owner, deal=cast.deal, cover=cover, political_percent=political, **what
            )
        )

    with acting_as(cast.rolf):
        assert protect(60, covered=loan) == ""
        for named in ({"covered": loan, "covered_tranche": cast.base}, {"covered_tranche": cast.base}):
            assert protect(41, **named) == "covers of one owner protect more than the whole"
        assert protect(40, covered_tranche=cast.base) == ""
        assert protect(1, covered=loan, covered_tranche=cast.base) != ""


def test_a_grant_lasts_as_long_as_was_confirmed_not_as_was_rejected(cast: Cast) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        size = Size.objects.get(commitment=made)
        long, short = (
            ask_to_grant(
                by=cast.rolf, rows=rows, to=cast.bank("maple"), until=timezone.now() + timedelta(days=days),
                deal_id=cast.deal.pk,
            )
            for rows, days in (([made, size], 3000), ([size], 1))
        )  # fmt: skip
    with acting_as(cast.rita):
        for asked, decision in ((long, "rejected"), (short, "confirmed")):
            Approval.objects.filter(pk=asked.pk).update(
                decision=decision, decided_by=cast.rita, decided_at=timezone.now()
            )

        def name(days: float) -> str:
            return refused(
                lambda: Grant.objects.create(
                    owner=made.owner, deal_id=cast.deal.pk, row_id=size.pk, institution=cast.bank("maple"),
                    ends=timezone.now() + timedelta(days=days),
                )
            )  # fmt: skip

        assert name(2000) == "a grant needs a second person"
        assert name(0.5) == ""


def test_what_lapses_by_the_clock_is_nobodys_act_whoever_rings_it(committed_cast: Cast) -> None:
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE deals_commitment DISABLE TRIGGER wall_40_stage")
        owner.execute("UPDATE deals_commitment SET valid_until = current_date - 1 WHERE id = %s", [made.pk])
        owner.execute("ALTER TABLE deals_commitment ENABLE TRIGGER wall_40_stage")
    with acting_as(cast.marc), connection.cursor() as cursor:
        cursor.execute("SELECT deals.lapse(), deals.warn(), wall.tick()")
        # And is itself again.
        cursor.execute("SELECT wall.me()")
        assert cursor.fetchone() == (cast.bank("maple").pk,)
    with acting_as(cast.mina):
        lapsed = Event.objects.filter(actor="system:lapse")
        assert lapsed.exists()
        assert not lapsed.exclude(institution=None).exists()
