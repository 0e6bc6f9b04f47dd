"""Endpoints and their deliveries, as whoever manages them reads them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.functions import Greatest, JSONObject

from institutions.journal.reading import Position
from institutions.models import Event
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned
from network.feed import told_at
from network.models import Stopped, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookReplay, WebhookSecret
from network.webhooks import message

# What an endpoint is doing: told of everything, switched off by its own, left alone after days without an answer or a
# 410, or silent since the client that set it up may no longer.
STATES = ("active", "off", "parked", "gone", "silent")


def _endpoints() -> Rows:
    secrets = WebhookSecret.objects.filter(endpoint=OuterRef("pk")).order_by("-made_at", "pk")
    speaks = Func(F("client_id"), F("owner_id"), function="network.webhook_speaks", output_field=BooleanField())
    found: Rows = WebhookEndpoint.objects.values(
        "id", "url", "description", "events", "active", "made_by_id", "client_id", "demo", "told_at", "updated_at",
        "lane__stopped", "lane__stopped_at", "lane__failing_since", "lane__rests_until",
        speaks=speaks,
        keys=ArraySubquery(secrets.values(json=JSONObject(made_at="made_at", until="ends_at"))[:2]),
    )  # fmt: skip
    return found


def _endpoint(row: Row) -> Shape:
    return versioned(
        {
            **{name: row[name] for name in ("id", "url", "description", "events", "active")},
            "state": _state(row),
            "stopped_at": instant(row["lane__stopped_at"]),
            "failing_since": instant(row["lane__failing_since"]),
            "next_try": instant(row["lane__rests_until"]),
            "secrets": [{name: _moment(text) for name, text in key.items()} for key in row["keys"]],
            "made_by": row["made_by_id"],
            "client": row["client_id"],
            "demo": row["demo"],
            "updated_at": instant(row["updated_at"]),
        }
    )


def _state(row: Row) -> str:
    if not row["active"]:
        return "off"
    if not row["speaks"]:
        return "silent"
    return row["lane__stopped"] if row["lane__stopped"] != Stopped.NOT else "active"


def _moment(text: str | None) -> str | None:
    return instant(datetime.fromisoformat(text)) if text else None


WEBHOOK_ENDPOINTS = Reading("webhook_endpoint", _endpoints, _endpoint)


def deliveries_of(endpoint: UUID) -> Rows:
    """What an endpoint was sent, or is to be, as far as the asker may see it now: of the rest it learns nothing here
    either, not that something was sent."""
    seen = Exists(Event.objects.filter(xact=OuterRef("xact"), seq=OuterRef("seq")))
    calls = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("at", "pk")
    found: Rows = WebhookDelivery.objects.filter(Q(xact=None) | seen, endpoint=endpoint).values(
        "id", "xact", "seq", "status", "made_at", "not_before",
        attempts_=ArraySubquery(
            calls.values(json=JSONObject(at="at", status="status", error="error", milliseconds="milliseconds"))
        ),
    )  # fmt: skip
    return found


def shapes_of(rows: Sequence[Row]) -> list[Shape]:
    """The deliveries in words; of the events what the asker may see of them now. One question for all."""
    told = told_at([Position(row["xact"], row["seq"]) for row in rows if row["xact"] is not None])
    return [_delivery(row, told) for row in rows]


def _delivery(row: Row, told: dict[Position, Any]) -> Shape:
    test = row["xact"] is None
    event = None if test else told.get(Position(row["xact"], row["seq"]))
    return {
        "id": row["id"],
        "test": test,
        "status": row["status"],
        "event": event
        and {
            "type": event.type,
            "time": event.time,
            "object": {"type": event.object_type, "id": event.object_id},
            "link": message.place(event.object_type, event.object_id),
        },
        "made_at": instant(row["made_at"]),
        "next_try": instant(row["not_before"]) if row["status"] == "pending" else None,
        "attempts": [each | {"at": _moment(each["at"])} for each in row["attempts_"]],
    }


def delivery(endpoint: UUID, key: UUID) -> Shape | None:
    """One of them."""
    return next(iter(shapes_of(list(deliveries_of(endpoint).filter(pk=key)))), None)


def replay_shape(replay: WebhookReplay) -> Shape:
    return {
        "id": replay.pk,
        "asked_at": instant(replay.asked_at),
        "since": instant(replay.since),
        "until": instant(replay.until),
        "events": replay.told,
        "done_at": instant(replay.done_at),
    }


def latest_deliveries(endpoint: UUID, limit: int = 30) -> tuple[list[Shape], int]:
    """What was tried or entered last, and how many are parked in all."""
    rows = deliveries_of(endpoint)
    latest = WebhookAttempt.objects.filter(delivery=OuterRef("pk")).order_by("-at").values("at")[:1]
    last = rows.annotate(last=Greatest("made_at", Subquery(latest))).order_by("-last", "-xact", "-seq")
    return shapes_of(list(last[:limit])), rows.filter(status="parked").count()


def replays_of(endpoint: UUID, limit: int = 5) -> list[Shape]:
    """The latest replays, newest first."""
    return [replay_shape(each) for each in WebhookReplay.objects.filter(endpoint=endpoint)[:limit]]
