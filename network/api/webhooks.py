"""`/api/v1/webhook-endpoints`: set up, read, changed, tried and told once more by whoever holds `webhooks:manage`."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Filters, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.pages import page_of
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, shown
from institutions.api.conventions.writing import current, seen_or_missing
from institutions.journal.reading import epoch
from institutions.permissions import Permission
from network.api.events import opened
from network.api.webhook_shapes import (
    DeliveryPage,
    DeliveryShape,
    EndpointBody,
    EndpointChange,
    EndpointShape,
    KeyedEndpointShape,
    ReplayBody,
    ReplayShape,
    RotateBody,
)
from network.models import DeliveryStatus, WebhookEndpoint, WebhookReplay
from network.selectors.webhooks import WEBHOOK_ENDPOINTS, deliveries_of, delivery, replay_shape, shapes_of
from network.services.webhooks import change_endpoint, make_endpoint, replay_events, rotate_secret, try_endpoint


class EndpointFilters(Filters):
    updated_after = After()


ENDPOINT = Resource("webhook-endpoints", "endpoint", WEBHOOK_ENDPOINTS, EndpointFilters, EndpointShape, remembers=False)


class _Managed(Door):
    """Where news is led is the business of those who manage it, also to read."""

    resource = ENDPOINT
    permission_classes = (MayWrite,)
    reads = Permission.WEBHOOKS_MANAGE
    writes = Permission.WEBHOOKS_MANAGE


class Endpoints(_Managed, ListView):
    """The endpoints of the asker's institution."""

    accepts = {"POST": EndpointBody}
    answers = {"POST": {201: KeyedEndpointShape}}

    def post(self, request: Request) -> Response:
        """An endpoint, with its secret, which is shown this once. It is told of what happens from now on."""
        refuse_unknown(request.query_params, ())
        sent = read(EndpointBody, request)
        secret: list[str] = []

        def act() -> Done:
            made = make_endpoint(by=asker(request), **sent | {"events": tuple(sent.get("events", ()))})
            secret.append(made.secret)
            return Done(201, made.endpoint.pk)

        return once(request, act, lambda done: _keyed(request, done, secret))


class Endpoint(_Managed, DetailView):
    """One endpoint."""

    accepts = {"PATCH": EndpointChange}
    answers = {"PATCH": {200: EndpointShape}}

    def patch(self, request: Request, key: str) -> Response:
        """What is named changes. What waits goes to the new address, or goes on once it is active again."""
        refuse_unknown(request.query_params, ())
        sent = read(EndpointChange, request)
        endpoint = current(request, ENDPOINT, WebhookEndpoint, key)
        change_endpoint(by=asker(request), endpoint=endpoint, **sent)
        return _answered(request, Done(200, endpoint.pk))


class Rotate(_Managed):
    """A new secret."""

    accepts = {"POST": RotateBody}
    answers = {"POST": {200: KeyedEndpointShape}}

    def post(self, request: Request, key: str) -> Response:
        """Messages are signed with both until the overlap is over; the new one is shown this once."""
        refuse_unknown(request.query_params, ())
        sent = read(RotateBody, request)
        endpoint = seen_or_missing(WebhookEndpoint, ENDPOINT.noun, key)
        secret: list[str] = []

        def act() -> Done:
            overlap = timedelta(hours=sent["overlap_hours"])
            secret.append(rotate_secret(by=asker(request), endpoint=endpoint, overlap=overlap))
            return Done(200, endpoint.pk)

        return once(request, act, lambda done: _keyed(request, done, secret))


class Try(_Managed):
    """A test."""

    answers = {"POST": {202: DeliveryShape}}

    def post(self, request: Request, key: str) -> Response:
        """A message of the type webhook.test, sent once within seconds. `deliveries` tells what came of it."""
        refuse_unknown(request.query_params, ())
        endpoint = seen_or_missing(WebhookEndpoint, ENDPOINT.noun, key)

        def act() -> Done:
            return Done(202, try_endpoint(by=asker(request), endpoint=endpoint).pk)

        return once(request, act, lambda done: _of(delivery(endpoint.pk, done.object_id), done))


