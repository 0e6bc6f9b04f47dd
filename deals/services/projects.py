"""Projects as an institution keeps them: registered for itself alone, then told to the network by two persons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from deals.models import CompanyRole, Mineral, Origin, Project, ProjectMineral
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen, set_level
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Confidential, Institution, Network, Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal, Stale
from institutions.selectors.memberships import networks_of_member
from institutions.services.acting import must


class NotAMember(Refusal):
    code = "not_a_member"
    says = gettext_noop(
        "Members of the network register projects and deals; {name} is none today. Ask the secretariat about its "
        "membership."
    )
    status = 403


class NameTheNetwork(Refusal):
    code = "network_needed"
    says = gettext_noop("Name the network in which the project is registered: {networks}.")


class SlugTaken(Refusal):
    code = "slug_taken"
    says = gettext_noop("Your institution has a project '{slug}' already. Choose another slug, or leave it out.")
    status = 409


class NotYourProject(Refusal):
    code = "not_your_project"
    says = gettext_noop(
        "Only {owner} may change this project. State what you know of it as a fact, or register your own."
    )
    status = 403


class PublishedProject(Refusal):
    code = "published"
    says = gettext_noop(
        "A published project is compiled from its source and not changed. State what you know of it as a fact."
    )
    status = 403


class NoSuchLevel(Refusal):
    code = "level_without_deal"
    says = gettext_noop("A project belongs to no deal: it is told to 'own', 'network' or 'public'.")


@dataclass(frozen=True)
class ProjectDraft:
    """What an institution knows of a project when it registers it; `minerals` says which are by-products."""

    name: str
    country: str
    slug: str = ""
    aliases: tuple[str, ...] = ()
    region: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    chain_stages: tuple[str, ...] = ()
    minerals: Mapping[Mineral, bool] = field(default_factory=dict)


def network_for(institution: Institution, asked: Network | None) -> Network:
    """The network in which the institution registers: the one asked for, or its only one. Raises NotAMember for whoever
    is no member there today; the secretariat curates in any."""
    today = timezone.now().date()
    if institution.is_secretariat:
        found = list(Network.objects.exclude(ended_on__lte=today).order_by("code"))
    else:
        found = networks_of_member(institution.pk, on=today)
    if asked is not None:
        found = [network for network in found if network.pk == asked.pk]
    if not found:
        raise NotAMember(name=institution.short_name, pointer="/network" if asked else "")
    if len(found) > 1:
        raise NameTheNetwork(networks=", ".join(network.code for network in found), pointer="/network")
    return found[0]


@transaction.atomic
def register_project(
    *,
    by: Staff | Client,
    draft: ProjectDraft,
    network: Network | None = None,
    level: Level = Level.OWN,
    demo: bool = False,
) -> Project:
    """A project at `own`. To be told further it waits there for an approver."""
    must(by, Permission.PROJECTS_WRITE, "register a project")
    where = network_for(by.institution, network)
    project = Project.objects.create(
        owner_id=by.institution_id,
        network=where,
        slug=_slug(by.institution_id, draft),
        name=draft.name,
        aliases=list(draft.aliases),
        country=draft.country,
        region=draft.region,
        latitude=draft.latitude,
        longitude=draft.longitude,
        chain_stages=list(draft.chain_stages),
        demo=demo,
    )
    _yield(project, draft.minerals)
    if level is not Level.OWN:
        tell_project(by=by, project=project, level=level)
    return project


@transaction.atomic
def change_project(
    *, by: Staff | Client, project: Project, minerals: Mapping[Mineral, bool] | None = None, **facts: Any
) -> None:
    """Changes what identifies the project: name, aliases, country, region, place, supply-chain stages. Minerals are
    added or marked; one that was named stays named."""
    must(by, Permission.PROJECTS_WRITE, "change a project")
    own_project(by, project)
    if facts and Project.objects.filter(pk=project.pk, owner_id=by.institution_id).update(**facts) != 1:
        raise Stale
    project.refresh_from_db()
    _yield(project, minerals or {})
    new = [row for row in project.minerals.filter(owner_id=project.owner_id) if row.level != project.level]
    if new and Level(project.level).beyond_lead:
        must(by, Permission.COMMITMENTS_WRITE, "prepare what an approver must confirm")
        summary = summarised("Tell {level} which minerals {project} yields", level=project.level, project=project)
        ask_to_widen(by=by, subject=project, rows=new, level=Level(project.level), deal_id=None, summary=summary)


@transaction.atomic
def tell_project(*, by: Staff | Client, project: Project, level: Level) -> Approval | None:
    """Tells a project, with its minerals and companies, as far as `level`: narrower at once, wider when the returned
    approval is confirmed. Facts, links and merges keep their own levels, and are never told further than it."""
    must(by, Permission.PROJECTS_WRITE, "say how far a project is told")
    own_project(by, project)
    parts: list[Confidential] = [
        *project.minerals.filter(owner_id=project.owner_id),
        *CompanyRole.objects.filter(project=project, owner_id=project.owner_id),
    ]
    summary = summarised("Tell {level} of the project {project}", level=level.value, project=project)
    return tell(by=by, row=project, parts=parts, level=level, summary=summary)


@transaction.atomic
def tell(
    *,
    by: Staff | Client,
    row: Confidential,
    level: Level,
    summary: str,
    parts: list[Confidential] | None = None,
    deal_id: UUID | None = None,
) -> Approval | None:
    """Tells a row as far as `level`: narrower, or to the lead, at once; further when the returned approval is
    confirmed."""
    if deal_id is None and level in (Level.LEAD, Level.PARTIES, Level.INVITED):
        raise NoSuchLevel(pointer="/level")
    present = Level(row.level)
    if level is present:
        return None
    if level.rank < present.rank or not level.beyond_lead:
        set_level(row=row, level=level)
        return None
    # Every approval is prepared with this right: a client that may only keep projects tells nobody of them.
    must(by, Permission.COMMITMENTS_WRITE, "prepare what an approver must confirm")
    return ask_to_widen(by=by, subject=row, rows=[row, *(parts or [])], level=level, deal_id=deal_id, summary=summary)


def own_project(by: Staff | Client, project: Project) -> None:
    """Raises unless the project is the asker's own and registered: nobody updates another's row."""
    if project.owner_id != by.institution_id:
        raise NotYourProject(owner=project.owner.short_name)
    if project.origin == Origin.PUBLISHED:
        raise PublishedProject
    Project.objects.select_for_update(no_key=True).filter(pk=project.pk).first()


def _slug(owner: UUID, draft: ProjectDraft) -> str:
    """As asked, or made of the name. Unique among the owner's own, which are all that it is compared with."""
    taken = set(Project.objects.filter(owner_id=owner).values_list("slug", flat=True))
    if draft.slug:
        if draft.slug in taken:
            raise SlugTaken(slug=draft.slug, pointer="/slug")
        return draft.slug
    # A name in another script leaves nothing that an address could hold.
    base = slugify(draft.name)[:70].strip("-") or "project"
    number = 1
    while (found := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return found


def _yield(project: Project, minerals: Mapping[Mineral, bool]) -> None:
    """Names the project's minerals. What is new stands at `own` until it is told as far as the project."""
    named = {row.mineral_id: row for row in project.minerals.filter(owner_id=project.owner_id)}
    for mineral, by_product in minerals.items():
        row = named.get(mineral.pk)
        if row is None:
            ProjectMineral.objects.create(
                owner_id=project.owner_id,
                network_id=project.network_id,
                project=project,
                mineral=mineral,
                by_product=by_product,
                demo=project.demo,
            )
        elif row.by_product is not by_product:
            ProjectMineral.objects.filter(pk=row.pk).update(by_product=by_product)
