"""A row that is addressed to an institution: read by its owner and by the addressee, whatever its level.

Shown on roles of a deal, declared as addressed to the institution that they name, for the length of a test.
"""

import os
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from deals.models import DealRole, RoleKind
from deals.services.disclosure import set_level
from deals.services.inviting import name_role
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import AudienceMember, Event, TeamMember
from tests.acts import confirm_waiting
from tests.cast import Cast


@pytest.fixture
def addressed(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(DealRole, "wall", replace(DealRole.wall, addressed="institution_id"))
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("DROP TRIGGER wall_20_place ON deals_dealrole")
        owner.execute(
            "CREATE TRIGGER wall_20_place BEFORE INSERT OR UPDATE ON deals_dealrole FOR EACH ROW"
            " EXECUTE FUNCTION wall.place('deal_id', '', 'institution_id')"
        )
    return committed_cast


def named(cast: Cast, bank: str, *, confirmed: bool = True) -> DealRole:
    """A role at `own` of the coordinator's, addressed to a bank."""
    with acting_as(cast.ada):
        role = name_role(by=cast.ada, deal=cast.deal, institution=cast.bank(bank), role=RoleKind.PARTICIPANT)
    if confirmed:
        confirm_waiting(cast, role, by="abe")
        with acting_as(cast.ada):
            role.refresh_from_db()
            set_level(row=role, level=Level.OWN)
    return role


def readers(cast: Cast, role: DealRole) -> set[str]:
    seen = set()
    for name, person in cast.people.items():
        with acting_as(person):
            if DealRole.objects.filter(pk=role.pk).exists():
                seen.add(name)
    return seen


def test_it_is_read_by_its_owner_and_its_addressee_alone(addressed: Cast) -> None:
    assert readers(addressed, named(addressed, "maple")) == {"ada", "abe", "marc", "mary"}


def test_before_a_second_person_confirmed_it_the_addressee_does_not_see_it(addressed: Cast) -> None:
    role = named(addressed, "maple", confirmed=False)
    assert readers(addressed, role) == {"ada", "abe"}
    with acting_as(addressed.marc):
        assert not Event.objects.filter(row_id=role.pk).exists()
    confirm_waiting(addressed, role, by="abe")
    assert {"marc", "mary"} <= readers(addressed, role)
    with acting_as(addressed.marc):
        first = Event.objects.filter(row_id=role.pk).order_by("seq").first()
        assert first is not None
        assert first.action == "revealed"


def test_where_the_addressee_walled_the_deal_off_its_team_sees_it(addressed: Cast) -> None:
    role = named(addressed, "hanok")
    assert readers(addressed, role) == {"ada", "abe", "mina", "joon"}
    with acting_as(addressed.mina):
        TeamMember.objects.filter(person_id=addressed.joon.pk).update(ends=timezone.now() - timedelta(seconds=1))
    assert readers(addressed, role) == {"ada", "abe", "mina"}


def test_two_addressees_see_their_own_rows(addressed: Cast) -> None:
    ours, theirs = named(addressed, "maple"), named(addressed, "corner")
    assert readers(addressed, ours) == {"ada", "abe", "marc", "mary"}
    assert readers(addressed, theirs) == {"ada", "abe", "cora"}
    with acting_as(addressed.marc):
        assert not AudienceMember.objects.filter(principal=addressed.bank("corner").pk).exists()


def test_another_level_keeps_the_addressee(addressed: Cast) -> None:
    role = named(addressed, "maple")
    with acting_as(addressed.ada):
        set_level(row=role, level=Level.LEAD)
    assert readers(addressed, role) == {"ada", "abe", "marc", "mary"}


def test_what_is_addressed_to_oneself_has_no_addressee(addressed: Cast) -> None:
    with acting_as(addressed.ada):
        name_role(
            by=addressed.ada, deal=addressed.deal, institution=addressed.bank("austral"), role=RoleKind.BOOKRUNNER
        )
        role = DealRole.objects.get(role="bookrunner")
        set_level(row=role, level=Level.OWN)
        assert role.audience.addressee_id is None
    assert readers(addressed, role) == {"ada", "abe"}
