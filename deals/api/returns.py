"""Annual returns over REST: prepared from one's own ledgers, told further or narrower; and the sums over them."""

import re

import django_filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.bodies import MoneyField
from deals.api.kept import answer, current
from deals.api.project_bodies import LevelBody, Line
from deals.api.project_shapes import Said
from deals.api.shapes import MoneyShape, PendingShape
from deals.models import FIRST_YEAR, MOST_ADJUSTMENTS, SIDES, WITHOUT_DEAL, AnnualReturn
from deals.selectors.returns import RETURN_SUMS, RETURNS, figures, prefilled, standing
from deals.services.returns import (
    Adjustment,
    YearNotOver,
    last_year,
    must_be_over,
    prepare_return,
    publish_sum,
    tell_return,
)
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import Body, Code, Key, named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import DetailView, ListView, Resource, shown
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Institution, Network, State
from institutions.permissions import Permission
from institutions.selectors.reading import Row

ALL_SIDES = ("money", "cover", "within", "risk")


class ReturnFigureShape(Documented):
    side = serializers.ChoiceField(
        ALL_SIDES,
        help_text="'within' is a funded share in another's loan, which its lender of record counts; 'risk' a risk"
        " participation. Neither is ever summed",
    )
    signed = MoneyShape(help_text="Signatures and increases, in the year in which they took effect")
    transferred_in = MoneyShape()
    transferred_out = MoneyShape()
    refinancing = MoneyShape(help_text="Of it, what only repays another commitment")
    adjustment = MoneyShape(help_text="What the institution adds or takes off, for the reason given")
    net = MoneyShape(help_text="signed + transferred_in - transferred_out - refinancing + adjustment")
    reason = serializers.CharField()


class AnnualReturnShape(Said):
    network = serializers.UUIDField()
    year = serializers.IntegerField()
    state = serializers.ChoiceField(State.choices, help_text="Others see confirmed ones alone")
    stands = serializers.BooleanField(help_text="Confirmed, and the asker sees no later one of its year")
    supersedes = serializers.UUIDField(allow_null=True)
    figures = ReturnFigureShape(many=True)
    note = serializers.CharField()


class KeptAnnualReturnShape(AnnualReturnShape):
    pending_approval = PendingShape(allow_null=True)


class PrefilledShape(Documented):
    """Written nowhere: what a return would say now."""

    year = serializers.IntegerField()
    figures = ReturnFigureShape(many=True)


class OthersShape(Documented):
    side = serializers.ChoiceField(SIDES)
    at_least = MoneyShape(
        allow_null=True,
        help_text="What others than the asker's institution have together, rounded down to ten million; null where it"
        " is withheld",
    )
    withheld = serializers.BooleanField(
        help_text="Fewer than three others whose returns stay closed to the asker, or one of them above 85 %. Where too"
        " little changed since a figure was told, that stands on with its day"
    )
    as_of = serializers.DateField(allow_null=True, help_text="When it was counted: an earlier figure can stand on")


class ReturnSumShape(Versioned):
    network = serializers.UUIDField()
    year = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    others = OthersShape(many=True, help_text="The asker's own lines; empty for who is no member or observer")


class AdjustmentBody(Body):
    side = Code([(side, side) for side in SIDES])
    money = MoneyField(signed=True, help_text="Below zero to take off")
    reason = Line(max_length=300)


class PrepareReturnBody(Body):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=2200)
    network = Key(required=False, help_text="Where several are possible")
    adjustments = serializers.ListField(
        child=AdjustmentBody(), required=False, default=list, max_length=MOST_ADJUSTMENTS,
        help_text="What one's ledgers here do not hold: one for each side and currency",
    )  # fmt: skip
    note = Line(required=False, allow_blank=True, max_length=600, default="")
    with_walled = serializers.BooleanField(
        required=False, default=False, help_text="With what is of deals walled off for colleagues, who read the return"
    )
    level = Code(WITHOUT_DEAL, required=False, default="own")


class PublishSumBody(Body):
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=2200)
    network = Key(required=False, help_text="Where several are possible")


class ReturnFilters(Filters):
    institution = Related(Institution, field_name="owner")
    network = Related(Network, slug="code")
    year = django_filters.NumberFilter()
    state = Codes(choices=State.choices)
    stands = django_filters.BooleanFilter(method="that_stand")
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()
    updated_after = After()

    def that_stand(self, rows: "QuerySet[AnnualReturn, Row]", _name: str, value: bool) -> "QuerySet[AnnualReturn, Row]":
        ids = standing().order_by().values("pk")
        return rows.filter(pk__in=ids) if value else rows.exclude(pk__in=ids)