class Replay(_Managed):
    """A range of events, sent again."""

    accepts = {"POST": ReplayBody}
    answers = {"POST": {202: ReplayShape}}

    def post(self, request: Request, key: str) -> Response:
        """After a cursor or from a time on, up to a time or to now; under the ids of before where there were some."""
        refuse_unknown(request.query_params, ())
        sent: dict[str, Any] = read(ReplayBody, request)
        endpoint = seen_or_missing(WebhookEndpoint, ENDPOINT.noun, key)
        if "after" in sent and "since" in sent:
            detail = "A range begins after a cursor or at a time. Give one of them."
            raise Problem.invalid([Fault("/since", "two_beginnings", detail)], status=422)
        if "after" in sent:
            sent["after"] = opened(request, sent["after"], epoch(), "body")

        def act() -> Done:
            return Done(202, replay_events(by=asker(request), endpoint=endpoint, **sent).pk)

        def answer(done: Done) -> Response:
            found = WebhookReplay.objects.filter(pk=done.object_id).first()
            return _of(replay_shape(found) if found else None, done)

        return once(request, act, answer)


class Deliveries(_Managed):
    """What an endpoint was told, or is to be, with each attempt."""

    answers = {"GET": {200: DeliveryPage}}
    parameters = {
        "cursor": "From `next`",
        "limit": "1 to 500; 50 where none is given",
        "status": f"One of {', '.join(DeliveryStatus.values)}",
        "made_after": "Entered after this time",
    }

    def get(self, request: Request, key: str) -> Response:
        """In the order in which they were entered."""
        refuse_unknown(request.query_params, self.parameters)
        endpoint = shown(ENDPOINT, key)
        rows = deliveries_of(endpoint["id"])
        if status := request.query_params.get("status"):
            if status not in DeliveryStatus.values:
                raise Problem.invalid([Fault("/status", "unknown_code", self.parameters["status"], "query")])
            rows = rows.filter(status=status)
        if after := request.query_params.get("made_after"):
            rows = rows.filter(made_at__gt=_moment(after))
        page = page_of(request, rows, ("made_at", "id"))
        return Response({"results": shapes_of(page.rows), "next": page.next})


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
        if found and found.tzinfo:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        # Told below, like what names no moment.
        pass
    detail = "Give a moment with its offset, such as 2027-03-31T18:00:00Z."
    raise Problem.invalid([Fault("/made_after", "invalid", detail, "query")])


def _answered(request: Request, done: Done, **more: Any) -> Response:
    shape = shown(ENDPOINT, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(_address(shape["id"]))
    return Response(shape | more, status=done.status, headers=headers)


def _keyed(request: Request, done: Done, secret: list[str]) -> Response:
    """With the secret, where this very request made it."""
    return _answered(request, done, secret=secret[0] if secret else None)


def _of(found: Any, done: Done) -> Response:
    if found is None:
        raise missing("delivery")
    return Response(found, status=done.status)


def _address(key: UUID) -> str:
    return f"/api/v1/{ENDPOINT.name}/{key}"


ROUTES: list[URLPattern] = [
    path("webhook-endpoints", Endpoints.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<str:key>", Endpoint.as_view(), name="webhook-endpoint"),
    path("webhook-endpoints/<str:key>/test", Try.as_view(), name="webhook-test"),
    path("webhook-endpoints/<str:key>/rotate", Rotate.as_view(), name="webhook-rotate"),
    path("webhook-endpoints/<str:key>/replay", Replay.as_view(), name="webhook-replay"),
    path("webhook-endpoints/<str:key>/deliveries", Deliveries.as_view(), name="webhook-deliveries"),
]
