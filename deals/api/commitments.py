"""Registering, changing and moving commitments."""

from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api import bodies, shapes
from deals.api.resources import COMMITMENTS
from deals.lifecycle import STAGES, needs_two
from deals.models import Commitment, Deal, Instrument, Tranche
from deals.services import commitments, moves, owning, prices, requirements, sizes, telling
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.bulk import bulk
from institutions.api.conventions.by_ref import by_ref
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.api.conventions.resources import DetailView, ListView, identified, shown
from institutions.api.conventions.written import Written
from institutions.isolation.levels import Level
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.selectors.approvals import waiting_about
from institutions.selectors.reading import Shape


class Commitments(ListView):
    """Commitments that the asker may see; a POST registers one of its own."""

    resource = COMMITMENTS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.RegisterCommitmentBody}
    answers = {"POST": {201: shapes.StatedShape}}

    def post(self, request: Request) -> Response:
        """Registers a commitment at an indicative stage. Beyond the lead it is told once an approver confirms."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.RegisterCommitmentBody, request)

        def act() -> Done:
            return Done(201, _register(request, sent).pk)

        return once(request, act, lambda done: _answer(request, done))


class CommitmentView(DetailView):
    """One commitment; a PATCH changes what its institution states."""

    resource = COMMITMENTS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"PATCH": bodies.ChangeBody}
    answers = {"PATCH": {200: shapes.StatedShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Changes a commitment of one's own. Telling more than the lead waits for an approver (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.ChangeBody, request)
        commitment = _current(request, key)
        _change(request, commitment, sent)
        return _answer(request, Done(200, commitment.pk))


class Transitions(DetailView):
    """The stages that a commitment may take next; a POST takes one."""

    resource = COMMITMENTS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": bodies.MoveBody}
    answers = {"GET": {200: shapes.AllowedNextShape}, "POST": {200: shapes.MovedShape, 202: shapes.MovedShape}}

    def get(self, request: Request, key: str) -> Response:
        """What is allowed next, and what each stage lacks. Empty where the commitment is not the asker's own."""
        refuse_unknown(request.query_params, ())
        shape = shown(COMMITMENTS, key)
        told = {"commitment": shape["id"], "stage": shape["stage"], "class": shape["class"]}
        return Response(told | {"allowed_next": allowed_next(request, shape["id"])})

    def post(self, request: Request, key: str) -> Response:
        """200 when it moved, 202 when an approver must confirm it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(bodies.MoveBody, request)
        shown(COMMITMENTS, key)

        def act() -> Done:
            commitment = _current(request, key)
            return Done(202 if _move(request, commitment, sent) else 200, commitment.pk)

        return once(request, act, lambda done: _answer(request, done, next_too=True))


def allowed_next(request: Request, key: UUID) -> list[dict[str, Any]]:
    """The stages that the asker may move its commitment to, each with what it lacks."""
    commitment = Commitment.objects.filter(pk=key, owner_id=asker(request).institution_id).first()
    if commitment is None or commitment.origin != "registered":
        return []
    return [
        {
            "to": stage,
            "class": STAGES[stage].cls.value,
            "four_eyes": needs_two(commitment.stage, stage),
            "lacks": [Fault(pointer, "required", says).as_json() for pointer, says in lacks.items()],
        }
        for stage, lacks in requirements.next_stages(commitment).items()
    ]


def _current(request: Request, key: str) -> Commitment:
    """The commitment, locked, once the asker has shown that it read it as it is. Another's can't be locked: 403."""
    found = identified("commitment", key)
    seen = Commitment.objects.select_related("institution").filter(pk=found).first()
    if seen is None:
        raise missing("commitment")
    owning.own(asker(request), seen)
    locked = Commitment.objects.select_for_update(no_key=True).filter(pk=found).first()
    if locked is None:
        raise missing("commitment")
    # Read after the lock: of two who read the same version, the second finds another.
    preconditions.must_match(request, shown(COMMITMENTS, found))
    return locked


def _register(request: Request, sent: dict[str, Any]) -> Commitment:
    by = asker(request)
    facts = dict(sent)
    deal = named(Deal.objects.all(), facts.pop("deal"), "/deal")
    assert deal is not None  # noqa: S101  # the body requires one
    tranche = named(Tranche.objects.filter(deal=deal), facts.pop("tranche", None), "/tranche")
    replaced = named(Commitment.objects.all(), facts.pop("supersedes", None), "/supersedes")
    renewed = named(Commitment.objects.all(), facts.pop("renews", None), "/renews")
    size, price = bodies.size_of(facts.pop("size", None)), bodies.price_of(facts.pop("price", None))
    level = Level(facts.pop("level", Level.OWN))
    return commitments.register_commitment(
        by=by,
        deal=deal,
        tranche=tranche,
        size=size,
        price=price,
        level=level,
        supersedes=replaced,
        renews=renewed,
        instrument=Instrument(facts.pop("instrument")),
        **facts,
    )


def _change(request: Request, commitment: Commitment, sent: dict[str, Any]) -> None:
    by = asker(request)
    facts = dict(sent)
    size, price = bodies.size_of(facts.pop("size", None)), bodies.price_of(facts.pop("price", None))
    level = Level(facts.pop("level")) if "level" in facts else None
    if "tranche" in facts:
        facts["tranche"] = named(Tranche.objects.filter(deal=commitment.deal_id), facts["tranche"], "/tranche")
    size_level = size.level if size else None
    sizes.check_size_level(level=level or Level(commitment.level), size_level=size_level)
    commitments.change_commitment(by=by, commitment=commitment, size=size, **facts)
    if price:
        prices.put_price(by=by, commitment=commitment, price=price)
    if level or size_level:
        telling.tell_commitment(by=by, commitment=commitment, level=level, size_level=size_level)


def _move(request: Request, commitment: Commitment, sent: dict[str, Any]) -> bool:
    """Whether the move waits for an approver."""
    facts = dict(sent)
    tranche = named(Tranche.objects.filter(deal=commitment.deal_id), facts.pop("tranche"), "/tranche")
    size = bodies.size_of(facts.pop("size", None))
    try:
        waits = moves.move_commitment(by=asker(request), commitment=commitment, tranche=tranche, size=size, **facts)
    except Refusal as refusal:
        raise Problem.of(refusal, allowed_next=allowed_next(request, commitment.pk)) from refusal
    return waits is not None


def _answer(request: Request, done: Done, *, next_too: bool = False) -> Response:
    """The commitment as it now stands, with whatever waits for an approver."""
    shape: Shape = shown(COMMITMENTS, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/commitments/{shape['id']}")
    waits = waiting_about(done.object_id)
    more: dict[str, Any] = {"pending_approval": {"id": waits["id"], "summary": waits["summary"]} if waits else None}
    if next_too:
        more["allowed_next"] = allowed_next(request, done.object_id)
    return Response(shape | more, status=done.status, headers=headers)


WRITTEN = Written(
    COMMITMENTS, Commitment, Permission.COMMITMENTS_WRITE, bodies.RegisterCommitmentBody, bodies.ChangeBody,
    register=_register, current=_current, change=_change, answer=_answer,
)  # fmt: skip
ROUTES: list[URLPattern] = [
    path("commitments", Commitments.as_view(), name="commitments"),
    bulk(WRITTEN),
    by_ref(WRITTEN),
    path("commitments/<str:key>", CommitmentView.as_view(), name="commitment"),
    path("commitments/<str:key>/transitions", Transitions.as_view(), name="transitions"),
]