class SumFilters(Filters):
    network = Related(Network, slug="code")
    year = django_filters.NumberFilter()


RETURN = Resource("annual-returns", "annual return", RETURNS, ReturnFilters, AnnualReturnShape)
SUM = Resource("return-sums", "sum of returns", RETURN_SUMS, SumFilters, ReturnSumShape)


class AnnualReturns(ListView):
    """What institutions returned that one is told of; a POST prepares one's own."""

    resource = RETURN
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": PrepareReturnBody}
    answers = {"POST": {201: KeptAnnualReturnShape}}

    def post(self, request: Request) -> Response:
        """A return of a year that has ended, filled in from one's ledgers; it counts when an approver confirms it."""
        refuse_unknown(request.query_params, ())
        sent = read(PrepareReturnBody, request)

        def act() -> Done:
            made = prepare_return(
                by=asker(request),
                year=sent["year"],
                adjustments=[Adjustment(**each) for each in sent["adjustments"]],
                note=sent["note"],
                with_walled=sent["with_walled"],
                network=named(Network.objects.all(), sent.get("network"), "/network"),
                level=Level(sent["level"]),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answer(request, RETURN, done))


class AnnualReturnView(DetailView):
    """One return; a PATCH says how far it is told."""

    resource = RETURN
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"PATCH": LevelBody}
    answers = {"PATCH": {200: KeptAnnualReturnShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms. It stays in the network's sum at every level."""
        refuse_unknown(request.query_params, ())
        sent = read(LevelBody, request)
        row = current(request, RETURN, AnnualReturn.objects.select_related("owner"), key)
        tell_return(by=asker(request), annual_return=row, level=Level(sent["level"]))
        return answer(request, RETURN, Done(200, row.pk))


class Prefilled(Door):
    """What one's own return of a year would say now."""

    answers = {"GET": {200: PrefilledShape}}
    parameters = {
        "year": "One that has ended; last year where none is given",
        "with_walled": "`true`: with walled-off deals, as far as the asker is on their teams",
    }

    def get(self, request: Request) -> Response:
        """From the ledgers that the asker sees, without walled-off deals unless they are asked for."""
        refuse_unknown(request.query_params, tuple(self.parameters))
        asked = request.query_params.get("year", str(last_year()))
        if not re.fullmatch("[0-9]{4}", asked):
            raise YearNotOver(pointer="/year")
        must_be_over(int(asked))
        with_walled = _yes_or_no(request.query_params.get("with_walled", "false"))
        found = prefilled(asker(request).institution_id, int(asked), with_walled=with_walled)
        return Response({"year": int(asked), "figures": figures(found)})


class ReturnSums(ListView):
    """The sums that were published, each with what the asker's institution is told of it."""

    resource = SUM
    permission_classes = (MayWrite,)
    writes = Permission.PROJECTS_WRITE
    accepts = {"POST": PublishSumBody}
    answers = {"POST": {201: ReturnSumShape}}

    def post(self, request: Request) -> Response:
        """Has a year's returns summed. The secretariat alone; it is told nothing of what they are."""
        refuse_unknown(request.query_params, ())
        sent = read(PublishSumBody, request)

        def act() -> Done:
            network = named(Network.objects.all(), sent.get("network"), "/network")
            return Done(201, publish_sum(by=asker(request), year=sent["year"], network=network).pk)

        return once(request, act, lambda done: _published(request, done))


class ReturnSumView(DetailView):
    """One sum, with what the asker's institution is told of it."""

    resource = SUM


def _yes_or_no(asked: str) -> bool:
    if asked not in ("true", "false"):
        raise Problem.invalid([Fault("/with_walled", "invalid", "Ask for true or false.", "query")])
    return asked == "true"


def _published(request: Request, done: Done) -> Response:
    shape = shown(SUM, done.object_id)
    address = request.build_absolute_uri(f"/api/v1/{SUM.name}/{shape['id']}")
    return Response(shape, status=done.status, headers={"ETag": preconditions.etag(shape), "Location": address})


ROUTES = [
    path("annual-returns", AnnualReturns.as_view(), name="annual_returns"),
    path("annual-returns/prefilled", Prefilled.as_view(), name="annual_return_prefilled"),
    path("annual-returns/<str:key>", AnnualReturnView.as_view(), name="annual_return"),
    path("return-sums", ReturnSums.as_view(), name="return_sums"),
    path("return-sums/<str:key>", ReturnSumView.as_view(), name="return_sum"),
]
