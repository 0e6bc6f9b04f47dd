"""Mandates over REST: stated as versions, told further or narrower, ended; never rewritten."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.bodies import MoneyField
from deals.api.kept import answer, current
from deals.api.project_bodies import COUNTRY, Line
from deals.api.project_shapes import Said
from deals.api.shapes import MoneyShape, PendingShape
from deals.models import (
    MOST_COUNTRIES,
    WITHOUT_DEAL,
    ChainStage,
    DevelopmentStage,
    Instrument,
    LinkKind,
    Mandate,
    Mineral,
)
from deals.selectors.mandates import MANDATES, standing
from deals.services.mandates import MandateDraft, end_mandate, state_mandate, tell_mandate
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text, all_named, named, read
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import DetailView, ListView, Resource
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Institution, Network
from institutions.permissions import Permission
from institutions.selectors.reading import Row

MOST_MINERALS = 60


class MandateShape(Said):
    name = serializers.CharField(help_text="Of its facility or account; versions of one name supersede each other")
    network = serializers.UUIDField()
    since = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True, help_text="The last day on which it stood")
    stands = serializers.BooleanField(help_text="Today, as far as the asker sees its versions")
    supersedes = serializers.UUIDField(allow_null=True)
    minerals = serializers.ListField(child=serializers.UUIDField(), help_text="Empty lists and nulls ask for nothing")
    chain_stages = serializers.ListField(child=serializers.ChoiceField(ChainStage.choices))
    earliest_stage = serializers.ChoiceField(DevelopmentStage.choices, allow_blank=True)
    countries = serializers.ListField(child=serializers.CharField())
    countries_out = serializers.ListField(child=serializers.CharField())
    instruments = serializers.ListField(child=serializers.ChoiceField(Instrument.choices))
    ticket_from = MoneyShape(allow_null=True)
    ticket_to = MoneyShape(allow_null=True)
    longest_tenor_months = serializers.IntegerField(allow_null=True)
    link_country = serializers.CharField()
    links = serializers.ListField(
        child=serializers.ChoiceField(LinkKind.choices), help_text="Any one of these, of the country, is enough"
    )
    basis = serializers.CharField()
    inferred = serializers.BooleanField(help_text="Read from public facts, not stated by the institution")


class KeptMandateShape(MandateShape):
    pending_approval = PendingShape(allow_null=True)


def _codes(choices: list[tuple[str, str]]) -> serializers.ListField:
    return serializers.ListField(child=Code(choices), required=False, default=list, max_length=len(choices))


def _countries() -> serializers.ListField:
    return serializers.ListField(
        child=Text(validators=[COUNTRY]), required=False, default=list, max_length=MOST_COUNTRIES
    )


class StateMandateBody(Body):
    name = Line(max_length=120)
    since = Day(required=False, help_text="Today where none is given")
    network = Key(required=False, help_text="Where several are possible")
    minerals = serializers.ListField(child=Key(), required=False, default=list, max_length=MOST_MINERALS)
    chain_stages = _codes(ChainStage.choices)
    earliest_stage = Code(DevelopmentStage.choices, required=False)
    countries = _countries()
    countries_out = _countries()
    instruments = _codes(Instrument.choices)
    ticket_from = MoneyField(required=False, allow_null=True, default=None)
    ticket_to = MoneyField(required=False, allow_null=True, default=None)
    longest_tenor_months = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=1200
    )
    link_country = Text(validators=[COUNTRY], required=False)
    links = _codes(LinkKind.choices)
    basis = Line(required=False, allow_blank=True, max_length=300, default="")
    level = Code(WITHOUT_DEAL, required=False, default="own")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        tickets = [money for money in (attrs["ticket_from"], attrs["ticket_to"]) if money]
        if len({money.currency for money in tickets}) > 1:
            says = "Give both ends of the ticket in one currency."
            raise ValidationError({"ticket_to": [ErrorDetail(says, "several_currencies")]})
        return attrs


class ChangeMandateBody(Body):
    level = Code(WITHOUT_DEAL, required=False)
    ended_on = Day(required=False)


class MandateFilters(Filters):
    institution = Related(Institution, field_name="owner")
    network = Related(Network, slug="code")
    name = django_filters.CharFilter()
    stands = django_filters.BooleanFilter(method="that_stand")
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()
    updated_after = After()

    def that_stand(self, rows: QuerySet[Mandate, Row], _name: str, value: bool) -> QuerySet[Mandate, Row]:
        ids = standing().order_by().values("pk")
        return rows.filter(pk__in=ids) if value else rows.exclude(pk__in=ids)


MANDATE = Resource("mandates", "mandate", MANDATES, MandateFilters, MandateShape)


class Mandates(ListView):
    """What institutions may finance, every version that one sees; a POST states one's own."""

    resource = MANDATE
    permission_classes = (MayWrite,)
    writes = Permission.MANDATES_WRITE
    accepts = {"POST": StateMandateBody}
    answers = {"POST": {201: KeptMandateShape}}

    def post(self, request: Request) -> Response:
        """A version; one of the same name that began before is superseded from its first day on."""
        refuse_unknown(request.query_params, ())
        sent = read(StateMandateBody, request)

        def act() -> Done:
            return Done(201, _state(request, sent).pk)

        return once(request, act, lambda done: answer(request, MANDATE, done))


class MandateView(DetailView):
    """One version; a PATCH says how far it is told, or ends it."""

    resource = MANDATE
    permission_classes = (MayWrite,)
    writes = Permission.MANDATES_WRITE
    accepts = {"PATCH": ChangeMandateBody}
    answers = {"PATCH": {200: KeptMandateShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Narrower at once, wider when an approver confirms; what it says stays."""
        refuse_unknown(request.query_params, ())
        sent = read(ChangeMandateBody, request)
        mandate = current(request, MANDATE, Mandate.objects.select_related("owner"), key)
        if "ended_on" in sent:
            end_mandate(by=asker(request), mandate=mandate, on=sent["ended_on"])
        if "level" in sent:
            tell_mandate(by=asker(request), mandate=mandate, level=Level(sent["level"]))
        return answer(request, MANDATE, Done(200, mandate.pk))


def _state(request: Request, sent: dict[str, Any]) -> Mandate:
    facts = dict(sent)
    low, high = facts.pop("ticket_from"), facts.pop("ticket_to")
    stated = low or high
    network = named(Network.objects.all(), facts.pop("network", None), "/network")
    level, minerals = Level(facts.pop("level")), _minerals(facts.pop("minerals"))
    since = facts.pop("since", None) or timezone.now().date()
    rest: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    draft = MandateDraft(
        since=since,
        minerals=minerals,
        ticket_from=low.amount if low else None,
        ticket_to=high.amount if high else None,
        currency=stated.currency if stated else "",
        **rest,
    )
    return state_mandate(by=asker(request), draft=draft, network=network, level=level)


def _minerals(keys: list[UUID]) -> tuple[Mineral, ...]:
    return tuple(dict.fromkeys(all_named(Mineral.objects.all(), keys, lambda place: f"/minerals/{place}")))


ROUTES = [
    path("mandates", Mandates.as_view(), name="mandates"),
    path("mandates/<str:key>", MandateView.as_view(), name="mandate"),
]
