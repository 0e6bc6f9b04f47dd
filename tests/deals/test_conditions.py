"""Conditions precedent, held by the database: who clears them, what two persons see, what nothing goes round."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.models import Commitment, Condition
from deals.services.approving import confirm
from deals.services.conditions import (
    DecidedOnce,
    NoEvidence,
    NothingPrecedes,
    NotYourCondition,
    Stands,
    ToldTooFar,
    add_condition,
    change_condition,
    clear_condition,
    tell_condition,
)
from deals.services.deciding import ConditionDraft
from deals.services.disclosure import set_level
from deals.services.moves import move_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.refusals import Forbidden, Unmet
from institutions.services.approvals import Voided
from tests.acts import condition, confirm_waiting, letter, moved, sign
from tests.cast import Cast

pytestmark = pytest.mark.slow

SOON = date.today() + timedelta(days=1)


def approved(cast: Cast, *texts: str, level: Level = Level.LEAD) -> tuple[Commitment, list[Condition]]:
    """A conditional approval of Hanok's with these conditions."""
    made = letter(cast, level)
    conditions = [condition(cast, made, text) for text in texts]
    moved(cast, made, "conditional_approval")
    return made, conditions


def refused_by_database(by: Any, error: str, change: Any) -> None:
    with acting_as(by), pytest.raises(IntegrityError, match=error), transaction.atomic():
        change()


def test_a_conditional_approval_needs_a_condition(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina), pytest.raises(Unmet) as refused:
        move_commitment(by=cast.mina, commitment=made, to="conditional_approval", tranche=cast.base)
    assert list(refused.value.unmet) == ["/conditions"]
    condition(cast, made)
    moved(cast, made, "conditional_approval")
    assert made.stage == "conditional_approval"


def test_nothing_is_effective_with_an_open_condition_and_each_is_named(cast: Cast) -> None:
    made, (first, second) = approved(cast, "Board approval", "Legal opinion")
    sign(cast, made)
    for to in ("effective", "disbursing"):
        with acting_as(cast.mina), pytest.raises(Unmet) as refused:
            move_commitment(by=cast.mina, commitment=made, to=to)
        named = {at: says for at, says in refused.value.unmet.items() if at.startswith("/conditions")}
        assert named == {
            f"/conditions/{first.pk}": "'Board approval' is open. Mark it satisfied, or have it waived.",
            f"/conditions/{second.pk}": "'Legal opinion' is open. Mark it satisfied, or have it waived.",
        }
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=first, to="satisfied", evidence="Minutes of 3 March")
        clear_condition(by=cast.mina, condition=second, to="satisfied", reference="OPINION-7")
    moved(cast, made, "effective")
    assert made.stage == "effective"
    with acting_as(cast.mina):
        first.refresh_from_db()
        assert (first.state, first.decided_on, first.evidence) == ("satisfied", date.today(), "Minutes of 3 March")


def test_the_database_lets_nothing_become_effective_around_an_open_condition(cast: Cast) -> None:
    made, (only,) = approved(cast, "Board approval")
    sign(cast, made)
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=only, to="satisfied", evidence="Minutes")
        waiting = move_commitment(by=cast.mina, commitment=made, to="effective")
        assert waiting is not None
    with acting_as(cast.joon):
        confirm(by=cast.joon, approval=waiting)
        made.refresh_from_db()
        assert made.stage == "effective"
    with acting_as(cast.mina), pytest.raises(NothingPrecedes):
        add_condition(by=cast.mina, draft=ConditionDraft("other", "Late"), deal=cast.deal, commitment=made)
    refused_by_database(
        cast.mina,
        "nothing is precedent",
        lambda: Condition.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=made, kind="other", text="Late"
        ),
    )


