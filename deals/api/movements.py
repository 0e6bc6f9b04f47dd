"""The ledger over REST: recording movements, offering transfers, proposing for lenders."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import django_filters
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import movement_bodies as bodies
from deals.api import movement_shapes as shapes
from deals.models import PROPOSED, Commitment, Deal, Kind, Movement, MovementProposal, Transfer
from deals.selectors.movements import MOVEMENTS, PROPOSALS, TRANSFERS
from deals.services import movements, proposals, transfers
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, detail, identified, shown
from institutions.isolation.levels import CHOICES, Level
from institutions.models import Institution, State
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Shape


class MovementFilters(Filters):
    deal = Related(Deal)
    commitment = Related(Commitment, slug="reference")
    institution = Related(Institution, field_name="owner")
    kind = Codes(choices=Kind.choices)
    state = Codes(choices=State.choices)
    currency = django_filters.CharFilter()
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()
    updated_after = After()


class NoticeFilters(Filters):
    deal = Related(Deal)
    institution = Related(Institution, field_name="owner")
    to = Related(Institution)
    updated_after = After()


class ProposalFilters(NoticeFilters):
    notice = django_filters.UUIDFilter()
    kind = Codes(choices=[(kind.value, kind.value) for kind in PROPOSED])


MOVED = Resource("movements", "movement", MOVEMENTS, MovementFilters, shapes.MovementShape)
OFFERED = Resource("transfers", "transfer", TRANSFERS, NoticeFilters, shapes.TransferShape)
PROPOSED_ = Resource("movement-proposals", "movement_proposal", PROPOSALS, ProposalFilters, shapes.ProposalShape)


class Movements(ListView):
    """Movements that the asker may see; a POST records one in its own ledger."""

    resource = MOVED
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.MovementBody}
    answers = {"POST": {201: shapes.RecordedShape}}

    def post(self, request: Request) -> Response:
        """Records a movement, or confirms what an agent proposed. What waits for an approver counts once confirmed."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.MovementBody, request)
        return once(request, lambda: Done(201, _record(request, sent).pk), lambda done: _answer(request, MOVED, done))


class MovementView(DetailView):
    """One movement. Nothing of it changes but how far it is told."""

    resource = MOVED
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"PATCH": bodies.TellBody}
    answers = {"PATCH": {200: shapes.RecordedShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Tells a drawdown, repayment or prepayment narrower or further; beyond the lead an approver confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.TellBody, request)
        preconditions.must_match(request, shown(MOVED, key))
        row = Movement.objects.select_related("commitment__institution").get(pk=identified("movement", key))
        movements.tell_movement(by=asker(request), movement=row, level=Level(sent["level"]))
        return _answer(request, MOVED, Done(200, row.pk))


class Transfers(ListView):
    """Transfers that the asker offered or is offered; a POST offers one."""

    resource = OFFERED
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.TransferBody}
    answers = {"POST": {201: shapes.OfferedShape}}

    def post(self, request: Request) -> Response:
        """Offers a part of one's undrawn money to an institution, which is told once an approver confirmed."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.TransferBody, request)

        def act() -> Done:
            made = transfers.offer_transfer(
                by=asker(request),
                commitment=_named(Commitment, sent["commitment"], "/commitment"),
                to=_named(Institution, sent["to"], "/to"),
                money=sent["money"],
                on=sent.get("effective_on"),
                reference=sent.get("reference", ""),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: _answer(request, OFFERED, done))


class Proposals(ListView):
    """Proposals that the asker made or that are addressed to it; a POST makes one for each lender of a notice."""

    resource = PROPOSED_
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.ProposalBody}
    answers = {"POST": {201: shapes.ProposedShape}}

    def post(self, request: Request) -> Response:
        """Only the deal's facility agent. Each lender sees its own share, and confirms it with POST /movements."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ProposalBody, request)

        def act() -> Done:
            made = proposals.propose_movements(
                by=asker(request),
                deal=_named(Deal, sent["deal"], "/deal"),
                kind=Kind(sent["kind"]),
                on=sent["effective_on"],
                reference=sent.get("reference", ""),
                shares=[
                    proposals.Share(
                        _named(Institution, share["to"], f"/shares/{at}/to"),
                        share["money"],
                        named(Commitment.objects.all(), share.get("commitment"), f"/shares/{at}/commitment"),
                    )
                    for at, share in enumerate(sent["shares"])
                ],
            )
            return Done(201, made[0].pk)

        return once(request, act, _notice)


