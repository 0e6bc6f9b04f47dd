"""What an approver confirms is what was prepared: nothing of it is changed on the way, by the approver or by a race."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from deals.models import (
    Commitment,
    Condition,
    Dependency,
    Instrument,
    JointAmount,
    Party,
    Price,
    Project,
    ProjectMerge,
    RoleKind,
    Size,
)
from deals.models import DealRole as Role
from deals.money import Money
from deals.services.approving import confirm
from deals.services.commitments import register_commitment, widen_commitment
from deals.services.conditions import add_condition
from deals.services.covers import promise_together
from deals.services.deciding import ConditionDraft
from deals.services.inviting import invite, name_role
from deals.services.moves import move_commitment
from deals.services.sameness import merge_projects
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Staff
from institutions.services.approvals import Voided
from tests.acts import condition, confirm_waiting, letter, moved
from tests.cast import Cast, in_a_year
from tests.project_acts import project

pytestmark = pytest.mark.slow


def decide(by: Staff, row: Any) -> None:
    """The approver's word alone, past the service that would carry it out."""
    waiting = Approval.objects.filter(row_id=row.pk, decision="")
    assert waiting.update(decision="confirmed", decided_by=by, decided_at=timezone.now()) == 1


def refused(change: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    return str(error.value).splitlines()[0]


def test_an_approver_lets_nobody_in_under_an_nda_that_was_not_prepared(cast: Cast) -> None:
    with acting_as(cast.ada):
        party = invite(by=cast.ada, deal=cast.deal, institution=cast.bank("maple"), on=date.today())
    row = Party.objects.filter(pk=party.pk)
    nda = {"nda_signed_on": date.today(), "nda_expires_on": in_a_year(), "nda_company": "Wattle"}
    with acting_as(cast.abe):
        decide(cast.abe, party)
        # At once, or one after the other.
        assert "what was prepared" in refused(lambda: row.update(state="confirmed", **nda))
        assert "what was prepared" in refused(lambda: row.update(**nda))
        assert row.update(state="confirmed") == 1


def test_an_approver_gives_no_role_another_end_than_was_prepared(cast: Cast) -> None:
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank("rhein"), role=RoleKind.FACILITY_AGENT)
    row = Role.objects.filter(pk=role.pk)
    with acting_as(cast.abe):
        decide(cast.abe, role)
        assert "what was prepared" in refused(lambda: row.update(state="confirmed", until=in_a_year()))


def test_an_approver_adds_no_word_to_what_is_told(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, stage="enquiry")
    with acting_as(cast.mina):
        widen_commitment(by=cast.mina, commitment=made, level=Level.PARTIES, size_level=Level.PARTIES)
    row, size = Commitment.objects.filter(pk=made.pk), Size.objects.filter(commitment=made)
    with acting_as(cast.joon):
        decide(cast.joon, made)
        made.prepare(Level.PARTIES)
        for words in ({"note": "Rhein leaves"}, {"instrument": "equity"}, {"valid_until": date(2100, 1, 1)}):
            refused(lambda words=words: row.update(**words))  # type: ignore[misc]
            refused(lambda words=words: row.update(level="parties", **words))  # type: ignore[misc]
        assert "size" in refused(lambda: size.update(amount=900_000_000))
        assert "price" in refused(
            lambda: Price.objects.create(owner=made.owner, deal=cast.deal, commitment=made, margin_bps=900)
        )
        assert row.update(level="parties") == 1


def test_an_approver_puts_nothing_into_a_letter(cast: Cast) -> None:
    made = letter(cast, Level.LEAD, stage="enquiry")
    asked = condition(cast, made, "Board approval")
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="letter_of_interest", valid_until=in_a_year())
    with acting_as(cast.joon):
        decide(cast.joon, made)
        assert "size" in refused(lambda: Size.objects.filter(commitment=made).update(amount=900_000_000))
        row = Condition.objects.filter(pk=asked.pk)
        assert "stand" in refused(lambda: row.update(text="None"))
        assert "waived by two" in refused(lambda: row.update(state="waived", decided_on=date.today(), reason="x"))
        assert "added by two" in refused(
            lambda: Condition.objects.create(
                owner=made.owner, deal=cast.deal, commitment=made, kind="other", text="Another"
            )
        )


def test_an_approver_rewords_no_joint_amount(cast: Cast) -> None:
    both = [letter(cast, Level.LEAD, stage="enquiry") for _ in range(2)]
    with acting_as(cast.mina):
        joint = promise_together(by=cast.mina, commitments=both, money=Money.of("900", "USD"), level=Level.PARTIES)
    with acting_as(cast.joon):
        decide(cast.joon, joint)
        assert "two persons" in refused(lambda: JointAmount.objects.filter(pk=joint.pk).update(note="x"))