def test_a_condition_that_came_after_it_was_prepared_voids_an_approval(cast: Cast) -> None:
    made = letter(cast)
    condition(cast, made, "Board approval")
    with acting_as(cast.mina):
        waiting = move_commitment(by=cast.mina, commitment=made, to="conditional_approval", tranche=cast.base)
        assert waiting is not None
    condition(cast, made, "Legal opinion")
    with acting_as(cast.joon), pytest.raises(Voided), transaction.atomic():
        confirm(by=cast.joon, approval=waiting)


def test_a_condition_of_what_two_persons_approved_is_added_and_waived_by_two(cast: Cast) -> None:
    made, (first,) = approved(cast, "Board approval")
    with acting_as(cast.mina):
        asked = add_condition(
            by=cast.mina, draft=ConditionDraft("insurance", "Insurance in force"), deal=cast.deal, commitment=made
        )
        assert isinstance(asked, Approval)
        assert not Condition.objects.filter(text="Insurance in force").exists()
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        added = Condition.objects.get(text="Insurance in force")
        assert added.kind == "insurance"
        waiting = clear_condition(by=cast.mina, condition=first, to="waived", reason="The board meets in May")
        assert waiting is not None
        first.refresh_from_db()
        assert first.state == "open"
        with pytest.raises(Forbidden):
            confirm(by=cast.mina, approval=waiting)
    confirm_waiting(cast, first)
    with acting_as(cast.mina):
        first.refresh_from_db()
        assert (first.state, first.reason) == ("waived", "The board meets in May")


@pytest.mark.parametrize("state", ["waived", "lapsed"])
def test_the_database_lets_no_one_person_take_a_condition_away(cast: Cast, state: str) -> None:
    _, (only,) = approved(cast, "Board approval")
    refused_by_database(
        cast.mina,
        "waived by two persons",
        lambda: Condition.objects.filter(pk=only.pk).update(state=state, decided_on=date.today(), reason="x"),
    )


@pytest.mark.parametrize("change", [{"text": "Something easy"}, {"due_on": SOON}, {"kind": "other"}])
def test_the_conditions_that_two_persons_approved_stand(cast: Cast, change: dict[str, Any]) -> None:
    _, (only,) = approved(cast, "Board approval")
    with acting_as(cast.mina), pytest.raises(Stands):
        change_condition(by=cast.mina, condition=only, **change)
    refused_by_database(
        cast.mina, "two persons approved stand", lambda: Condition.objects.filter(pk=only.pk).update(**change)
    )


def test_the_database_adds_no_condition_to_an_approval_by_one_person(cast: Cast) -> None:
    made, _ = approved(cast, "Board approval")
    refused_by_database(
        cast.mina,
        "added by two",
        lambda: Condition.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=made, kind="other", text="New"
        ),
    )


def test_a_condition_is_added_and_told_by_the_same_two(cast: Cast) -> None:
    made, (first,) = approved(cast, "Board approval", level=Level.PARTIES)
    draft = ConditionDraft("insurance", "Insurance in force")
    with acting_as(cast.mina):
        add_condition(by=cast.mina, draft=draft, deal=cast.deal, commitment=made, level=Level.PARTIES)
    with acting_as(cast.rolf):
        assert not Condition.objects.filter(text="Insurance in force").exists()
    confirm_waiting(cast, made)
    with acting_as(cast.rolf):
        assert Condition.objects.get(text="Insurance in force").level == "parties"
        assert not Condition.objects.filter(pk=first.pk).exists()


def test_of_a_letter_one_person_changes_and_waives(cast: Cast) -> None:
    made = letter(cast)
    only = condition(cast, made)
    with acting_as(cast.mina):
        change_condition(by=cast.mina, condition=only, text="Board approval by March", due_on=SOON)
        assert clear_condition(by=cast.mina, condition=only, to="waived", reason="Not needed") is None
        assert (only.state, only.text) == ("waived", "Board approval by March")


