"""Putting a financing together over REST: register, change and move deals, add tranches, invite, name roles."""

from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import deal_bodies as bodies
from deals.api import shapes
from deals.api.resources import DEALS
from deals.lifecycle import deal_needs_two
from deals.models import Company, Deal, DealStatus, Project
from deals.services import deal_moves, deals, inviting
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.bulk import bulk
from institutions.api.conventions.by_ref import by_ref
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.api.conventions.resources import DetailView, ListView, shown
from institutions.api.conventions.writing import answered, current, one_of
from institutions.api.conventions.written import Written
from institutions.isolation.levels import Level
from institutions.models import Network
from institutions.permissions import Permission
from institutions.refusals import Refusal


class Deals(ListView):
    """Deals that the asker may see; a POST registers one of its own."""

    resource = DEALS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.RegisterDealBody}
    answers = {"POST": {201: shapes.StatedDealShape}}

    def post(self, request: Request) -> Response:
        """Registers a deal at level `own`, with its registrar as coordinator."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RegisterDealBody, request)

        def act() -> Done:
            return Done(201, _register(request, sent).pk)

        return once(request, act, lambda done: answered(request, DEALS, done))


class DealView(DetailView):
    """One deal; a PATCH changes what its registrar states, and how far it is told."""

    resource = DEALS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"PATCH": bodies.ChangeDealBody}
    answers = {"PATCH": {200: shapes.StatedDealShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Told further than the lead, it waits for an approver (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeDealBody, request)
        deal = _current(request, key)
        _change(request, deal, sent)
        return answered(request, DEALS, Done(200, deal.pk))


class DealTransitions(DetailView):
    """The statuses that a deal may take next; a POST takes one."""

    resource = DEALS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": bodies.MoveDealBody}
    answers = {
        "GET": {200: shapes.DealNextShape},
        "POST": {200: shapes.MovedDealShape, 202: shapes.MovedDealShape},
    }

    def get(self, request: Request, key: str) -> Response:
        """What is allowed next, and what each status lacks. Empty where the deal is not the asker's own."""
        refuse_unknown(request.query_params, ())
        shape = shown(DEALS, key)
        told = {"deal": shape["id"], "status": shape["status"]}
        return Response(told | {"allowed_next": allowed_next(request, shape["id"])})

    def post(self, request: Request, key: str) -> Response:
        """200 when it moved, 202 when an approver must confirm it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.MoveDealBody, request)
        shown(DEALS, key)

        def act() -> Done:
            deal = current(request, DEALS, Deal, key)
            return Done(202 if _move(request, deal, sent) else 200, deal.pk)

        def answer(done: Done) -> Response:
            return answered(request, DEALS, done, allowed_next=allowed_next(request, done.object_id))

        return once(request, act, answer)


def allowed_next(request: Request, key: UUID) -> list[dict[str, Any]]:
    """The statuses that the asker may move its deal to, each with what it lacks."""
    deal = Deal.objects.filter(pk=key, owner_id=asker(request).institution_id, origin="registered").first()
    if deal is None:
        return []
    return [
        {
            "to": status,
            "four_eyes": deal_needs_two(deal.status, status),
            "lacks": [Fault(pointer, "required", says).as_json() for pointer, says in lacks.items()],
        }
        for status, lacks in deal_moves.next_statuses(deal).items()
    ]


def _register(request: Request, sent: dict[str, Any]) -> Deal:
    facts = _named(dict(sent))
    return deals.register_deal(
        by=asker(request),
        network=one_of(Network, facts.pop("network"), "/network"),
        status=DealStatus(facts.pop("status", DealStatus.DRAFT)),
        takes_over=named(Deal.objects.filter(origin="published"), facts.pop("supersedes", None), "/supersedes"),
        **facts,
    )


def _current(request: Request, key: str) -> Deal:
    deal = current(request, DEALS, Deal, key)
    inviting.registrar(asker(request), deal)
    return deal


def _change(request: Request, deal: Deal, sent: dict[str, Any]) -> None:
    level = sent.pop("level", None)
    deals.change_deal(by=asker(request), deal=deal, **_named(sent))
    if level:
        deals.tell_deal(by=asker(request), deal=deal, level=Level(level))


def _answer(request: Request, done: Done) -> Response:
    return answered(request, DEALS, done)


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    """The rows that a body names by id."""
    if "project" in facts:
        facts["project"] = named(Project.objects.all(), facts["project"], "/project")
    if "borrower" in facts:
        facts["borrower"] = named(Company.objects.all(), facts["borrower"], "/borrower")
    return facts


def _move(request: Request, deal: Deal, sent: dict[str, Any]) -> bool:
    try:
        return deal_moves.move_deal(by=asker(request), deal=deal, **sent) is not None
    except Refusal as refusal:
        raise Problem.of(refusal, allowed_next=allowed_next(request, deal.pk)) from refusal


WRITTEN = Written(
    DEALS, Deal, Permission.DEALS_WRITE, bodies.RegisterDealBody, bodies.ChangeDealBody,
    register=_register, current=_current, change=_change, answer=_answer,
)  # fmt: skip
ROUTES: list[URLPattern] = [
    bulk(WRITTEN),
    by_ref(WRITTEN),
    path("deals", Deals.as_view(), name="deals"),
    path("deals/<str:key>", DealView.as_view(), name="deal"),
    path("deals/<str:key>/transitions", DealTransitions.as_view(), name="deal-transitions"),
]
