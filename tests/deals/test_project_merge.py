"""Two projects that are one: linked by one, merged by the owner of both or by both owners; told to nobody else."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from deals.models import Deal, Project, ProjectMerge, ProjectMineral, SameAs
from deals.selectors.projects import PROJECTS
from deals.selectors.sameness import LINKS, family_of, proposals_to, survivor_of
from deals.services.deals import register_deal
from deals.services.projects import NotYourProject, tell_project
from deals.services.sameness import (
    BeyondProjects,
    Ended,
    LinkedAlready,
    MergedAlready,
    NotTheOwner,
    OneAlready,
    SameProject,
    agree_to_merge,
    end_link,
    link_same,
    merge_projects,
    tell_link,
    withdraw_merge,
)
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from institutions.selectors.reading import objects, one
from tests.cast import Cast
from tests.project_acts import again, curated, decide, merge, mineral, project


def leads_to(cast: Cast, who: str, old: Project) -> object:
    with acting_as(cast.people[who] if who else None):
        return survivor_of(old.pk)


# Links


def test_a_link_is_ones_own_word(cast: Cast) -> None:
    news, mine = curated(cast), project(cast, level=Level.NETWORK)
    with acting_as(cast.marc):
        link = link_same(by=cast.marc, project=mine, other=news)
        assert [one(PROJECTS, key.pk)["same_as"] for key in (mine, news)] == [[news.pk], [mine.pk]]  # type: ignore[index]
        with pytest.raises(LinkedAlready):
            link_same(by=cast.marc, project=mine, other=news)
        with pytest.raises(SameProject):
            link_same(by=cast.marc, project=mine, other=mine)
        assert tell_link(by=cast.marc, link=link, level=Level.NETWORK) is not None
    with acting_as(cast.rolf):
        assert not SameAs.objects.exists()
        assert one(PROJECTS, news.pk)["same_as"] == []  # type: ignore[index]
        with pytest.raises(NotYourProject):
            link_same(by=cast.rolf, project=Project.objects.select_related("owner").get(pk=mine.pk), other=news)
    decide(cast, "marc")
    with acting_as(cast.rolf):
        assert one(PROJECTS, news.pk)["same_as"] == [mine.pk]  # type: ignore[index]
    with acting_as(cast.cora):
        assert one(PROJECTS, news.pk)["same_as"] == []  # type: ignore[index]
    with acting_as(cast.marc):
        end_link(by=cast.marc, link=again(cast, link, by="marc"))
        with pytest.raises(Ended):
            end_link(by=cast.marc, link=link)
        with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
            SameAs.objects.filter(pk=link.pk).update(ended_at=None)
    with acting_as(cast.rolf):
        assert one(PROJECTS, news.pk)["same_as"] == []  # type: ignore[index]


def test_a_link_is_told_no_further_than_both_projects_and_narrowed_with_its_own(cast: Cast) -> None:
    news, secret, told = curated(cast), project(cast), project(cast, "Told", level=Level.NETWORK)
    with acting_as(cast.marc):
        with pytest.raises(BeyondProjects):
            link_same(by=cast.marc, project=secret, other=news, level=Level.NETWORK)
        with pytest.raises(BeyondProjects):
            link_same(by=cast.marc, project=told, other=secret, level=Level.NETWORK)
        link = link_same(by=cast.marc, project=told, other=news, level=Level.NETWORK)
    decide(cast, "marc")
    with acting_as(cast.marc):
        tell_project(by=cast.marc, project=again(cast, told, by="marc"), level=Level.OWN)
    assert again(cast, link, by="marc").level == "own"
    with acting_as(cast.rolf):
        assert objects(LINKS, [link.pk]) == {}


@pytest.mark.parametrize("hidden", [True, False])
def test_a_link_to_a_hidden_project_fails_as_one_to_a_missing_one(cast: Cast, hidden: bool) -> None:
    mine, other = project(cast, by="rolf"), project(cast).pk if hidden else uuid4()
    with acting_as(cast.rolf), pytest.raises(DatabaseError) as refused, transaction.atomic():
        SameAs.objects.create(owner=cast.bank("rhein"), network=cast.network, project=mine, other_id=other)
    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"


# Merges


def test_whoever_owns_both_merges_at_once_and_for_itself(cast: Cast) -> None:
    old, new = project(cast, level=Level.NETWORK), project(cast, "Balama", level=Level.NETWORK)
    with acting_as(cast.marc):
        word = merge_projects(by=cast.marc, project=old, survivor=new)
        assert isinstance(word, ProjectMerge)
        assert one(PROJECTS, old.pk)["merged_into"] == new.pk  # type: ignore[index]
        assert one(PROJECTS, new.pk)["absorbed"] == [old.pk]  # type: ignore[index]
    assert [leads_to(cast, who, old) for who in ("mary", "rolf", "dora", "")] == [new.pk, None, None, None]
    with acting_as(cast.marc):
        tell_link(by=cast.marc, link=word, level=Level.NETWORK)
    decide(cast, "marc")
    assert [leads_to(cast, who, old) for who in ("rolf", "finn", "cora")] == [new.pk, new.pk, None]
    with acting_as(cast.marc):
        withdraw_merge(by=cast.marc, word=again(cast, word, by="marc"))
    assert [leads_to(cast, who, old) for who in ("mary", "rolf")] == [None, None]


def test_two_owners_merge_each_with_two_persons(cast: Cast) -> None:
    graphite = mineral(cast)
    old = project(cast, by="marc", minerals=(graphite,))
    new = project(cast, "Balama", by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc):
        asked = merge_projects(by=cast.marc, project=old, survivor=new)
        assert isinstance(asked, Approval)
        assert not ProjectMerge.objects.exists()
    with acting_as(cast.rolf):
        assert proposals_to(cast.bank("rhein").pk) == []
        assert not Project.objects.filter(pk=old.pk).exists()
    decide(cast, "marc")
    # The other owner now sees the word, and the project with what it yields, to judge by.
    with acting_as(cast.rolf):
        (proposal,) = proposals_to(cast.bank("rhein").pk)
        assert (proposal.project, proposal.survivor, proposal.owner.slug) == (old, new, "maple")
        assert ProjectMineral.objects.filter(project=old).exists()
        assert survivor_of(old.pk) is None
        agree_to_merge(by=cast.rolf, proposal=proposal)
        assert survivor_of(old.pk) is None
    decide(cast, "rolf")
    assert [leads_to(cast, who, old) for who in ("marc", "rolf")] == [new.pk, new.pk]
    # Nobody else sees anything of it.
    for who in ("ada", "finn"):
        with acting_as(cast.people[who]):
            assert not ProjectMerge.objects.exists()
            assert one(PROJECTS, new.pk)["absorbed"] == []  # type: ignore[index]
            assert one(PROJECTS, old.pk) is None
    with acting_as(cast.rolf):
        assert proposals_to(cast.bank("rhein").pk) == []
        mine = ProjectMerge.objects.get(owner=cast.bank("rhein"))
        withdraw_merge(by=cast.rolf, word=mine)
    assert [leads_to(cast, who, old) for who in ("marc", "rolf")] == [None, None]


def test_what_was_shown_for_a_merge_is_hidden_again_when_the_word_is_withdrawn(cast: Cast) -> None:
    old, new = project(cast, by="marc"), project(cast, "Balama", by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc):
        merge_projects(by=cast.marc, project=old, survivor=new)
    decide(cast, "marc")
    with acting_as(cast.marc):
        withdraw_merge(by=cast.marc, word=ProjectMerge.objects.get())
    with acting_as(cast.rolf):
        assert not Project.objects.filter(pk=old.pk).exists()
        assert ProjectMerge.objects.get().withdrawn_at is not None
        assert proposals_to(cast.bank("rhein").pk) == []
        with pytest.raises(Ended):
            agree_to_merge(by=cast.rolf, proposal=ProjectMerge.objects.get())


def test_one_person_alone_gives_no_word_to_another_owner(cast: Cast) -> None:
    old, new = project(cast, by="marc"), project(cast, "Balama", by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc), pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        ProjectMerge.objects.create(owner=cast.bank("maple"), network=cast.network, project=old, survivor=new)


def test_nobody_merges_the_projects_of_others(cast: Cast) -> None:
    old = project(cast, by="rolf", level=Level.NETWORK)
    new = project(cast, "Balama", by="rolf", level=Level.NETWORK)
    with acting_as(cast.marc):
        seen = {row.pk: row for row in Project.objects.select_related("owner")}
        with pytest.raises(NotTheOwner):
            merge_projects(by=cast.marc, project=seen[old.pk], survivor=seen[new.pk])
        with pytest.raises(IntegrityError, match="merged by their owners"), transaction.atomic():
            ProjectMerge.objects.create(owner=cast.bank("maple"), network=cast.network, project=old, survivor=new)
    # Nor does one word of two bind the other.
    mine = project(cast, "Mine", by="marc", level=Level.NETWORK)
    with acting_as(cast.marc):
        merge_projects(by=cast.marc, project=seen[old.pk], survivor=mine)
    decide(cast, "marc")
    assert [leads_to(cast, who, old) for who in ("marc", "rolf")] == [None, None]
    with acting_as(cast.rolf):
        word = ProjectMerge.objects.get()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ProjectMerge.objects.filter(pk=word.pk).update(survivor=new)
        assert ProjectMerge.objects.filter(pk=word.pk).update(withdrawn_at=None) == 0


@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize("side", ["project", "survivor"])
def test_a_merge_with_a_hidden_project_fails_as_one_with_a_missing_one(cast: Cast, hidden: bool, side: str) -> None:
    mine, other = project(cast, by="rolf"), project(cast).pk if hidden else uuid4()
    pair = {"project_id": mine.pk, "survivor_id": mine.pk} | {f"{side}_id": other}
    with acting_as(cast.rolf), pytest.raises(DatabaseError) as refused, transaction.atomic():
        ProjectMerge.objects.create(owner=cast.bank("rhein"), network=cast.network, **pair)
    assert getattr(refused.value.__cause__, "sqlstate", "") == "42501"


def test_who_sees_only_the_old_project_goes_on_seeing_it(cast: Cast) -> None:
    old, secret = project(cast, by="marc", level=Level.NETWORK), project(cast, "Balama", by="marc")
    with acting_as(cast.ada):
        before = one(PROJECTS, old.pk)
    with acting_as(cast.marc):
        merge_projects(by=cast.marc, project=old, survivor=secret)
    with acting_as(cast.ada):
        assert one(PROJECTS, old.pk) == before
        assert family_of(old.pk) == [old.pk]
    assert leads_to(cast, "marc", old) == secret.pk


def test_merges_lead_on_to_the_last_and_never_in_a_circle(cast: Cast) -> None:
    a, b, c = (project(cast, name, by="marc") for name in "ABC")
    with acting_as(cast.marc):
        merge_projects(by=cast.marc, project=a, survivor=b)
        merge_projects(by=cast.marc, project=b, survivor=c)
        assert survivor_of(a.pk) == c.pk
        assert family_of(a.pk) == family_of(c.pk) == [c.pk, *sorted((a.pk, b.pk))]
        with pytest.raises(MergedAlready):
            merge_projects(by=cast.marc, project=a, survivor=c)
        with pytest.raises(OneAlready):
            merge_projects(by=cast.marc, project=c, survivor=a)
        # A circle that owners make without seeing it leads nowhere, and nothing hangs.
        ProjectMerge.objects.create(owner=cast.bank("maple"), network=cast.network, project=c, survivor=a)
        assert [survivor_of(key.pk) for key in (a, b, c)] == [None, None, None]
        assert [family_of(key.pk) for key in (a, b, c)] == [[a.pk], [b.pk], [c.pk]]


def test_deals_of_the_old_project_are_found_under_the_new_one_by_who_sees_both(cast: Cast) -> None:
    old, new = (project(cast, name, by="rolf", level=Level.NETWORK) for name in ("Old", "New"))
    with acting_as(cast.marc):
        register_deal(by=cast.marc, network=cast.network, slug="hidden", name="Hidden", project=old)
    with acting_as(cast.rolf):
        deal = register_deal(by=cast.rolf, network=cast.network, slug="theirs", name="Theirs", project=old)
        # Nothing of the outcome depends on the other bank's hidden deal.
        merge_projects(by=cast.rolf, project=old, survivor=new)
        assert list(Deal.objects.filter(project__in=family_of(new.pk))) == [deal]
    with acting_as(cast.marc):
        assert list(Deal.objects.filter(project__in=family_of(new.pk))) == []
        assert Deal.objects.filter(project__in=family_of(old.pk)).count() == 1


def test_a_networks_project_is_merged_by_the_secretariat(cast: Cast) -> None:
    news, mine = curated(cast), project(cast, level=Level.NETWORK)
    merge(cast, mine, news, by="marc", other="dora")
    assert [leads_to(cast, who, mine) for who in ("marc", "dora", "ada")] == [news.pk, news.pk, None]
    with acting_as(cast.ada), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deals_projectmerge")
        assert cursor.fetchone() == (0,)


def test_a_word_that_was_withdrawn_is_given_anew(cast: Cast) -> None:
    old, new = project(cast, by="marc"), project(cast, "New", by="marc")
    with acting_as(cast.marc):
        word = merge_projects(by=cast.marc, project=old, survivor=new)
        assert isinstance(word, ProjectMerge)
        withdraw_merge(by=cast.marc, word=word)
        with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
            ProjectMerge.objects.filter(pk=word.pk).update(withdrawn_at=None)
        merge_projects(by=cast.marc, project=old, survivor=new)
        assert survivor_of(old.pk) == new.pk
