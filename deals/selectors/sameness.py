"""Projects that are one: links and merges as the asker sees them, and the ids that a project is kept under."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Case, Exists, F, Func, OuterRef, QuerySet, UUIDField, When

from deals.models import Project, ProjectMerge, SameAs
from deals.selectors.parts import texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def survivor_of(project: UUID) -> UUID | None:
    """Where its merges lead, as the asker sees them; None where it stands for itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.survivor(%s)", [project])
        (found,) = cursor.fetchone()
    return found if found is None else UUID(str(found))


def family_of(project: UUID) -> list[UUID]:
    """The ids under which a project is kept, the survivor's first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.family(%s)", [project])
        (found,) = cursor.fetchone()
    return list(found)


def families(projects: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The ids of the families of these projects, as a part of another question."""
    kin = Func(F("pk"), function="deals.family", output_field=ArrayField(UUIDField()))
    return projects.order_by().values_list(Func(kin, function="unnest", output_field=UUIDField()), flat=True)


def survivor() -> Case:
    """What `survivor_of` is, in a list; merges are followed only where a word about the project is there."""
    followed = Func(F("pk"), function="deals.survivor", output_field=UUIDField())
    return Case(When(Exists(ProjectMerge.objects.filter(project=OuterRef("pk"))), then=followed), default=None)


def absorbed() -> Case:
    """The ids that lead to a project, in a list; None where no word names it."""
    gathered = Func(F("pk"), function="deals.absorbed", output_field=ArrayField(UUIDField()))
    return Case(When(Exists(ProjectMerge.objects.filter(survivor=OuterRef("pk"))), then=gathered), default=None)


def proposals_to(institution: UUID) -> list[ProjectMerge]:
    """Words of other owners that wait for this institution's own."""
    mine = Project.objects.filter(owner=institution)
    answered = ProjectMerge.objects.filter(
        project=OuterRef("project"), survivor=OuterRef("survivor"), owner=institution, withdrawn_at__isnull=True
    )
    found = (
        ProjectMerge.objects.filter(withdrawn_at__isnull=True)
        .exclude(owner=institution)
        .filter(Exists(mine.filter(pk=OuterRef("project"))) | Exists(mine.filter(pk=OuterRef("survivor"))))
        .filter(~Exists(answered))
    )
    return list(found.select_related("project", "survivor", "owner"))


_LINK = ("id", "level", "demo")


def _links() -> Rows:
    # Who does not see both projects is told of no link.
    found: Rows = SameAs.objects.filter(project__name__isnull=False, other__name__isnull=False).values(
        *_LINK, "owner_id", "project_id", "other_id", "ended_at", "told_at", "updated_at"
    )
    return found


def _link(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "institution": row["owner_id"],
            "project": row["project_id"],
            "other": row["other_id"],
            "ended": row["ended_at"] is not None,
            **texts(row, "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _merges() -> Rows:
    agreed = ProjectMerge.objects.filter(
        project=OuterRef("project"), survivor=OuterRef("survivor"), withdrawn_at__isnull=True
    ).exclude(owner=OuterRef("owner"))
    found: Rows = ProjectMerge.objects.filter(project__name__isnull=False, survivor__name__isnull=False).values(
        *_LINK, "owner_id", "project_id", "survivor_id", "withdrawn_at", "told_at", "updated_at",
        "project__owner_id", "survivor__owner_id",
        agreed=Exists(agreed),
    )  # fmt: skip
    return found


def _merge(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "institution": row["owner_id"],
            "project": row["project_id"],
            "survivor": row["survivor_id"],
            "state": _state(row),
            **texts(row, "level", "demo"),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _state(row: Row) -> str:
    if row["withdrawn_at"] is not None:
        return "withdrawn"
    alone = row["project__owner_id"] == row["survivor__owner_id"]
    return "in_effect" if alone or row["agreed"] else "proposed"


LINKS = Reading("same_as", _links, _link)
MERGES = Reading("project_merge", _merges, _merge)
