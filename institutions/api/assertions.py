"""`private_key_jwt` (RFC 7523): a client that signs for itself instead of showing a secret."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from jwcrypto.common import JWException, base64url_decode
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS

from institutions.api.conventions.parsing import is_storable
from institutions.models import Client, SpentAssertion

log = logging.getLogger("orebook.oauth")
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Asymmetric alone: whoever can check one of these cannot make one.
ALGORITHMS = ["ES256", "ES384", "PS256", "PS384", "RS256", "EdDSA"]
LARGEST = 8_000
LONGEST = timedelta(minutes=5)
# Clocks of two machines.
LEEWAY = timedelta(seconds=30)


class Refused(Exception):
    """Why an assertion is none; told to the log, never to whoever sent it."""


def client_of(assertion: str) -> Client | None:
    """The client that signed the assertion, which is spent by it; None, and one line in the log, where it is none."""
    try:
        return _client_of(assertion)
    except Refused as refused:
        log.warning("client assertion refused: %s", refused)
    return None


def audiences() -> tuple[str, str]:
    """What an assertion may be for: this registry, or its door for tokens."""
    address = settings.PUBLIC_URL.rstrip("/")
    return address, f"{address}/oauth/token"


def _client_of(assertion: str) -> Client:
    if len(assertion) > LARGEST:
        raise Refused("too long")
    named = _unproved(assertion)
    client: Client | None = Client.objects.filter(client_id=str(named.get("sub", "")), is_active=True).first()
    if client is None or not client.keys:
        raise Refused("no client with keys of that name")
    claims = _proved(assertion, client)
    _check(claims, client)
    _spend(claims, client)
    return client


def _unproved(assertion: str) -> dict[str, Any]:
    """What it says of itself: only enough to know whose keys to ask."""
    try:
        found = json.loads(base64url_decode(assertion.split(".")[1]))
    except (ValueError, IndexError, RecursionError):
        raise Refused("not a JWT") from None
    if not isinstance(found, dict) or not is_storable(str(found.get("sub"))):
        raise Refused("no claims")
    return found


def _proved(assertion: str, client: Client) -> dict[str, Any]:
    try:
        keys = JWKSet.from_json(json.dumps({"keys": client.keys}))
        signed = JWS()
        signed.allowed_algs = ALGORITHMS
        signed.deserialize(assertion)
        signed.verify(keys)
        found = json.loads(signed.payload)
    except (JWException, ValueError, TypeError, RecursionError) as error:
        raise Refused(type(error).__name__) from None
    return found if isinstance(found, dict) else {}


def _check(claims: dict[str, Any], client: Client) -> None:
    now = timezone.now()
    if claims.get("iss") != client.client_id or claims.get("sub") != client.client_id:
        raise Refused("issuer and subject are not the client")
    meant = claims.get("aud")
    # One audience alone: what is meant for several could be shown here by any of them.
    if (meant[0] if isinstance(meant, list) and len(meant) == 1 else meant) not in audiences():
        raise Refused("meant for another")
    ends = _moment(claims.get("exp"))
    if ends is None or ends <= now - LEEWAY:
        raise Refused("ended")
    if ends > now + LONGEST + LEEWAY:
        raise Refused("ends too late")
    for name in ("iat", "nbf"):
        if name in claims and ((begins := _moment(claims[name])) is None or begins > now + LEEWAY):
            raise Refused("not yet")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 8 <= len(jti) <= 200 or not is_storable(jti):
        raise Refused("no jti of 8 to 200 characters")


def _spend(claims: dict[str, Any], client: Client) -> None:
    SpentAssertion.objects.filter(client=client, until__lt=timezone.now() - LEEWAY).delete()
    try:
        with transaction.atomic():
            ends = datetime.fromtimestamp(claims["exp"], UTC)
            SpentAssertion.objects.create(client=client, jti=claims["jti"], until=ends + LEEWAY)
    except IntegrityError:
        raise Refused("shown before") from None


def _moment(given: Any) -> datetime | None:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        return datetime.fromtimestamp(given, UTC)
    except (ValueError, OverflowError, OSError):
        return None
