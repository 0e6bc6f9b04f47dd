"""Secrets and signatures of Standard Webhooks: HMAC-SHA256 over id, time and body.

A secret must be had again to sign with it, so it is sealed and not hashed: with the installation's key, and for its
endpoint alone, so that a sealed text that is put beside another endpoint opens nothing.
"""

import base64
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from standardwebhooks import Webhook

from institutions.isolation.sealing import seal, unseal

_BYTES = 32


def new_secret() -> str:
    """As the standard writes it: whsec_ and 32 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(_BYTES)).decode()}"


def sealed(secret: str, endpoint: UUID) -> str:
    return seal(secret, to=reader(endpoint))


def opened(text: str, endpoint: UUID) -> str | None:
    """The secret, or None where no key that is known sealed it."""
    return unseal(text, to=reader(endpoint))


def reader(endpoint: UUID) -> str:
    return f"webhook {endpoint}"


def headers(message: UUID, body: str, keys: Iterable[str], at: datetime) -> dict[str, str]:
    """The headers of one attempt; with several keys several signatures, any of which is enough."""
    moment = at.astimezone(UTC)
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": str(message),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(str(message), moment, body) for key in keys),
    }
