"""Saying that two projects are one: a link of one's own, and a merge by the owner of both or by both owners."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import CompanyRole, Project, ProjectMerge, ProjectMineral, SameAs
from deals.selectors.sameness import family_of
from deals.sentences.summaries import summarised
from deals.services.projects import own_project, tell
from institutions.isolation.ids import new_id
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Decision, Grant, Institution, Staff
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal, Stale
from institutions.services import approvals
from institutions.services.acting import must

# The owner of the other project sees the word for as long as it stands: a grant needs an end.
_ALWAYS = datetime(9999, 12, 31, tzinfo=UTC)


class SameProject(Refusal):
    code = "same_project"
    says = gettext_noop("That is the project itself. Name another one.")


class LinkedAlready(Refusal):
    code = "linked_already"
    says = gettext_noop("Your institution has linked the two already. End that link first, or leave it.")
    status = 409


class NotYourLink(Refusal):
    code = "not_your_link"
    says = gettext_noop("Only the institution that made this may change it. Ask it to, or say your own (same as).")
    status = 403


class BeyondProjects(Refusal):
    code = "beyond_projects"
    says = gettext_noop(
        "It is told no further than both projects are told: at most '{level}'. Choose that or a narrower level."
    )


class NotTheOwner(Refusal):
    code = "not_the_owner"
    says = gettext_noop(
        "A merge is made by whoever owns both projects, or by both owners. Link your own to it instead (same as)."
    )
    status = 403


class MergedAlready(Refusal):
    code = "merged_already"
    says = gettext_noop("{project} was merged already, or your institution proposed to. Withdraw that first.")
    status = 409


class OneAlready(Refusal):
    code = "one_already"
    says = gettext_noop(
        "These two are one project already. Leave it so: the old id leads to the one that it is now (merged_into)."
    )
    status = 409


class OwnProposal(Refusal):
    code = "own_proposal"
    says = gettext_noop(
        "Your own institution proposed this. The owner of the other project agrees; withdraw it if it holds no more."
    )
    status = 409


class Ended(Refusal):
    code = "ended"
    says = gettext_noop("This has ended. Say it anew if it holds again.")
    status = 409


@transaction.atomic
def link_same(
    *, by: Staff | Client, project: Project, other: Project, level: Level = Level.OWN, demo: bool = False
) -> SameAs:
    """Says that a project of one's own is another that one sees; told beyond `own` once an approver confirms."""
    must(by, Permission.PROJECTS_WRITE, "link a project")
    own_project(by, project)
    if project.pk == other.pk:
        raise SameProject(pointer="/other")
    _within(level, project, other)
    mine = SameAs.objects.filter(owner_id=by.institution_id, project=project, other=other, ended_at__isnull=True)
    if mine.exists():
        raise LinkedAlready(pointer="/other")
    link = SameAs.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        other=other,
        demo=demo or project.demo,
    )
    if level is not Level.OWN:
        tell_link(by=by, link=link, level=level)
    return link


@transaction.atomic
def tell_link(*, by: Staff | Client, link: SameAs | ProjectMerge, level: Level) -> Approval | None:
    """Tells a link or a merge as far as `level`: narrower at once, wider when the returned approval is confirmed."""
    must(by, Permission.PROJECTS_WRITE, "say how far this is told")
    _own(by, link)
    other = link.other if isinstance(link, SameAs) else link.survivor
    _within(level, link.project, other)
    says = "Tell {level} that {project} and {other} were merged"
    if isinstance(link, SameAs):
        says = "Tell {level} that {project} and {other} are one"
    summary = summarised(says, level=level.value, project=link.project, other=other)
    return tell(by=by, row=link, level=level, summary=summary)


@transaction.atomic
def end_link(*, by: Staff | Client, link: SameAs) -> None:
    """Ends a link: the two are no longer said to be one. Who saw it is told."""
    must(by, Permission.PROJECTS_WRITE, "end a link")
    _own(by, link)
    if SameAs.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=timezone.now()) != 1:
        raise Stale
    link.refresh_from_db()


@transaction.atomic
def merge_projects(
    *, by: Staff | Client, project: Project, survivor: Project, level: Level = Level.OWN
) -> ProjectMerge | Approval:
    """Merges `project` into `survivor`. Whoever owns both does so at once; with another owner, an approver of one's own
    is asked to propose it (or to agree to what the other proposed), and the approval is returned."""
    must(by, Permission.PROJECTS_WRITE, "merge projects")
    other = _other_owner(by, project, survivor)
    _within(level, project, survivor)
    mine = ProjectMerge.objects.filter(owner_id=by.institution_id, project=project, withdrawn_at__isnull=True)
    if mine.exists():
        raise MergedAlready(project=project.name, pointer="/project")
    # By what the asker sees alone: what others merged among themselves changes nothing here.
    if project.pk in family_of(survivor.pk):
        raise OneAlready(pointer="/survivor")
    if other is not None:
        return _ask(by, project, survivor, other)
    word = ProjectMerge.objects.create(
        owner_id=by.institution_id,
        network_id=project.network_id,
        project=project,
        survivor=survivor,
        demo=project.demo,
    )
    if level is not Level.OWN:
        tell_link(by=by, link=word, level=level)
    return word


