"""Who registers a project, how far it is told, and that nobody else can tell that it is there."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from deals.models import Project, ProjectMineral
from deals.services.deals import TakesOverRegistered, register_deal
from deals.services.projects import (
    NoSuchLevel,
    NotAMember,
    NotYourProject,
    ProjectDraft,
    PublishedProject,
    SlugTaken,
    change_project,
    register_project,
    tell_project,
)
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Approval, Membership
from institutions.refusals import Forbidden
from tests.cast import Cast
from tests.project_acts import again, curated, decide, mineral, project

DRAFT = ProjectDraft(name="Balama North", country="MZ")


def sees(cast: Cast, who: str, row: Project) -> bool:
    with acting_as(cast.people[who] if who else None):
        return Project.objects.filter(pk=row.pk).exists()


def test_a_members_officer_registers_a_project_that_only_its_institution_sees(cast: Cast) -> None:
    made = project(cast, minerals=(mineral(cast),))
    assert (made.level, made.slug, made.origin, made.network) == ("own", "balama-north", "registered", cast.network)
    assert sees(cast, "mary", made)
    assert not any(sees(cast, who, made) for who in ("ada", "finn", "cora", "dora", ""))
    with acting_as(cast.ada):
        assert not ProjectMineral.objects.exists()


@pytest.mark.parametrize("who", ["finn", "cora"])
def test_an_observer_and_an_outsider_register_none(cast: Cast, who: str) -> None:
    officer = cast.people[who]
    with acting_as(officer):
        with pytest.raises(NotAMember, match="Members of the network register projects"):
            register_project(by=officer, draft=DRAFT)
        with pytest.raises(IntegrityError, match="registered by members"), transaction.atomic():
            Project.objects.create(owner=officer.institution, network=cast.network, slug="x", name="X", country="MZ")


def test_a_member_that_is_suspended_registers_none(cast: Cast) -> None:
    with acting_as(System("test", cast.bank("desk").pk)):
        Membership.objects.filter(institution=cast.bank("maple")).update(status="suspended")
    with acting_as(cast.marc), pytest.raises(NotAMember):
        register_project(by=cast.marc, draft=DRAFT, network=cast.network)


def test_the_secretariat_keeps_projects_of_the_network(cast: Cast) -> None:
    with acting_as(cast.dora):
        made = register_project(by=cast.dora, draft=DRAFT)
        assert (made.network, made.level) == (cast.network, "own")
    assert not sees(cast, "ada", made)


def test_an_approver_alone_registers_none(cast: Cast) -> None:
    with acting_as(cast.mary), pytest.raises(Forbidden):
        register_project(by=cast.mary, draft=DRAFT)


def test_the_network_is_told_once_a_second_person_confirms(cast: Cast) -> None:
    with acting_as(cast.marc):
        made = register_project(by=cast.marc, draft=ProjectDraft("B", "MZ", minerals={mineral(cast): True}),
                                level=Level.NETWORK)  # fmt: skip
        assert made.level == "own"
        with pytest.raises(IntegrityError, match="second person"), transaction.atomic():
            made.prepare(Level.NETWORK)
            Project.objects.filter(pk=made.pk).update(level="network")
    assert not sees(cast, "finn", made)
    assert decide(cast, "marc") == 1
    assert sees(cast, "finn", made)
    assert not sees(cast, "cora", made)
    with acting_as(cast.finn):
        assert ProjectMineral.objects.get(project=made).by_product
    with acting_as(cast.marc):
        tell_project(by=cast.marc, project=again(cast, made, by="marc"), level=Level.OWN)
    assert not sees(cast, "finn", made)
    with acting_as(cast.finn):
        assert not ProjectMineral.objects.exists()


def test_a_project_has_no_level_of_a_deal(cast: Cast) -> None:
    made = project(cast)
    with acting_as(cast.marc), pytest.raises(NoSuchLevel, match="belongs to no deal"):
        tell_project(by=cast.marc, project=made, level=Level.PARTIES)


def test_a_part_of_a_project_is_told_no_further_than_it(cast: Cast) -> None:
    made = project(cast, level=Level.OWN)
    with acting_as(cast.marc):
        part = ProjectMineral(
            owner=cast.bank("maple"), network=cast.network, project=made, mineral=mineral(cast), level="own"
        )
        part.save()
        approval = Approval.objects.create(
            owner=cast.bank("maple"), table="deals_project", row_id=made.pk, prepared_by=cast.marc, prepared_from="",
            asks={"levels": {str(part.pk): "network"}, "rows": []}, summary="x",
        )  # fmt: skip
    with acting_as(cast.mary):
        from django.utils import timezone

        Approval.objects.filter(pk=approval.pk).update(
            decision="confirmed", decided_by=cast.mary, decided_at=timezone.now()
        )
        with pytest.raises(IntegrityError, match="no further than the project"), transaction.atomic():
            part.prepare(Level.NETWORK)
            ProjectMineral.objects.filter(pk=part.pk).update(level="network")


def test_slugs_are_ones_own_affair(cast: Cast) -> None:
    first, second = project(cast), project(cast)
    assert (first.slug, second.slug) == ("balama-north", "balama-north-2")
    assert project(cast, by="rolf").slug == "balama-north"
    with acting_as(cast.marc), pytest.raises(SlugTaken):
        register_project(by=cast.marc, draft=ProjectDraft("Y", "MZ", slug="balama-north"))
    assert project(cast, "Қаратау").slug == "project"


def test_only_its_owner_changes_a_project(cast: Cast) -> None:
    made = project(cast, level=Level.NETWORK)
    with acting_as(cast.marc):
        change_project(by=cast.marc, project=made, region="Cabo Delgado", latitude=Decimal("-13.3"),
                       longitude=Decimal("38.6"), minerals={mineral(cast): False})  # fmt: skip
    assert again(cast, made, by="finn").region == "Cabo Delgado"
    # The mineral is told as far as the project once an approver confirms.
    with acting_as(cast.finn):
        assert not ProjectMineral.objects.exists()
    decide(cast, "marc")
    with acting_as(cast.finn):
        assert ProjectMineral.objects.filter(project=made).count() == 1
    with acting_as(cast.rolf):
        seen = Project.objects.select_related("owner").get(pk=made.pk)
        with pytest.raises(NotYourProject):
            change_project(by=cast.rolf, project=seen, name="Ours")
        assert Project.objects.filter(pk=made.pk).update(name="Ours") == 0
    with acting_as(cast.dora):
        news = Project.objects.select_related("owner").get(pk=curated(cast).pk)
        with pytest.raises(PublishedProject):
            change_project(by=cast.dora, project=news, name="Ours")


def test_nobody_passes_a_project_off_as_published(cast: Cast) -> None:
    with acting_as(cast.marc), pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
        Project.objects.create(
            owner=cast.bank("maple"), network=cast.network, slug="x", name="X", country="MZ", origin="published",
            level="public",
        )  # fmt: skip


def test_a_registered_deal_is_not_taken_over(cast: Cast) -> None:
    with acting_as(cast.rolf), pytest.raises(TakesOverRegistered):
        register_deal(by=cast.rolf, network=cast.network, slug="x", name="Ours now", takes_over=cast.deal)
