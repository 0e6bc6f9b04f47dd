"""`Idempotency-Key`: a POST that is repeated is carried out once and answered the same."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.identity import actor, asker
from institutions.api.conventions.problems import Fault, Problem
from institutions.isolation.sealing import digest, digests
from institutions.models import IdempotencyKey

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Done:
    """What a POST did: its status, and the object that its answer shows; of several, the first and all in order."""

    status: int
    object_id: UUID
    objects: tuple[UUID, ...] = ()


def once(request: Request, act: Callable[[], Done], answer: Callable[[Done], Response]) -> Response:
    """Carries `act` out unless this key did before, then answers from the object as the asker sees it now.

    `answer` raises a 404 problem when the object is no longer visible. Raises 409 while the same key is in flight, 422
    for a key that was used for another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return answer(held(act))
    if not _KEY.fullmatch(key):
        detail = f"{HEADER} has 1 to 200 visible ASCII characters and no spaces."
        raise Problem.invalid([Fault(f"/{HEADER}", "invalid", detail, "header")])
    who = actor(request)
    if not _alone(who, key):
        detail = f"A request with this {HEADER} is being carried out. Repeat yours in a moment."
        raise Problem(409, "in_flight", detail, headers={"Retry-After": "1"})
    asked = digests(json.dumps([request.method, request.path, request.data], sort_keys=True, default=str))
    before = IdempotencyKey.objects.filter(actor=who, key=key).first()
    if before is None:
        done = held(act)
        IdempotencyKey.objects.create(
            institution_id=asker(request).institution_id,
            actor=who,
            key=key,
            request_hash=asked[0],
            status=done.status,
            object_id=done.object_id,
            made=list(done.objects),
        )
        return answer(done)
    if before.request_hash not in asked:
        detail = f"This {HEADER} was used for another request. Use a new one."
        raise Problem(422, "key_used", detail, [Fault(f"/{HEADER}", "key_used", detail, "header")])
    if before.object_id is None:
        raise Problem(404, "not_found", "What this request made is nothing that you may see any more.")
    return answer(Done(before.status, before.object_id, tuple(before.made)))


def _alone(who: str, key: str) -> bool:
    """Holds the key until the transaction ends; false while another transaction does."""
    lock = int(digest(f"{who} {key}")[:16], 16) - 2**63
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        (got,) = cursor.fetchone()
    return bool(got)


def held(act: Callable[[], Done]) -> Done:
    """Carries it out, and has what the database checks at the end of a transaction checked now, so that a refusal still
    becomes an answer."""
    done = act()
    connection.check_constraints()
    return done
