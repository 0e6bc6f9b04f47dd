"""What a receiver is sent: that something happened, when, and where to read it. Nothing of what it says.

CloudEvents 1.0 in JSON. What is read there is read with the rights of whoever reads it, at the moment of reading.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from institutions.selectors.heads import Head
from institutions.selectors.reading import instant
from network.feed import Told

TEST = "webhook.test"
# Types whose list is not called by their own name in the plural.
_LISTS = {
    "company": "companies",
    "party": "parties",
    "esg_category": "esg-categories",
    "same_as": "same-as",
    "party_reply": "party-replies",
    "conflict_of_interest": "conflicts",
    "sponsor_consent": "consents",
}


def place(kind: str, key: UUID) -> str:
    """The address of an object over REST."""
    name = _LISTS.get(kind) or f"{kind.replace('_', '-')}s"
    return f"/api/v1/{name}/{key}"


def of_event(message: UUID, told: Told, head: Head | None) -> str:
    """The body that tells of an event. `head`: the newest of the sealed log, of which whoever keeps it is a witness."""
    link = _absolute(place(told.object_type, told.object_id))
    thing = {"type": told.object_type, "id": str(told.object_id)}
    return _written(message, told.type, told.time, f"{told.object_type}/{told.object_id}", thing, link, head)


def of_test(message: UUID, endpoint: UUID, at: datetime) -> str:
    """The body of a test, which is about the endpoint itself."""
    link = _absolute(f"/api/v1/webhook-endpoints/{endpoint}")
    thing = {"type": "webhook_endpoint", "id": str(endpoint)}
    return _written(message, TEST, instant(at), f"webhook_endpoint/{endpoint}", thing, link)


def _written(
    message: UUID,
    type_: str,
    time: str | None,
    subject: str,
    thing: dict[str, Any],
    link: str,
    head: Head | None = None,
) -> str:
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(message),
        "source": _absolute("/api/v1/events"),
        "type": type_,
        "time": time,
        "subject": subject,
        "datacontenttype": "application/json",
        "data": {"object": thing, "link": link},
    }
    if head:
        told["data"]["log_head"] = {"number": head.number, "root": head.root.hex()}
    return json.dumps(told, separators=(",", ":"))


def _absolute(path: str) -> str:
    return str(settings.PUBLIC_URL).rstrip("/") + path
