"""Offtakes over REST, and what is contracted of a project's output year by year."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.kept import answer, current
from deals.api.ownership import percent
from deals.api.project_bodies import LevelBody, Line, Number, QuantityBody
from deals.api.project_shapes import QuantityShape
from deals.api.resources import ToldFilters, of_family
from deals.api.shapes import PendingShape, SourceShape, Told
from deals.models import WITHOUT_DEAL, Company, Mineral, Offtake, Precision, Project
from deals.offtaking import Contracted, Taken
from deals.selectors.offtakes import OFFTAKES, contracted_of, is_current, offtakes_of
from deals.selectors.parts import decimal
from deals.selectors.sameness import family_of
from deals.services.offtakes import OfftakeDraft, state_offtake, tell_offtake
from institutions.api.conventions.bodies import Body, Code, Day, Key, named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, identified
from institutions.api.shapes import Documented
from institutions.isolation.levels import Level
from institutions.models import Institution
from institutions.permissions import Permission
from institutions.selectors.reading import Row, Shape


class OfftakeShape(Told):
    project = serializers.UUIDField()
    buyer = serializers.UUIDField(help_text="A company")
    mineral = serializers.UUIDField()
    institution = serializers.UUIDField(help_text="Who states it")
    share = serializers.CharField(allow_null=True, help_text="Percent of the output a year; 0 where it is no more")
    quantity = QuantityShape(allow_null=True, help_text="A year, in place of a share")
    contract = serializers.CharField(help_text="Its name, where a buyer has several")
    first_year = serializers.IntegerField()
    last_year = serializers.IntegerField(allow_null=True, help_text="null: no end is told")
    binding = serializers.BooleanField()
    as_of = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices)
    basis = serializers.CharField(help_text="Where its institution has it from, in its words")
    current = serializers.BooleanField(help_text="The asker sees no later one of the same maker")
    source_ = SourceShape(allow_null=True)


class KeptOfftakeShape(OfftakeShape):
    pending_approval = PendingShape(allow_null=True)


class TakenShape(Documented):
    year = serializers.IntegerField()
    binding = serializers.CharField(help_text="Percent of the planned output")
    not_binding = serializers.CharField()
    unknown = serializers.IntegerField(help_text="Contracts of no known share")
    over_allocated = serializers.BooleanField(help_text="Binding contracts take more than there will be")


class TakenByCountryShape(Documented):
    country = serializers.CharField(help_text="The buyers'; '' where it is not told")
    years = TakenShape(many=True)


class ContractedShape(Documented):
    mineral = serializers.UUIDField()
    planned_tonnes = serializers.CharField(allow_null=True, help_text="A year, as the shown fact has it")
    years = TakenShape(many=True)
    countries = TakenByCountryShape(many=True)


class ContractedOutputShape(Documented):
    results = ContractedShape(many=True)


class StateOfftakeBody(Body):
    project = Key()
    buyer = Key()
    mineral = Key()
    share = Number(required=False, allow_null=True, default=None, help_text="Percent of the output a year")
    quantity = QuantityBody(required=False, allow_null=True, default=None)
    contract = Line(required=False, allow_blank=True, max_length=60, default="")
    first_year = serializers.IntegerField(min_value=1, max_value=9999)
    last_year = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1, max_value=9999)
    binding = serializers.BooleanField()
    as_of = Day()
    basis = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(WITHOUT_DEAL, required=False, default="own")


class OfftakeFilters(ToldFilters):
    project = Related(Project, method="of_project")
    buyer = Related(Company, slug=None)
    mineral = Related(Mineral)
    institution = Related(Institution, field_name="owner")
    binding = django_filters.BooleanFilter()
    current = django_filters.BooleanFilter(method="present")
    updated_after = After()

    def present(self, rows: QuerySet[Offtake, Row], _name: str, value: bool) -> QuerySet[Offtake, Row]:
        return rows.filter(is_current() if value else ~is_current())

    def of_project(self, rows: QuerySet[Offtake, Row], _name: str, value: str) -> QuerySet[Offtake, Row]:
        """With what was stated under the ids that were merged into it."""
        return rows.filter(project__in=of_family(value))


OFFTAKE = Resource("offtakes", "offtake", OFFTAKES, OfftakeFilters, OfftakeShape)


class Offtakes(ListView):
    """Who takes what, every statement that one sees; a POST states one's own."""

    resource = OFFTAKE
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": StateOfftakeBody}
    answers = {"POST": {201: KeptOfftakeShape}}

    def post(self, request: Request) -> Response:
        """An offtake of any project that one sees; one's earlier statement about the contract is superseded."""
        refuse_unknown(request.query_params, ())
        sent = read(StateOfftakeBody, request)

        def act() -> Done:
            return Done(201, _state(request, sent).pk)

        return once(request, act, lambda done: answer(request, OFFTAKE, done))


class OfftakeView(DetailView):
    """One statement; a PATCH says how far it is told."""

    resource = OFFTAKE
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"PATCH": LevelBody}
    answers = {"PATCH": {200: KeptOfftakeShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms; what it says stays."""
        refuse_unknown(request.query_params, ())
        sent = read(LevelBody, request)
        offtake = current(request, OFFTAKE, Offtake.objects.select_related("owner", "project", "buyer"), key)
        tell_offtake(by=asker(request), offtake=offtake, level=Level(sent["level"]))
        return answer(request, OFFTAKE, Done(200, offtake.pk))


class ContractedOutput(Door):
    """What is contracted of a project's output, by mineral, year and the buyers' countries."""

    answers = {"GET": {200: ContractedOutputShape}}

    def get(self, request: Request, key: str) -> Response:
        """From what the asker sees; binding contracts apart, unknown shares counted."""
        refuse_unknown(request.query_params, ())
        project = Project.objects.filter(pk=identified("project", key)).first()
        if project is None:
            raise missing("project")
        family = family_of(project.pk)
        return Response({"results": [_told(each) for each in contracted_of(family, offtakes_of(family))]})


def _told(each: Contracted) -> Shape:
    return {
        "mineral": each.mineral,
        "planned_tonnes": decimal(each.planned),
        "years": _years(each.years),
        "countries": [{"country": country, "years": _years(years)} for country, years in each.countries.items()],
    }


def _years(years: dict[int, Taken]) -> list[Shape]:
    return [
        {
            "year": year,
            "binding": percent(taken.binding),
            "not_binding": percent(taken.other),
            "unknown": taken.unknown,
            "over_allocated": taken.over,
        }
        for year, taken in years.items()
    ]


def _state(request: Request, sent: dict[str, Any]) -> Offtake:
    facts = dict(sent)
    quantity, level = facts.pop("quantity"), Level(facts.pop("level"))
    project = named(Project.objects.all(), facts.pop("project"), "/project")
    buyer = named(Company.objects.all(), facts.pop("buyer"), "/buyer")
    mineral = named(Mineral.objects.all(), facts.pop("mineral"), "/mineral")
    assert project and buyer and mineral  # noqa: S101, PT018  # the body requires all
    draft = OfftakeDraft(
        project=project,
        buyer=buyer,
        mineral=mineral,
        number=quantity["number"] if quantity else None,
        unit=quantity["unit"] if quantity else "",
        **facts,
    )
    return state_offtake(by=asker(request), draft=draft, level=level)


ROUTES = [
    path("offtakes", Offtakes.as_view(), name="offtakes"),
    path("offtakes/<str:key>", OfftakeView.as_view(), name="offtake"),
    path("projects/<str:key>/contracted", ContractedOutput.as_view(), name="contracted"),
]