def test_what_was_decided_stays_and_comes_up_again_as_a_new_row(cast: Cast) -> None:
    made = letter(cast)
    first = condition(cast, made)
    with acting_as(cast.mina):
        with pytest.raises(NoEvidence):
            clear_condition(by=cast.mina, condition=first, to="satisfied")
        clear_condition(by=cast.mina, condition=first, to="satisfied", evidence="Minutes")
        with pytest.raises(DecidedOnce):
            clear_condition(by=cast.mina, condition=first, to="waived", reason="x")
        with pytest.raises(DecidedOnce):
            change_condition(by=cast.mina, condition=first, evidence="Other minutes")
    for change in ({"state": "open", "decided_on": None}, {"evidence": "Other"}):
        refused_by_database(
            cast.mina, "stays decided", lambda change=change: Condition.objects.filter(pk=first.pk).update(**change)
        )
    with acting_as(cast.mina):
        again = add_condition(
            by=cast.mina, draft=ConditionDraft("corporate_approval", "Board approval, again"), deal=cast.deal,
            commitment=made, reopens=first,
        )  # fmt: skip
        assert isinstance(again, Condition)
        assert again.reopens_id == first.pk
    refused_by_database(
        cast.mina,
        "what is reopened was decided",
        lambda: Condition.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=made, kind="other", text="x", reopens=again
        ),
    )


def test_nothing_is_decided_in_the_future_or_without_its_proof(cast: Cast) -> None:
    only = condition(cast, letter(cast))
    for facts, error in (
        ({"state": "satisfied", "decided_on": date.today() + timedelta(days=1), "evidence": "x"}, "today or earlier"),
        ({"state": "satisfied", "decided_on": date.today()}, "condition_satisfied_with_evidence"),
        ({"state": "waived", "decided_on": date.today()}, "condition_waived_with_reason"),
        ({"state": "satisfied", "evidence": "x"}, "condition_decided_with_its_day"),
    ):
        refused_by_database(cast.mina, error, lambda facts=facts: Condition.objects.filter(pk=only.pk).update(**facts))


def test_nobody_clears_anothers_condition(cast: Cast) -> None:
    only = condition(cast, letter(cast, Level.PARTIES), level=Level.PARTIES)
    for who in (cast.ada, cast.rolf):
        with acting_as(who):
            seen = Condition.objects.get(pk=only.pk)
            with pytest.raises(NotYourCondition):
                clear_condition(by=who, condition=seen, to="satisfied", evidence="I say so")
            assert Condition.objects.filter(pk=only.pk).update(evidence="x") == 0
    with acting_as(cast.mina):
        only.refresh_from_db()
        assert (only.state, only.evidence) == ("open", "")


def test_a_condition_is_told_by_its_own_level_and_no_further_than_its_commitment(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    only = condition(cast, made)
    with acting_as(cast.ada):
        assert not Condition.objects.exists()
    with acting_as(cast.mina):
        tell_condition(by=cast.mina, condition=only, level=Level.LEAD)
        assert tell_condition(by=cast.mina, condition=only, level=Level.PARTIES) is not None
        with pytest.raises(ToldTooFar):
            tell_condition(by=cast.mina, condition=only, level=Level.NETWORK)
    with acting_as(cast.ada):
        assert Condition.objects.filter(pk=only.pk).exists()
    with acting_as(cast.rolf):
        assert not Condition.objects.exists()
    confirm_waiting(cast, only)
    with acting_as(cast.rolf):
        assert Condition.objects.filter(pk=only.pk).exists()
    # A narrower commitment takes its conditions along.
    with acting_as(cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
        only.refresh_from_db()
        assert only.level == "lead"
    with acting_as(cast.rolf):
        assert not Condition.objects.exists()
    refused_by_database(
        cast.mina,
        "no further than the commitment",
        lambda: Condition.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=letter_at_own(cast), kind="other", text="x",
            level="lead",
        ),
    )  # fmt: skip


def letter_at_own(cast: Cast) -> Commitment:
    return Commitment.objects.create(
        owner=cast.bank("hanok"), institution=cast.bank("hanok"), deal=cast.deal, stage="enquiry", instrument="equity"
    )
