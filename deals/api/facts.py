"""Facts of projects over REST: stated, and told further or narrower; never rewritten."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import project_bodies as bodies
from deals.api import project_shapes as shapes
from deals.api.kept import answer, current
from deals.api.resources import ToldFilters, of_family
from deals.models import FactCode, Mineral, Project, ProjectFact
from deals.selectors.facts import FACTS, is_current
from deals.services.facts import FactDraft, state_fact, tell_fact
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.filters import After, Codes, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import DetailView, ListView, Resource
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row


class FactFilters(ToldFilters):
    project = Related(Project, method="of_project")
    institution = Related(Institution, field_name="owner")
    mineral = Related(Mineral)
    code = Codes(choices=FactCode.choices)
    current = django_filters.BooleanFilter(method="present")
    updated_after = After()

    def present(self, rows: QuerySet[ProjectFact, Row], _name: str, value: bool) -> QuerySet[ProjectFact, Row]:
        return rows.filter(is_current() if value else ~is_current())

    def of_project(self, rows: QuerySet[ProjectFact, Row], _name: str, value: str) -> QuerySet[ProjectFact, Row]:
        """With what was stated under the ids that were merged into it."""
        return rows.filter(project__in=of_family(value))


PROJECT_FACTS = Resource("project-facts", "fact", FACTS, FactFilters, shapes.FactShape)


class Facts(ListView):
    """Statements about projects, side by side; a POST adds one's own."""

    resource = PROJECT_FACTS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": bodies.StateFactBody}
    answers = {"POST": {201: shapes.KeptFactShape}}

    def post(self, request: Request) -> Response:
        """States a fact of any project that one sees; one's earlier statement about the same is superseded."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.StateFactBody, request)

        def act() -> Done:
            return Done(201, _state(request, sent).pk)

        return once(request, act, lambda done: answer(request, PROJECT_FACTS, done))


class FactView(DetailView):
    """One statement; a PATCH says how far it is told."""

    resource = PROJECT_FACTS
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": bodies.LevelBody}
    answers = {"PATCH": {200: shapes.KeptFactShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms; what it says stays."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.LevelBody, request)
        fact = current(request, PROJECT_FACTS, ProjectFact.objects.select_related("owner", "project"), key)
        tell_fact(by=asker(request), fact=fact, level=Level(sent["level"]))
        return answer(request, PROJECT_FACTS, Done(200, fact.pk))


def _state(request: Request, sent: dict[str, Any]) -> ProjectFact:
    facts = dict(sent)
    project = named(Project.objects.all(), facts.pop("project"), "/project")
    assert project is not None  # noqa: S101  # the body requires one
    quantity, grade = facts.pop("quantity"), facts.pop("grade")
    level = Level(facts.pop("level"))
    draft = FactDraft(
        code=FactCode(facts.pop("code")),
        mineral=named(Mineral.objects.all(), facts.pop("mineral"), "/mineral"),
        day=facts.pop("date"),
        number=quantity["number"] if quantity else None,
        unit=quantity["unit"] if quantity else "",
        grade=grade["number"] if grade else None,
        grade_unit=grade["unit"] if grade else "",
        **facts,
    )
    return state_fact(by=asker(request), project=project, draft=draft, level=level)


ROUTES = [
    path("project-facts", Facts.as_view(), name="project-facts"),
    path("project-facts/<str:key>", FactView.as_view(), name="project-fact"),
]