@transaction.atomic
def agree_to_merge(*, by: Staff | Client, proposal: ProjectMerge) -> Approval:
    """Lays the agreement to another owner's proposal before an approver; confirmed, the merge is in effect."""
    if proposal.owner_id == by.institution_id:
        raise OwnProposal
    if proposal.withdrawn_at is not None:
        raise Ended
    pair = Project.objects.select_related("owner").in_bulk([proposal.project_id, proposal.survivor_id])
    if len(pair) < 2:
        raise NotFound(what="project")
    asked = merge_projects(by=by, project=pair[proposal.project_id], survivor=pair[proposal.survivor_id])
    assert isinstance(asked, Approval)  # noqa: S101  # the proposal is another owner's
    return asked


@transaction.atomic
def withdraw_merge(*, by: Staff | Client, word: ProjectMerge) -> None:
    """Takes one's own word back: the two are two again, for everyone. What was shown to the other owner for it is shown
    no more, unless another word with it stands; that the word was withdrawn it sees."""
    must(by, Permission.PROJECTS_WRITE, "withdraw a merge")
    _own(by, word)
    if ProjectMerge.objects.filter(pk=word.pk, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now()) != 1:
        raise Stale
    word.refresh_from_db()
    asked = Approval.objects.filter(asks__merge__word=str(word.pk), decision=Decision.CONFIRMED).first()
    pair = Q(project__in=[word.project_id, word.survivor_id]) | Q(survivor__in=[word.project_id, word.survivor_id])
    others = ProjectMerge.objects.filter(pair, owner_id=word.owner_id, withdrawn_at__isnull=True)
    if asked and not others.exists():
        shown = [row for row in asked.asks["grants"] if row != str(word.pk)]
        Grant.objects.filter(owner_id=word.owner_id, row_id__in=shown, ends=_ALWAYS).update(ends=timezone.now())


def carry_out_merge(approval: Approval) -> None:
    """Gives the word that a confirmed approval asks for; its grants, which show it to the other owner, come after."""
    if (asked := approval.asks.get("merge")) is None:
        return
    project = Project.objects.filter(pk=asked["project"]).first()
    survivor = Project.objects.filter(pk=asked["survivor"]).first()
    if project is None or survivor is None:
        raise NotFound(what="project")
    ProjectMerge.objects.create(
        id=UUID(asked["word"]),
        owner_id=approval.owner_id,
        network_id=project.network_id,
        project=project,
        survivor=survivor,
        demo=approval.demo,
    )


def _ask(by: Staff | Client, project: Project, survivor: Project, other: Institution) -> Approval:
    """What is one's own of the two is shown to the other owner with the word, unless everyone sees it: the other owner
    need not be in the network."""
    must(by, Permission.COMMITMENTS_WRITE, "prepare what an approver must confirm")
    word = new_id()
    mine = project if project.owner_id == by.institution_id else survivor
    rows: list[Confidential] = [
        mine,
        *ProjectMineral.objects.filter(project=mine, owner_id=mine.owner_id),
        *CompanyRole.objects.filter(project=mine, owner_id=mine.owner_id),
    ]
    shown = [row for row in rows if row.level != Level.PUBLIC]
    return approvals.prepare(
        by=by,
        subject=mine,
        deal_id=None,
        asks={
            "merge": {"word": str(word), "project": str(project.pk), "survivor": str(survivor.pk)},
            "grants": {str(key): str(other.pk) for key in (word, *(row.pk for row in shown))},
            "until": _ALWAYS.isoformat(),
        },
        summary=summarised(
            "Agree with {institution} that {project} becomes {survivor}",
            institution=other.short_name,
            project=project,
            survivor=survivor,
        ),
        parts=[row for row in shown if row.pk != mine.pk],
    )


def _other_owner(by: Staff | Client, project: Project, survivor: Project) -> Institution | None:
    """The owner of the project that is not the asker's; None where both are. Raises NotTheOwner where none is."""
    if project.pk == survivor.pk:
        raise SameProject(pointer="/survivor")
    owners = {project.owner_id: project, survivor.owner_id: survivor}
    if by.institution_id not in owners:
        raise NotTheOwner
    others: list[Institution] = [row.owner for owner, row in owners.items() if owner != by.institution_id]
    return others[0] if others else None


def _own(by: Staff | Client, link: SameAs | ProjectMerge) -> None:
    if link.owner_id != by.institution_id:
        raise NotYourLink
    if (link.ended_at if isinstance(link, SameAs) else link.withdrawn_at) is not None:
        raise Ended


def _within(level: Level, project: Project, other: Project) -> None:
    """Raises BeyondProjects where a word about two would be told further than one of them."""
    furthest = min((Level(row.level) for row in (project, other)), key=lambda each: each.rank)
    if project.network_id != other.network_id and other.level != Level.PUBLIC:
        furthest = Level.OWN
    if level.rank > furthest.rank:
        raise BeyondProjects(level=furthest.value, pointer="/level")
