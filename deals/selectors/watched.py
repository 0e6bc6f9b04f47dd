"""Deals by what they are about: their project, its minerals, its country; as the asker may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from deals.models import Deal, Mineral, Project


@dataclass(frozen=True)
class Subject:
    """What one deal is about."""

    deal: UUID
    project: UUID
    country: str
    mineral: UUID | None


def subjects(projects: Collection[UUID], minerals: Collection[UUID], countries: Collection[str]) -> list[Subject]:
    """Every deal of these projects, minerals or countries, once for each mineral; one query."""
    if not (projects or minerals or countries):
        return []
    found = Deal.objects.filter(
        Q(project__in=projects) | Q(project__country__in=countries) | Q(project__minerals__mineral__in=minerals)
    )
    columns = ("pk", "project_id", "project__country", "project__minerals__mineral_id")
    return [Subject(*row) for row in found.values_list(*columns).distinct()]


def project_is_seen(project: UUID) -> bool:
    """Whether the asker sees it."""
    return Project.objects.filter(pk=project).exists()


def mineral_is_known(mineral: UUID) -> bool:
    return Mineral.objects.filter(pk=mineral).exists()


def called(projects: Collection[UUID], minerals: Collection[UUID]) -> dict[UUID, str]:
    """The names of these, as far as the asker sees them; two queries."""
    names = dict(Project.objects.filter(pk__in=projects).values_list("pk", "name"))
    return names | dict(Mineral.objects.filter(pk__in=minerals).values_list("pk", "name"))
