"""Categories of projects as the asker is told of them, the strictest, and the asker's own screening."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, UUIDField

from deals.models import EsgCategory, EsgScreening, Principle
from deals.selectors.parts import texts
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned


def is_current() -> Q:
    """Whether the asker sees no later category of the same institution (sql/esg.sql)."""
    return Q(pk=Func(F("owner_id"), F("project_id"), function="deals.present_category", output_field=UUIDField()))


_CATEGORY = ("id", "category", "as_of", "basis", "level", "demo")
_SCREENING = ("id", "principle", "outcome", "evidence", "as_of", "level", "demo")


def _categories() -> Rows:
    found: Rows = EsgCategory.objects.filter(project__name__isnull=False).values(
        *_CATEGORY,
        "owner_id", "project_id", "told_at", "updated_at",
        current=ExpressionWrapper(is_current(), output_field=BooleanField()),
    )  # fmt: skip
    return found


def _category(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "project": row["project_id"],
            "institution": row["owner_id"],
            **texts(row, *_CATEGORY[1:4]),
            "current": row["current"],
            **texts(row, *_CATEGORY[4:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


def _screenings() -> Rows:
    found: Rows = EsgScreening.objects.filter(project__name__isnull=False).values(
        *_SCREENING, "owner_id", "project_id", "told_at", "updated_at"
    )
    return found


def _screening(row: Row) -> Shape:
    return versioned(
        {
            "id": row["id"],
            "project": row["project_id"],
            "institution": row["owner_id"],
            **texts(row, *_SCREENING[1:]),
            "updated_at": instant(row["updated_at"]),
        }
    )


CATEGORIES = Reading("esg_category", _categories, _category)
SCREENINGS = Reading("esg_screening", _screenings, _screening)


@dataclass(frozen=True)
class Esg:
    """What is told of a project: each institution's present category, the strictest of them ('' for none), and the
    asker's own last screening by principle, None for one that it did not screen."""

    categories: list[EsgCategory]
    screenings: dict[Principle, EsgScreening | None]

    @property
    def strictest(self) -> str:
        """A before B before C."""
        return min((each.category for each in self.categories), default="")


def esg_of(projects: Sequence[UUID]) -> Esg:
    """Of a project and what was merged into it. Two queries."""
    categories: QuerySet[EsgCategory] = EsgCategory.objects.filter(is_current(), project__in=list(projects))
    screened = EsgScreening.objects.filter(project__in=list(projects)).order_by(
        "principle", "-as_of", "-created_at", "id"
    )
    last: dict[str, EsgScreening] = {}
    for row in screened:
        last.setdefault(row.principle, row)
    return Esg(
        list(categories.select_related("owner").order_by("category", "owner__short_name", "id")),
        {principle: last.get(principle.value) for principle in Principle},
    )
