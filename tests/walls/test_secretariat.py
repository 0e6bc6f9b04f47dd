"""The secretariat: it sees no confidential row, it makes no account that does, and it does its work all the same."""

from collections.abc import Callable
from datetime import date

import psycopg
import pytest
from django.db import IntegrityError, transaction

from deals.models import Mineral, RoleKind
from deals.services.inviting import invite, name_role
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.isolation.raising import walled_models
from institutions.isolation.session import System, acting_as
from institutions.isolation.walls import Confidential
from institutions.models import Client, Institution, Membership, MembershipStatus, Staff
from institutions.refusals import Refusal
from tests.acts import letter, published
from tests.admission import confirmed
from tests.api import system_of
from tests.cast import PASSWORD, Cast
from tests.worlds.settled import settle

pytestmark = pytest.mark.slow


def refused(act: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError) as raised, transaction.atomic():
        act()
    cause = raised.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.diag.constraint_name == constraint


def account(cast: Cast, bank: str) -> Callable[[], Staff]:
    return lambda: Staff.objects.create_user(
        "new@there.example", PASSWORD, institution=cast.bank(bank), role="officer", name="New"
    )


@pytest.fixture
def admin(cast: Cast) -> Staff:
    """The secretariat's own admin, made by whoever runs the registry."""
    return Staff.objects.create_user(
        "dina@desk.example", PASSWORD, institution=cast.bank("desk"), role="institution_admin", name="Dina"
    )


def confidential(who: Staff | Client) -> dict[str, int]:
    """Tables with rows that are shown to somebody, though they are not its own and told to fewer than a network."""
    found = {}
    with acting_as(who):
        for model, wall in walled_models():
            if isinstance(wall, Confidential):
                rows = model._default_manager.exclude(level__in=(Level.NETWORK.value, Level.PUBLIC.value))
                if count := rows.exclude(owner_id=who.institution_id).count():
                    found[model._meta.db_table] = count
    return found


def test_it_sees_no_confidential_row(cast: Cast, admin: Staff) -> None:
    settle(cast)
    system = system_of("desk", "registry:read")
    assert len(confidential(cast.rolf)) > 5, "there is something to see"
    for who in (cast.dora, cast.dirk, admin, *Client.objects.filter(institution=cast.bank("desk"))):
        assert confidential(who) == {}
    assert all(system.get(kind).body["results"] == [] for kind in ("documents", "questions", "parties"))


@pytest.mark.parametrize("bank", ["hanok", "rhein", "corner"])
def test_it_makes_no_account_of_another_institution(cast: Cast, admin: Staff, bank: str) -> None:
    for who in (cast.dora, cast.dirk, admin):
        with acting_as(who):
            refused(account(cast, bank), "accounts_are_kept_inside")
            refused(
                lambda: Client.objects.create(
                    name="system", institution=cast.bank(bank), client_type="confidential",
                    authorization_grant_type="client-credentials",
                ),
                "accounts_are_kept_inside",
            )  # fmt: skip


def test_it_takes_over_no_account_and_moves_none(cast: Cast, admin: Staff) -> None:
    mina, dora = Staff.objects.filter(pk=cast.mina.pk), Staff.objects.filter(pk=cast.dora.pk)
    for who in (cast.dora, admin):
        with acting_as(who):
            refused(lambda: mina.update(password="known"), "accounts_are_kept_inside")
            refused(lambda: mina.update(email="dora@desk.example "), "accounts_are_kept_inside")
            refused(lambda: mina.update(institution=cast.bank("desk")), "accounts_are_kept_inside")
            refused(lambda: dora.update(institution=cast.bank("hanok")), "accounts_are_kept_inside")
    with acting_as(cast.dora):
        refused(lambda: dora.update(role="institution_admin"), "accounts_are_kept_inside")
        assert dora.update(time_zone="Europe/Paris", password="of her own") == 1


def test_no_institutions_officer_makes_accounts_but_its_admin_does(cast: Cast, admin: Staff) -> None:
    with acting_as(cast.mina):
        refused(account(cast, "hanok"), "accounts_are_kept_inside")
    with acting_as(admin):
        made = account(cast, "desk")()
    assert confidential(made) == {}


def test_it_is_let_in_nowhere(cast: Cast) -> None:
    desk = cast.bank("desk")
    with acting_as(cast.dora):
        kinds = Institution.objects.filter(pk=desk.pk)
        refused(lambda: kinds.update(kind="export_credit_agency"), "secretariat_stays_what_it_is")
        others = Institution.objects.filter(pk=cast.bank("hanok").pk)
        refused(lambda: others.update(kind="secretariat"), "secretariat_stays_what_it_is")
    with acting_as(cast.ada):
        for let_in in (
            lambda: invite(by=cast.ada, deal=cast.deal, institution=desk, on=date.today()),
            lambda: name_role(by=cast.ada, deal=cast.deal, institution=desk, role=RoleKind.ADVISER),
        ):
            with pytest.raises(Refusal, match="Name another institution"), rules_hold():
                let_in()


def test_whatever_names_it_shows_it_nothing(cast: Cast) -> None:
    """A bank that becomes the secretariat, at the hand of whoever runs the registry, is out of every deal.

    A teaser is of no deal, and was released to it.
    """
    settle(cast)
    assert confidential(cast.rolf)
    with acting_as(System("operator", cast.bank("desk").pk)):
        Institution.objects.filter(pk=cast.bank("rhein").pk).update(kind="secretariat")
    assert set(confidential(cast.rolf)) <= {"deals_teaser"}


def test_it_does_its_work(cast: Cast) -> None:
    made = confirmed(cast).member
    with acting_as(cast.dora):
        assert Institution.objects.filter(pk=made).update(website="https://aurora.example") == 1
        Mineral.objects.create(slug="zirkelite", name="Zirkelite")
    shown = published(cast, about="rhein")
    with acting_as(cast.marc):
        assert Membership.objects.filter(institution=made).exists()
        assert type(shown)._default_manager.filter(pk=shown.pk).exists()


def test_it_makes_itself_no_member_to_be_told_what_the_network_is(cast: Cast) -> None:
    made = letter(cast, Level.NETWORK)
    with acting_as(System("operator", cast.bank("desk").pk)):
        Membership.objects.create(
            institution=cast.bank("desk"), network=cast.network, status=MembershipStatus.MEMBER, since=date.today()
        )
    for who, sees in ((cast.marc, True), (cast.dora, False)):
        with acting_as(who):
            assert type(made)._default_manager.filter(pk=made.pk).exists() is sees
