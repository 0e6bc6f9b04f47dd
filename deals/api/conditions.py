"""Conditions precedent over REST, what blocks financial close, and warnings of what runs out."""

from typing import Any
from uuid import UUID

import django_filters
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.condition_bodies import DECIDED, AddConditionBody, ChangeConditionBody, ClearBody
from deals.api.condition_shapes import ClosingShape, ConditionShape, DecidableShape, NoticeShape, StatedConditionShape
from deals.api.resources import ToldFilters
from deals.models import (
    Commitment,
    Condition,
    ConditionKind,
    ConditionState,
    Deal,
    Running,
)
from deals.selectors.closing import ClosingWords, closing_of
from deals.selectors.conditions import CONDITIONS as READING
from deals.selectors.conditions import NOTICES as NOTICE_READING
from deals.services import conditions
from deals.services.deciding import ConditionDraft, Wait
from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named, read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, MayWrite, asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, detail, identified, listed, shown
from institutions.isolation.levels import Level
from institutions.models import Approval, Institution
from institutions.permissions import Permission
from institutions.selectors.approvals import waiting_about


class ConditionFilters(ToldFilters):
    deal = Related(Deal)
    commitment = Related(Commitment, slug="reference")
    institution = Related(Institution, field_name="owner")
    kind = Codes(choices=ConditionKind.choices)
    state = Codes(choices=ConditionState.choices)
    due_by = django_filters.DateFilter(field_name="due_on", lookup_expr="lte")
    updated_after = After("changed_at")


class NoticeFilters(Filters):
    deal = Related(Deal)
    commitment = Related(Commitment, slug="reference")
    kind = Codes(choices=Running.choices)
    demo = django_filters.BooleanFilter()


CONDITIONS = Resource("conditions", "condition", READING, ConditionFilters, ConditionShape)
NOTICES = Resource("expiry-notices", "expiry_notice", NOTICE_READING, NoticeFilters, NoticeShape)


class Conditions(ListView):
    """Conditions precedent that the asker may see; a POST adds one of its own."""

    resource = CONDITIONS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": AddConditionBody}
    answers = {"POST": {201: StatedConditionShape, 202: StatedConditionShape}}

    def post(self, request: Request) -> Response:
        """Adds a condition. To what two persons approved it is added once an approver confirms: 202."""
        refuse_unknown(request.query_params, ())
        sent = read(AddConditionBody, request)

        def act() -> Done:
            made = _add(request, sent)
            return Done(202 if isinstance(made, Approval) else 201, made.pk)

        return once(request, act, lambda done: _answer(request, done))


class ConditionView(DetailView):
    """One condition; a PATCH changes what its institution says of it while it is open."""

    resource = CONDITIONS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"PATCH": ChangeConditionBody}
    answers = {"PATCH": {200: StatedConditionShape}}

    def patch(self, request: Request, key: str) -> Response:
        """`waits_for` replaces what it waits for. Telling more than the lead waits for an approver."""
        refuse_unknown(request.query_params, ())
        facts = read(ChangeConditionBody, request)
        condition = _current(request, key)
        level = Level(facts.pop("level")) if "level" in facts else None
        waits = _waits(facts.pop("waits_for")) if "waits_for" in facts else None
        by = asker(request)
        if facts or waits is not None:
            conditions.change_condition(by=by, condition=condition, waits_for=waits, **facts)
        if level:
            conditions.tell_condition(by=by, condition=condition, level=level)
        return _answer(request, Done(200, condition.pk))


class ConditionTransitions(DetailView):
    """Deciding a condition of one's own."""

    resource = CONDITIONS
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": ClearBody}
    answers = {"GET": {200: DecidableShape}, "POST": {200: StatedConditionShape, 202: StatedConditionShape}}

    def get(self, request: Request, key: str) -> Response:
        """How the asker may decide it, and whether by two persons. Empty where it is decided or not the asker's own."""
        refuse_unknown(request.query_params, ())
        shape = shown(CONDITIONS, key)
        own = shape["institution"] == asker(request).institution_id and shape["origin"] == "registered"
        two = shape["of_the_deal"] or _by_two(shape["commitment"])
        return Response(
            {
                "condition": shape["id"],
                "state": shape["state"],
                "allowed_next": [
                    {"to": to, "four_eyes": two and to != ConditionState.SATISFIED}
                    for to in (DECIDED if own and shape["state"] == ConditionState.OPEN else ())
                ],
            }
        )

    def post(self, request: Request, key: str) -> Response:
        """200 when it was decided, 202 when an approver must confirm it (`pending_approval`)."""
        refuse_unknown(request.query_params, ())
        sent = read(ClearBody, request)
        shown(CONDITIONS, key)
        reference = sent.pop("evidence_reference")

        def act() -> Done:
            condition = _current(request, key)
            waits = conditions.clear_condition(by=asker(request), condition=condition, reference=reference, **sent)
            return Done(202 if waits else 200, condition.pk)

        return once(request, act, lambda done: _answer(request, done))


