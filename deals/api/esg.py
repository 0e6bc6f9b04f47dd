"""Categories and screening of projects over REST."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.kept import answer, current
from deals.api.project_bodies import LevelBody, Line
from deals.api.project_shapes import Said
from deals.api.resources import of_family
from deals.api.shapes import PendingShape
from deals.models import WITHOUT_DEAL, Category, EsgCategory, EsgScreening, Principle, Project, Screened
from deals.selectors.esg import CATEGORIES, SCREENINGS, esg_of, is_current
from deals.selectors.sameness import family_of
from deals.services.esg import CategoryDraft, ScreeningDraft, categorise, screen, tell_category
from institutions.api.conventions.bodies import Body, Code, Day, Key, named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, detail, identified
from institutions.api.shapes import Documented
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row


class EsgCategoryShape(Said):
    project = serializers.UUIDField()
    category = serializers.ChoiceField(Category.choices, help_text="Of the Equator Principles; A is the strictest")
    as_of = serializers.DateField()
    basis = serializers.CharField()
    current = serializers.BooleanField(help_text="The asker sees no later one of the same institution")


class KeptEsgCategoryShape(EsgCategoryShape):
    pending_approval = PendingShape(allow_null=True)


class EsgScreeningShape(Said):
    project = serializers.UUIDField()
    principle = serializers.ChoiceField(Principle.choices, help_text="Of the partnership's six")
    outcome = serializers.ChoiceField(Screened.choices)
    evidence = serializers.CharField()
    as_of = serializers.DateField()


class CategoryOfShape(Documented):
    institution = serializers.UUIDField()
    category = serializers.ChoiceField(Category.choices)
    as_of = serializers.DateField()


class OwnScreeningShape(Documented):
    principle = serializers.ChoiceField(Principle.choices)
    outcome = serializers.ChoiceField(
        [("", ""), *Screened.choices], help_text="'' where the asker's institution did not screen"
    )
    evidence = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)


class ProjectEsgShape(Documented):
    project = serializers.UUIDField()
    strictest = serializers.ChoiceField(["", *Category.values], help_text="Of those that the asker sees")
    categories = CategoryOfShape(many=True)
    principles = OwnScreeningShape(many=True, help_text="The asker's own institution's; nobody sees another's")


class StateCategoryBody(Body):
    project = Key()
    category = Code(Category.choices)
    as_of = Day()
    basis = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(WITHOUT_DEAL, required=False, default="own")


class ScreenBody(Body):
    project = Key()
    principle = Code(Principle.choices)
    outcome = Code(Screened.choices)
    evidence = Line(max_length=600)
    as_of = Day()


class EsgFilters(Filters):
    project = Related(Project, method="of_project")
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()
    updated_after = After()

    def of_project(self, rows: "QuerySet[EsgCategory, Row]", _name: str, value: str) -> "QuerySet[EsgCategory, Row]":
        """With what was said of what was merged into it."""
        return rows.filter(project__in=of_family(value))


class CategoryFilters(EsgFilters):
    institution = Related(Institution, field_name="owner")
    category = Codes(choices=Category.choices)
    current = django_filters.BooleanFilter(method="present")

    def present(self, rows: "QuerySet[EsgCategory, Row]", _name: str, value: bool) -> "QuerySet[EsgCategory, Row]":
        return rows.filter(is_current() if value else ~is_current())


class ScreeningFilters(EsgFilters):
    principle = Codes(choices=Principle.choices)


CATEGORY = Resource("esg-categories", "ESG category", CATEGORIES, CategoryFilters, EsgCategoryShape)
SCREENING = Resource("esg-screenings", "ESG screening", SCREENINGS, ScreeningFilters, EsgScreeningShape)


class EsgCategories(ListView):
    """Categories of projects that one is told of; a POST gives one's own."""

    resource = CATEGORY
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": StateCategoryBody}
    answers = {"POST": {201: KeptEsgCategoryShape}}

    def post(self, request: Request) -> Response:
        """A category of any project that one sees; one's earlier category is superseded."""
        refuse_unknown(request.query_params, ())
        sent = read(StateCategoryBody, request)

        def act() -> Done:
            return Done(201, _categorise(request, dict(sent)).pk)

        return once(request, act, lambda done: answer(request, CATEGORY, done))


class EsgCategoryView(DetailView):
    """One category; a PATCH says how far it is told."""

    resource = CATEGORY
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": LevelBody}
    answers = {"PATCH": {200: KeptEsgCategoryShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(LevelBody, request)
        category = current(request, CATEGORY, EsgCategory.objects.select_related("owner", "project"), key)
        tell_category(by=asker(request), category=category, level=Level(sent["level"]))
        return answer(request, CATEGORY, Done(200, category.pk))


class EsgScreenings(ListView):
    """One's own institution's screening; nobody else's is ever seen."""

    resource = SCREENING
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": ScreenBody}
    answers = {"POST": {201: EsgScreeningShape}}

    def post(self, request: Request) -> Response:
        """Screens a project that one sees against a principle."""
        refuse_unknown(request.query_params, ())
        sent = read(ScreenBody, request)

        def act() -> Done:
            return Done(201, _screen(request, dict(sent)).pk)

        return once(request, act, lambda done: answer(request, SCREENING, done))


class ProjectEsg(Door):
    """What is told of a project's environmental and social side."""

    answers = {"GET": {200: ProjectEsgShape}}

    def get(self, request: Request, key: str) -> Response:
        """Each institution's present category, the strictest of them, and one's own screening."""
        refuse_unknown(request.query_params, ())
        project = Project.objects.filter(pk=identified("project", key)).first()
        if project is None:
            raise missing("project")
        seen = esg_of(family_of(project.pk))
        return Response(
            {
                "project": project.pk,
                "strictest": seen.strictest,
                "categories": [
                    {"institution": each.owner_id, "category": each.category, "as_of": each.as_of}
                    for each in seen.categories
                ],
                "principles": [
                    {
                        "principle": principle.value,
                        "outcome": row.outcome if row else "",
                        "evidence": row.evidence if row else "",
                        "as_of": row.as_of if row else None,
                    }
                    for principle, row in seen.screenings.items()
                ],
            }
        )


def _categorise(request: Request, sent: dict[str, Any]) -> EsgCategory:
    level = Level(str(sent.pop("level")))
    return categorise(by=asker(request), project=_project(sent), draft=CategoryDraft(**sent), level=level)


def _screen(request: Request, sent: dict[str, Any]) -> EsgScreening:
    return screen(by=asker(request), project=_project(sent), draft=ScreeningDraft(**sent))


def _project(sent: dict[str, Any]) -> Project:
    found = named(Project.objects.all(), sent.pop("project"), "/project")
    assert found is not None  # noqa: S101  # the body requires one
    return found


ROUTES = [
    path("esg-categories", EsgCategories.as_view(), name="esg-categories"),
    path("esg-categories/<str:key>", EsgCategoryView.as_view(), name="esg-category"),
    path("esg-screenings", EsgScreenings.as_view(), name="esg-screenings"),
    path("esg-screenings/<str:key>", detail(SCREENING), name="esg-screening"),
    path("projects/<str:key>/esg", ProjectEsg.as_view(), name="project-esg"),
]