class _Withdraw(Door):
    resource: Resource
    needs_version = ("POST",)
    model: type[Transfer] | type[MovementProposal]
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    withdraw: Callable[[Request, UUID], None]

    def post(self, request: Request, key: str) -> Response:
        """Takes it back; only whose it is, and only while nobody acted on it."""
        refuse_unknown(request.query_params, ())
        found = shown(self.resource, key)["id"]

        def act() -> Done:
            mine = self.model._default_manager.filter(pk=found, owner_id=asker(request).institution_id)
            mine.select_for_update(no_key=True).first()
            # Read after the lock: of two who read the same version, the second finds another.
            preconditions.must_match(request, shown(self.resource, key))
            type(self).withdraw(request, found)
            return Done(200, found)

        return once(request, act, lambda done: _answer(request, self.resource, done, pending=False))


class WithdrawTransfer(_Withdraw):
    """Takes an offer back that nobody took up."""

    resource = OFFERED
    model = Transfer
    answers = {"POST": {200: shapes.TransferShape}}

    @staticmethod
    def withdraw(request: Request, key: UUID) -> None:
        transfers.withdraw_transfer(by=asker(request), transfer=Transfer.objects.get(pk=key))


class WithdrawProposal(_Withdraw):
    """Takes a proposal back; what was confirmed stays."""

    resource = PROPOSED_
    model = MovementProposal
    answers = {"POST": {200: shapes.ProposalShape}}

    @staticmethod
    def withdraw(request: Request, key: UUID) -> None:
        proposals.withdraw_proposal(by=asker(request), proposal=MovementProposal.objects.get(pk=key))


def _record(request: Request, sent: dict[str, Any]) -> Movement:
    by = asker(request)
    mine = named(Commitment.objects.all(), sent.get("commitment"), "/commitment")
    repays = named(Commitment.objects.all(), sent.get("repays"), "/repays")
    level = Level(sent["level"]) if "level" in sent else None
    dated: dict[str, Any] = {"on": sent.get("effective_on"), "reference": sent.get("reference", "")}
    if "proposal" in sent:
        proposal = _named(MovementProposal, sent["proposal"], "/proposal")
        return proposals.confirm_proposal(by=by, proposal=proposal, commitment=mine, level=level, repays=repays)
    kind = Kind(sent["kind"])
    if kind is Kind.REVERSAL:
        return movements.reverse(by=by, movement=_named(Movement, sent["reverses"], "/reverses"), **dated)
    assert mine is not None  # noqa: S101  # the body requires it for these kinds
    if kind is Kind.REDENOMINATION:
        return movements.redenominate(by=by, commitment=mine, currency=sent["currency"], rate=sent["rate"], **dated)
    if kind is Kind.TRANSFER_IN:
        return transfers.take_up(
            by=by,
            transfer=_named(Transfer, sent["transfer"], "/transfer"),
            commitment=mine,
            agreement_reference=sent.get("agreement_reference", ""),
            signed_on=sent.get("signed_on"),
        )
    return movements.record_movement(
        by=by, commitment=mine, kind=kind, money=sent["money"], level=level, repays=repays, **dated
    )


def _named(model: Any, key: UUID, pointer: str) -> Any:
    found = named(model._default_manager.all(), key, pointer)
    assert found is not None  # noqa: S101  # a key was given
    return found


def _answer(request: Request, resource: Resource, done: Done, *, pending: bool = True) -> Response:
    """The object as it now stands, with what waits for an approver."""
    shape: Shape = shown(resource, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/{resource.name}/{shape['id']}")
    if not pending:
        return Response(shape, status=done.status, headers=headers)
    waits = waiting_about(done.object_id)
    if waits is None and shape["state"] == State.PREPARED:
        # Signed by a transfer: the approver looks at the commitment.
        waits = waiting_about(shape["commitment"])
    more = {"pending_approval": {"id": waits["id"], "summary": waits["summary"]} if waits else None}
    return Response(shape | more, status=done.status, headers=headers)


def _notice(done: Done) -> Response:
    """All proposals of the notice that one of them belongs to."""
    first = MovementProposal.objects.filter(pk=done.object_id).first()
    if first is None:
        raise missing("movement_proposal")
    rows = PROPOSALS.rows().filter(notice=first.notice, owner_id=first.owner_id).order_by("id")
    told = {"notice": first.notice, "proposals": [PROPOSALS.shape(row) for row in rows]}
    return Response(told, status=done.status)


ROUTES = [
    path("movements", Movements.as_view(), name="movements"),
    path("movements/<str:key>", MovementView.as_view(), name="movement"),
    path("transfers", Transfers.as_view(), name="transfers"),
    path("transfers/<str:key>", detail(OFFERED), name="transfer"),
    path("transfers/<str:key>/withdraw", WithdrawTransfer.as_view(), name="withdraw_transfer"),
    path("movement-proposals", Proposals.as_view(), name="movement_proposals"),
    path("movement-proposals/<str:key>", detail(PROPOSED_), name="movement_proposal"),
    path("movement-proposals/<str:key>/withdraw", WithdrawProposal.as_view(), name="withdraw_proposal"),
]
