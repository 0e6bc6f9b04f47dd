"""Projects by where they are and how far their financing is, as the asker sees them; three questions, however many."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from deals.models import Deal, DealStatus, Project
from deals.selectors.sameness import survivor


class Finance(StrEnum):
    """How far a project's financing is, by the deal that is furthest."""

    CLOSED = "closed"
    OPEN = "open"
    NONE = "none"


_CLOSED = (DealStatus.CLOSED, DealStatus.COMPLETED)


@dataclass(frozen=True)
class Site:
    """A project on the map; one whose coordinates are not known has no place there."""

    project: UUID
    name: str
    country: str
    place: tuple[Decimal, Decimal] | None
    minerals: tuple[tuple[UUID, str], ...]
    finance: Finance


def sites() -> list[Site]:
    """Every project, by name. One that was merged into another is not there, and its deals are the other's."""
    projects: QuerySet[Project] = Project.objects.annotate(merged_into=survivor()).prefetch_related("minerals__mineral")
    found = list(projects.order_by("name", "id"))
    kept = {project.pk: project.merged_into or project.pk for project in found}  # type: ignore[attr-defined]
    statuses: dict[UUID, set[str]] = defaultdict(set)
    for project, status in Deal.objects.filter(project__in=list(kept)).values_list("project_id", "status").distinct():
        if project:
            statuses[kept[project]].add(status)
    return [site_of(project, statuses[project.pk]) for project in found if kept[project.pk] == project.pk]


def site_of(project: Project, statuses: set[str]) -> Site:
    """`statuses`: of its deals. Asks nothing where the project's minerals are there already."""
    place = None
    if project.latitude is not None and project.longitude is not None:
        place = (project.latitude, project.longitude)
    named = {link.mineral_id: link.mineral.name for link in project.minerals.all()}
    minerals = tuple(sorted(named.items(), key=lambda each: each[1]))
    return Site(project.pk, project.name, project.country, place, minerals, _finance(statuses))


def _finance(statuses: set[str]) -> Finance:
    if statuses.intersection(_CLOSED):
        return Finance.CLOSED
    return Finance.OPEN if statuses - {DealStatus.CANCELLED} else Finance.NONE
