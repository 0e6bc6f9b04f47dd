"""Who sees a row of one's own, and the institutions that are named to see it, over REST."""

from dataclasses import asdict
from typing import Any

import django_filters
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest, Now
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.resources import COMMITMENTS, DEALS
from deals.api.room.resources import DOCUMENTS
from deals.api.shapes import PendingShape
from deals.models import Commitment, Deal, Document
from deals.selectors.grants import GRANTS
from deals.services.granting import end_grant, name_institution
from institutions.api.conventions.bodies import Body, Key, Moment, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import Resource, detail, identified, listed, shown
from institutions.api.conventions.writing import answered, current, one_of
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.moment import looked_back_at
from institutions.models import Grant, Institution
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Row, instant
from institutions.selectors.who_sees import Sight, who_sees

STATES = ("coming", "live", "ended")


class SightShape(Documented):
    kind = serializers.ChoiceField(["institution", "network", "everyone", "person", "client"])
    id = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    by = serializers.ChoiceField(["owner", "deal_team", "grant", "level"])


class AudienceShape(Documented):
    now = SightShape(many=True)
    coming = SightShape(many=True)
    earlier = SightShape(many=True)


class GrantedRowShape(Documented):
    type = serializers.CharField()
    id = serializers.UUIDField()


class GrantShape(Versioned):
    row = GrantedRowShape()
    deal = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    starts = serializers.DateTimeField()
    until = serializers.DateTimeField()
    state = serializers.ChoiceField(STATES)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class AskedGrantShape(Documented):
    pending_approval = PendingShape()


class GrantBody(Body):
    institution = Key()
    until = Moment(help_text="The moment from which on it is hidden again")
    starts = Moment(required=False, help_text="Otherwise from the confirmation on")


class CommitmentGrantBody(GrantBody):
    with_price = serializers.BooleanField(required=False, default=False)


class GrantFilters(Filters):
    row = django_filters.UUIDFilter(field_name="row_id")
    institution = Related(Institution)
    deal = Related(Deal, field_name="deal_id")
    state = django_filters.ChoiceFilter(choices=[(code, code) for code in STATES], method="in_state")
    updated_after = After()

    def in_state(self, rows: QuerySet[Grant, Row], _name: str, value: str) -> QuerySet[Grant, Row]:
        then = looked_back_at()
        now = Value(then.known) if then else Now()
        if value == "ended":
            return rows.filter(ends__lte=Greatest(now, F("starts")))
        open_ = rows.filter(ends__gt=Greatest(now, F("starts")))
        return open_.filter(starts__gt=now) if value == "coming" else open_.filter(starts__lte=now)


GRANTED = Resource("grants", "grant", GRANTS, GrantFilters, GrantShape)


class AudienceDoor(Door):
    """Who sees a row: told to its owner alone."""

    resource: Resource
    permission_classes = (MayRead,)
    answers = {"GET": {200: AudienceShape}}

    def get(self, request: Request, key: str) -> Response:
        """Institutions and networks by name; of one's own institution the people on its deal team. Another's row is
        answered as a missing one."""
        refuse_unknown(request.query_params, ())
        # A row of another kind is no row of this one, whoever owns it.
        shown(self.resource, key)
        found = who_sees(identified(self.resource.noun, key), me=asker(request).institution_id)
        if found is None:
            raise missing(self.resource.noun)
        parts = {"now": found.now, "coming": found.coming, "earlier": found.earlier}
        return Response({name: [_sight(each) for each in sights] for name, sights in parts.items()})


class GrantsDoor(Door):
    """Naming an institution that sees a row of one's own."""

    resource: Resource
    model: type[Deal] | type[Commitment] | type[Document]
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts: dict[str, type[Body]] = {"POST": GrantBody}
    answers = {"POST": {202: AskedGrantShape}}

    def post(self, request: Request, key: str) -> Response:
        """The institution sees the row, with its parts, once an approver confirms it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(self.accepts["POST"], request)
        row = self.model._default_manager.filter(
            pk=identified(self.resource.noun, key), owner_id=asker(request).institution_id
        ).first()
        if row is None:
            raise missing(self.resource.noun)

        def act() -> Done:
            facts = dict(sent)
            to = one_of(Institution, facts.pop("institution"), "/institution")
            name_institution(by=asker(request), row=row, to=to, **facts)
            return Done(202, row.pk)

        def answer(done: Done) -> Response:
            waits = waiting_about(done.object_id)
            pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
            return Response({"pending_approval": pending}, status=done.status)

        return once(request, act, answer)


class GrantEnd(Door):
    """That a named institution sees a row no more."""

    resource = GRANTED
    needs_version = ("POST",)
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    answers = {"POST": {200: GrantShape}}

    def post(self, request: Request, key: str) -> Response:
        """At once, by one officer, and for the row's parts with it."""
        refuse_unknown(request.query_params, ())
        shown(GRANTED, key)

        def act() -> Done:
            grant = current(request, GRANTED, Grant, key)
            end_grant(by=asker(request), grant=grant)
            return Done(200, grant.pk)

        return once(request, act, lambda done: answered(request, GRANTED, done))


def _sight(each: Sight) -> dict[str, Any]:
    return asdict(each) | {"since": instant(each.since), "until": instant(each.until)}


def _routes(resource: Resource, model: type, body: type[Body]) -> list[URLPattern]:
    name = resource.noun
    audience: type[Door] = type(f"{name.title()}Audience", (AudienceDoor,), {"resource": resource})
    facts = {"resource": resource, "model": model, "accepts": {"POST": body}}
    grants: type[Door] = type(f"{name.title()}Grants", (GrantsDoor,), facts)
    return [
        path(f"{resource.name}/<str:key>/audience", audience.as_view(), name=f"{name}_audience"),
        path(f"{resource.name}/<str:key>/grants", grants.as_view(), name=f"{name}_grants"),
    ]


ROUTES: list[URLPattern] = [
    *_routes(DEALS, Deal, GrantBody),
    *_routes(COMMITMENTS, Commitment, CommitmentGrantBody),
    *_routes(DOCUMENTS, Document, GrantBody),
    path("grants", listed(GRANTED), name="grants"),
    path("grants/<str:key>", detail(GRANTED), name="grant"),
    path("grants/<str:key>/end", GrantEnd.as_view(), name="grant_end"),
]