@pytest.mark.parametrize("part", ["size", "price"])
def test_what_is_slipped_in_while_a_letter_is_confirmed_voids_it(committed_cast: Cast, part: str) -> None:
    """An officer writes a part of it, and commits when the approver has confirmed."""
    cast = committed_cast
    with acting_as(cast.rolf):
        made = register_commitment(
            by=cast.rolf, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), level=Level.LEAD,
        )  # fmt: skip
        waiting = Approval.objects.get(row_id=made.pk, decision="")
    with acting_as(cast.rolf):
        of = {"owner": made.owner, "deal": cast.deal, "commitment": made}
        if part == "size":
            Size.objects.create(amount=900, currency="USD", **of)
        else:
            Price.objects.create(margin_bps=900, **of)
        approving = Meanwhile(lambda: confirming(cast.rita, waiting))
    assert isinstance(approving.outcome(), Voided)
    with acting_as(cast.rolf):
        made.refresh_from_db()
        assert made.stage == "enquiry"


def test_a_size_that_races_past_the_services_does_not_slip_in(committed_cast: Cast) -> None:
    """An approver with two connections, and no service that locks what is confirmed."""
    cast = committed_cast
    made = letter(cast, Level.LEAD, by="rolf", approver="rita", stage="enquiry")
    with acting_as(cast.rolf):
        widen_commitment(by=cast.rolf, commitment=made, level=Level.PARTIES, size_level=Level.PARTIES)

    def alone() -> None:
        with acting_as(cast.rita):
            decide(cast.rita, made)

    with acting_as(cast.rolf):
        Size.objects.filter(commitment=made).update(amount=900)
        approving = Meanwhile(alone)
    assert "changed since" in str(approving.outcome())


def confirming(by: Staff, waiting: Approval) -> None:
    with acting_as(by):
        confirm(by=by, approval=waiting)


class Meanwhile:
    """Something that is done on another connection, begun now, with time to come first."""

    def __init__(self, act: Callable[[], None]) -> None:
        self.act, self.raised = act, None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        self.thread.join(2)

    def _run(self) -> None:
        try:
            self.act()
        except (DatabaseError, Voided) as error:
            self.raised = error  # type: ignore[assignment]
        finally:
            connection.close()

    def outcome(self) -> BaseException | None:
        self.thread.join(20)
        return self.raised


def test_an_approver_adds_the_condition_that_was_asked_with_what_it_waits_for(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    moved(cast, made, "approved")
    with acting_as(cast.mina):
        draft = ConditionDraft("legal_opinion", "Opinion of counsel", due_on=in_a_year(), responsible="Counsel")
        asked = add_condition(by=cast.mina, draft=draft, deal=cast.deal, commitment=made)
        assert isinstance(asked, Approval)
    facts = {"kind": "legal_opinion", "text": draft.text, "due_on": draft.due_on, "responsible": "Counsel"}
    of = {"owner": made.owner, "deal": cast.deal}
    with acting_as(cast.joon):
        decide(cast.joon, made)

        def add(**other: object) -> Condition:
            return Condition.objects.create(id=next(iter(asked.asks["adds"])), commitment=made, **of, **facts | other)

        for other in ({"kind": "other"}, {"due_on": None}, {"responsible": "Nobody"}):
            assert "added by two" in refused(lambda other=other: add(**other))  # type: ignore[misc]
        added = add()
        assert "waits for" in refused(
            lambda: Dependency.objects.create(condition=added, awaited=made, stage="signed", **of)
        )


def test_an_approver_merges_no_other_projects_than_were_asked(cast: Cast) -> None:
    old, another = project(cast, by="rolf"), project(cast, "Balama South", by="rolf")
    survivor = project(cast, "Balama", by="marc", level=Level.NETWORK)
    with acting_as(cast.rolf):
        asked = merge_projects(by=cast.rolf, project=old, survivor=survivor)
        assert isinstance(asked, Approval)
    with acting_as(cast.rita):
        decide(cast.rita, old)

        def merge(which: Project) -> ProjectMerge:
            return ProjectMerge.objects.create(
                id=asked.asks["merge"]["word"], owner=cast.bank("rhein"), network=cast.network, project=which,
                survivor=survivor,
            )  # fmt: skip

        assert "second person" in refused(lambda: merge(another))
        assert merge(old)


def test_what_a_letter_waited_for_lapses_with_it_by_the_word_of_two(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    waited_for = condition(cast, made, "Board approval")
    with acting_as(cast.mina):
        move_commitment(by=cast.mina, commitment=made, to="declined", size=SizeDraft(Money.of("1", "USD")), reason="x")
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        assert Condition.objects.get(pk=waited_for.pk).state == "lapsed"
