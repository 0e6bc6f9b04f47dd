"""Rows that stay with their institution: no level and no named institution takes them further."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, time
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from deals.models import Commitment, Step
from deals.services.granting import name_institution
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Confidential
from tests.acts import letter
from tests.cast import Cast, in_a_year

# What a constraint keeps with its institution, as the models declare it; one that is missing here was added or lost.
KEPT = {
    "deals_allocation", "deals_allocationacceptance", "deals_allocationcounter", "deals_allocationline",
    "deals_dealstep", "deals_download", "deals_esgscreening",
    "deals_expirynotice", "deals_movementproposal", "deals_step", "deals_transfer",
    "deals_bookline", "deals_bookstatus", "deals_teaser", "deals_teaserorigin", "deals_teaserreply",
    "institutions_approval", "institutions_consent", "institutions_dealteam", "institutions_grant",
    "institutions_teammember", "institutions_externalreference", "institutions_admission",
    "institutions_membershipchange", "institutions_checkmark", "institutions_contact",
    "network_import", "network_importedrow", "network_webhookendpoint",
}  # fmt: skip


def declared() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, Confidential)
        and any(each.name.endswith(("_stays_own", "_stays_between_two")) for each in model._meta.constraints)
    }


@pytest.fixture
def owner(cast: Cast) -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        yield connection
        connection.rollback()


def naming(owner: psycopg.Connection, cast: Cast, table: str) -> str:
    """What the database says to a grant of a row of its own of this table, past every service and policy."""
    row, rhein = uuid4(), cast.bank("rhein").pk
    owner.execute("SELECT wall.act('person', %s)", [cast.rolf.pk])
    owner.execute(
        'INSERT INTO institutions_standing (row_id, "table", owner_id, audience_id)'
        " SELECT %s, %s, %s, wall.audience_for(%s, NULL, NULL, 'own', NULL)",
        [row, table, rhein, rhein],
    )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        owner.execute(
            "INSERT INTO institutions_grant (id, owner_id, level, demo, row_id, institution_id, ends)"
            " VALUES (%s, %s, 'own', false, %s, %s, 'tomorrow')",
            [uuid4(), rhein, row, cast.bank("corner").pk],
        )
    return refused.value.diag.constraint_name or ""


def test_the_tables_that_stay_are_known() -> None:
    assert declared() == KEPT


@pytest.mark.parametrize("table", sorted(KEPT))
def test_no_institution_is_named_to_see_such_a_row(cast: Cast, owner: psycopg.Connection, table: str) -> None:
    assert naming(owner, cast, table) == "grant_of_what_can_be_told"


def test_of_what_can_be_told_two_persons_name_one(cast: Cast, owner: psycopg.Connection) -> None:
    assert naming(owner, cast, "deals_commitment") == "grant_needs_four_eyes"


def test_a_reason_for_declining_is_told_to_nobody(cast: Cast) -> None:
    made = letter(cast, Level.OWN, by="rolf", approver="rita")
    with acting_as(cast.rolf):
        step = Step.objects.filter(commitment=made).first()
        assert step is not None
        step.prepare(Level.LEAD)
        with pytest.raises(IntegrityError, match="stays_own"), transaction.atomic():
            Step.objects.filter(pk=step.pk).update(level=Level.LEAD.value)
        # What goes with a commitment to a named institution is its size; its steps stay.
        asked = name_institution(
            by=cast.rolf, row=Commitment.objects.get(pk=made.pk), to=cast.bank("corner"), until=_soon()
        )
        assert str(step.pk) not in asked.asks["rows"]


def _soon() -> datetime:
    return datetime.combine(in_a_year(), time(), UTC)
