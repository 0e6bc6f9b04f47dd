"""Which projects could be one: looked for among those that the asker sees, so that a hidden one changes nothing."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from deals.likeness import Likeness, compare
from deals.models import Mineral, Project, ProjectMerge, ProjectMineral, SameAs

MOST = 10
# Degrees around a place in which a project of another country is looked at too: a border is no distance.
_AROUND = 1


@dataclass(frozen=True)
class Duplicate:
    """A project that could be the same, and why."""

    project: Project
    reasons: tuple[str, ...]


def suggest_duplicates(like: Likeness, *, but: UUID | None = None) -> list[Duplicate]:
    """The likeliest first, at most ten. `but`: the project itself, with those that are linked or merged to it already.

    Two questions, the first over one country: names are compared only once the wall has chosen the rows.
    """
    near = Q(country=like.country)
    if like.place:
        latitude, longitude = like.place
        near |= Q(latitude__range=(latitude - _AROUND, latitude + _AROUND),
                  longitude__range=(longitude - _AROUND, longitude + _AROUND))  # fmt: skip
    rows = Project.objects.filter(near)
    if but:
        rows = rows.exclude(pk=but).exclude(_tied(but))
    named = dict(Mineral.objects.filter(pk__in=like.minerals).values_list("pk", "name"))
    found = []
    for row in rows.order_by("name", "pk").annotate(yields=_yields()):
        candidate = Likeness(
            names=(row.name, *row.aliases),
            country=row.country,
            place=_place(row.latitude, row.longitude),
            minerals=frozenset(row.yields),
        )
        if alike := compare(like, candidate, named):
            found.append((alike.score, Duplicate(row, alike.reasons)))
    # Sorted stably: of those that are as alike, by name.
    return [duplicate for _, duplicate in sorted(found, key=lambda one: -one[0])[:MOST]]


def likeness_of(project: Project) -> Likeness:
    """What a project that is there already is recognised by."""
    yields = project.minerals.values_list("mineral_id", flat=True)
    return Likeness(
        names=(project.name, *project.aliases),
        country=project.country,
        place=_place(project.latitude, project.longitude),
        minerals=frozenset(yields),
    )


def _yields() -> ArraySubquery:
    yields = ProjectMineral.objects.filter(project=OuterRef("pk")).order_by("mineral_id")
    return ArraySubquery(yields.values("mineral_id"))


def _place(latitude: Decimal | None, longitude: Decimal | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (float(latitude), float(longitude))


def _tied(project: UUID) -> Q:
    """Linked or merged with it already, as far as the asker sees that; the tie of a pair is looked at in both ways."""
    pairs = Q(project=project, other=OuterRef("pk")) | Q(other=project, project=OuterRef("pk"))
    merged = Q(project=project, survivor=OuterRef("pk")) | Q(survivor=project, project=OuterRef("pk"))
    links = SameAs.objects.filter(pairs, ended_at__isnull=True)
    merges = ProjectMerge.objects.filter(merged, withdrawn_at__isnull=True)
    return Q(Exists(links)) | Q(Exists(merges))
