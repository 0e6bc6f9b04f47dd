"""Sharing a tranche: preview and propose by its lead, answer by whom a line is addressed to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.allocation import TIES, Kind, Line, Rule
from deals.api import allocation_shapes as shapes
from deals.api.allocation_shapes import AcceptBody, DeclineBody, PreviewBody, ProposeBody
from deals.models import Allocation, AllocationLine, Tranche
from deals.money import Money
from deals.selectors.allocations import waiting_answer
from deals.services.allocating import BidTerms, Preview, preview_allocation, propose_allocation, take_back
from deals.services.answering import accept_line, decline_line
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import ListView, detail, identified, listed, shown
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Shape


class PreviewView(Door):
    """What an allocation of a tranche would be; nothing is kept."""

    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": PreviewBody}
    answers = {"POST": {200: shapes.PreviewShape}}

    def post(self, request: Request, key: str) -> Response:
        """Each offer with its arithmetic. A refusal names the constraint that binds."""
        refuse_unknown(request.query_params, ())
        sent = read(PreviewBody, request)
        tranche = Tranche.objects.select_related("deal").filter(pk=identified("tranche", key)).first()
        if tranche is None:
            raise missing("tranche")
        preview = preview_allocation(by=asker(request), tranche=tranche, **_asked(sent))
        return Response(_previewed(tranche, preview))


class Allocations(ListView):
    """Allocations of the asker's own tranches; a POST proposes one."""

    resource = shapes.ALLOCATIONS
    permission_classes = (MayWrite,)
    writes = Permission.DEALS_WRITE
    accepts = {"POST": ProposeBody}
    answers = {"POST": {201: shapes.ProposedAllocationShape}}

    def post(self, request: Request) -> Response:
        """Prepares it (`pending_approval`): once an approver confirms, each line is told to its own institution."""
        refuse_unknown(request.query_params, ())
        sent = read(ProposeBody, request)
        tranche = named(Tranche.objects.select_related("deal"), sent.pop("tranche"), "/tranche")
        assert tranche is not None  # noqa: S101  # the body requires one

        def act() -> Done:
            made: Allocation = propose_allocation(by=asker(request), tranche=tranche, **_asked(sent))
            return Done(201, made.pk)

        return once(request, act, lambda done: _proposed(request, done))


class _OfLine(Door):
    """An act about one line."""

    resource = shapes.ALLOCATION_LINES
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE

    def carry_out(self, request: Request, key: str, act: Callable[[AllocationLine], int]) -> Response:
        """`act` answers with the status of what it did."""
        refuse_unknown(request.query_params, ())
        line = AllocationLine.objects.select_related("deal").filter(pk=identified("line", key)).first()
        if line is None:
            raise missing("line")
        return once(request, lambda: Done(act(line), line.pk), _line)


class Accept(_OfLine):
    """Accepts a line: the commitment becomes `allocated`, its size the line's."""

    accepts = {"POST": AcceptBody}
    answers = {"POST": {202: shapes.AnsweredShape}}

    def post(self, request: Request, key: str) -> Response:
        """Waits for an approver of the same institution (`pending_approval`)."""
        sent = read(AcceptBody, request) if request.data else {}

        def act(line: AllocationLine) -> int:
            accept_line(by=asker(request), line=line, valid_until=sent.get("valid_until"))
            return 202

        return self.carry_out(request, key, act)


class Decline(_OfLine):
    """Declines a line: its money is free again for the lead."""

    accepts = {"POST": DeclineBody}
    answers = {"POST": {202: shapes.AnsweredShape}}

    def post(self, request: Request, key: str) -> Response:
        """Waits for an approver of the same institution (`pending_approval`); the reason stays inside."""
        sent = read(DeclineBody, request) if request.data else {}

        def act(line: AllocationLine) -> int:
            decline_line(by=asker(request), line=line, reason=sent.get("reason", ""))
            return 202

        return self.carry_out(request, key, act)


class TakeBack(_OfLine):
    """The lead takes back a line that nobody has answered."""

    writes = Permission.DEALS_WRITE
    answers = {"POST": {200: shapes.AnsweredShape}}

    def post(self, request: Request, key: str) -> Response:
        """Its money is free again at once."""

        def act(line: AllocationLine) -> int:
            take_back(by=asker(request), line=line)
            return 200

        return self.carry_out(request, key, act)


ROUTES: list[URLPattern] = [
    path("tranches/<str:key>/allocation-preview", PreviewView.as_view(), name="allocation-preview"),
    path("allocations", Allocations.as_view(), name="allocations"),
    path("allocations/<str:key>", detail(shapes.ALLOCATIONS), name="allocation"),
    path("allocation-lines", listed(shapes.ALLOCATION_LINES), name="allocation-lines"),
    path("allocation-lines/<str:key>", detail(shapes.ALLOCATION_LINES), name="allocation-line"),
    path("allocation-lines/<str:key>/accept", Accept.as_view(), name="accept-line"),
    path("allocation-lines/<str:key>/decline", Decline.as_view(), name="decline-line"),
    path("allocation-lines/<str:key>/take-back", TakeBack.as_view(), name="take-line-back"),
]


def _asked(sent: dict[str, Any]) -> dict[str, Any]:
    """A body as the services take it."""
    terms = [
        BidTerms(
            commitment=bid["commitment"],
            kind=Kind(bid["kind"]) if "kind" in bid else None,
            floor=bid.get("floor"),
            cap=bid.get("cap"),
            order=bid.get("order"),
            left_out=bid.get("left_out", False),
        )
        for bid in sent.get("bids", ())
    ]
    return {"rule": Rule(sent["rule"]), "amount": sent.get("amount"), "lot": sent.get("lot"), "terms": terms}


def _previewed(tranche: Tranche, preview: Preview) -> Shape:
    book, outcome = preview.book, preview.outcome
    return {
        "tranche": tranche.pk,
        "rule": preview.rule.value,
        "ties": TIES,
        "lot": _money(preview.lot),
        "amount": outcome.amount.as_json(),
        "offers": outcome.offers.as_json(),
        "allocated": book.allocated.as_json(),
        "room": book.room.as_json(),
        "lines": [_working(line, book.commitments[line.bid.key].institution_id) for line in outcome.lines],
        "left_out": [
            {"commitment": out.commitment.pk, "institution": out.commitment.institution_id, "why": out.why}
            for out in preview.left_out
        ],
    }


def _working(line: Line, institution: UUID) -> Shape:
    bid = line.bid
    return {
        "commitment": bid.key,
        "institution": institution,
        "kind": bid.kind.value,
        "bid": bid.amount.as_json(),
        "floor": _money(bid.floor),
        "cap": _money(bid.cap),
        "order": bid.order,
        "amount": line.amount.as_json(),
        "steps": list(line.steps),
    }


def _money(money: Money | None) -> Shape | None:
    return money.as_json() if money else None


def _proposed(request: Request, done: Done) -> Response:
    shape = shown(shapes.ALLOCATIONS, done.object_id)
    headers = {
        "ETag": preconditions.etag(shape),
        "Location": request.build_absolute_uri(f"/api/v1/allocations/{shape['id']}"),
    }
    return Response(shape | _pending(waiting_about(done.object_id)), status=done.status, headers=headers)


def _line(done: Done) -> Response:
    shape = shown(shapes.ALLOCATION_LINES, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    return Response(shape | _pending(waiting_answer(done.object_id)), status=done.status, headers=headers)


def _pending(waits: Shape | None) -> Shape:
    return {"pending_approval": {"id": waits["id"], "summary": waits["summary"]} if waits else None}