class ClosingView(Door):
    """What blocks financial close of a deal, from what the asker may see."""

    permission_classes = (MayRead,)
    answers = {"GET": {200: ClosingShape}}

    def get(self, request: Request, key: str) -> Response:
        """The fewest open conditions that hold up all others, who can clear each, and circles by name."""
        refuse_unknown(request.query_params, ())
        deal = Deal.objects.filter(pk=identified("deal", key)).first()
        if deal is None:
            raise missing("deal")
        return Response({"deal": deal.pk} | _closing(closing_of(deal)))


def _by_two(commitment_id: UUID | None) -> bool:
    found = Commitment.objects.filter(pk=commitment_id).first() if commitment_id else None
    return found is not None and conditions.seen_by_two(found)


def _closing(found: ClosingWords) -> dict[str, Any]:
    def row(condition: Any, waits: Any) -> dict[str, Any]:
        seen = found.conditions[condition]
        return {
            "condition": condition,
            "text": seen.text,
            "kind": seen.kind,
            "commitment": seen.commitment_id if seen.commitment_id in found.commitments else None,
            "institution": seen.owner_id,
            "due_on": seen.due_on,
            "waits_for": [
                {"commitment": wait.commitment, "stage": wait.stage, "shared": wait.shared} for wait in waits
            ],
        }

    return {
        "label": found.label,
        "blocking": [
            row(each.condition, each.waits)
            | {"how": each.how.value, "says": found.next_step(each.condition, each.how, each.waits)}
            for each in found.closing.blocking
        ],
        "following": [row(each.condition, each.waits) for each in found.closing.following],
        "circles": [
            {"conditions": list(each.conditions), "says": found.circle(each)} for each in found.closing.circles
        ],
    }


def _add(request: Request, sent: dict[str, Any]) -> Condition | Approval:
    facts = dict(sent)
    commitment = named(Commitment.objects.select_related("institution"), facts.pop("commitment", None), "/commitment")
    deal = named(
        Deal.objects.select_related("owner"),
        commitment.deal_id if commitment else facts.pop("deal"),
        "/commitment" if commitment else "/deal",
    )
    assert deal is not None  # noqa: S101  # the body names one of the two
    reopens = named(Condition.objects.all(), facts.pop("reopens", None), "/reopens")
    level, waits = Level(facts.pop("level", Level.OWN)), _waits(facts.pop("waits_for", []))
    return conditions.add_condition(
        by=asker(request),
        draft=ConditionDraft(**facts, waits_for=waits),
        deal=deal,
        commitment=commitment,
        level=level,
        reopens=reopens,
    )


def _waits(sent: list[dict[str, Any]]) -> tuple[Wait, ...]:
    found = []
    for place, wait in enumerate(sent):
        found.append(
            Wait(
                commitment=named(Commitment.objects.all(), wait.get("commitment"), f"/waits_for/{place}/commitment"),
                stage=wait.get("stage", ""),
                shared=named(
                    Condition.objects.filter(commitment__isnull=True),
                    wait.get("shared"),
                    f"/waits_for/{place}/shared",
                ),
            )
        )
    return tuple(found)


def _current(request: Request, key: str) -> Condition:
    """The condition, once the asker has shown that it read it as it is; another's is refused by the service."""
    found = identified("condition", key)
    condition = Condition.objects.select_related("owner", "commitment").filter(pk=found).first()
    if condition is None:
        raise missing("condition")
    Condition.objects.select_for_update(no_key=True).filter(pk=found, owner_id=asker(request).institution_id).first()
    # Read after the lock: of two who read the same version, the second finds another.
    preconditions.must_match(request, shown(CONDITIONS, found))
    return condition


def _answer(request: Request, done: Done) -> Response:
    """The condition as it now stands, with whatever waits for an approver; that alone where it is not there yet."""
    condition = Condition.objects.filter(pk=done.object_id).first()
    if condition is None:
        waiting = Approval.objects.filter(pk=done.object_id).values("id", "summary").first()
        if waiting is None:
            raise missing("condition")
        return Response({"pending_approval": waiting}, status=done.status)
    shape = shown(CONDITIONS, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/conditions/{shape['id']}")
    waits = waiting_about(done.object_id)
    pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
    return Response(shape | {"pending_approval": pending}, status=done.status, headers=headers)


ROUTES: list[URLPattern] = [
    path("conditions", Conditions.as_view(), name="conditions"),
    path("conditions/<str:key>", ConditionView.as_view(), name="condition"),
    path("conditions/<str:key>/transitions", ConditionTransitions.as_view(), name="condition_transitions"),
    path("deals/<str:key>/closing", ClosingView.as_view(), name="closing"),
    path("expiry-notices", listed(NOTICES), name="expiry-notices"),
    path("expiry-notices/<str:key>", detail(NOTICES), name="expiry_notice"),
]
