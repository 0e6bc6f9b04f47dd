"""Projects, and deals by what they are about: their project, its minerals, its country; as the asker may see them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from deals.models import Deal, Mineral, Project


@dataclass(frozen=True)
class Subject:
    """What one deal is about, or a project by itself."""

    of: UUID
    project: UUID
    country: str
    mineral: UUID | None


def subjects(projects: Collection[UUID], minerals: Collection[UUID], countries: Collection[str]) -> list[Subject]:
    """Every project among these, or of these minerals or countries, and its deals, once for each mineral; two
    queries."""
    if not (projects or minerals or countries):
        return []
    found = Project.objects.filter(Q(pk__in=projects) | Q(country__in=countries) | Q(minerals__mineral__in=minerals))
    about = list(found.values_list("pk", "country", "minerals__mineral_id").distinct())
    deals = defaultdict(list)
    for deal, project in Deal.objects.filter(project__in={pk for pk, *_ in about}).values_list("pk", "project_id"):
        deals[project].append(deal)
    return [Subject(of, pk, country, mineral) for pk, country, mineral in about for of in (pk, *deals[pk])]


def deal_is_seen(deal: UUID) -> bool:
    """Whether the asker sees it."""
    return Deal.objects.filter(pk=deal).exists()


def project_is_seen(project: UUID) -> bool:
    """Whether the asker sees it."""
    return Project.objects.filter(pk=project).exists()


def mineral_is_known(mineral: UUID) -> bool:
    return Mineral.objects.filter(pk=mineral).exists()


def called(projects: Collection[UUID], minerals: Collection[UUID]) -> dict[UUID, str]:
    """The names of these, as far as the asker sees them; two queries."""
    names = dict(Project.objects.filter(pk__in=projects).values_list("pk", "name"))
    return names | dict(Mineral.objects.filter(pk__in=minerals).values_list("pk", "name"))
