"""What the doors of a deal room have in common: finding the row that is changed, and answering with what stands."""

from typing import Any, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from deals.models import InDeal
from deals.services import room
from institutions.api.conventions import preconditions
from institutions.api.conventions.idempotency import Done
from institutions.api.conventions.identity import asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import Resource, identified, shown
from institutions.selectors.approvals import waiting_about

R = TypeVar("R", bound=InDeal)


def seen(model: type[R], resource: Resource, key: str) -> R:
    """The row that an address names, as far as the asker sees it."""
    found = model._default_manager.filter(pk=identified(resource.noun, key)).first()
    if found is None:
        raise missing(resource.noun)
    return found


def current(request: Request, model: type[R], resource: Resource, key: str) -> R:
    """The asker's own row, locked, once it has shown that it read it as it is. Another's is a 403."""
    found = seen(model, resource, key)
    room.own(asker(request), found)
    # Read after the lock: of two who read the same version, the second finds another.
    preconditions.must_match(request, shown(resource, found.pk))
    return found


def answer(request: Request, done: Done, resource: Resource, **more: Any) -> Response:
    """The object as it now stands."""
    shape = shown(resource, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/{resource.name}/{shape['id']}")
    return Response(shape | more, status=done.status, headers=headers)


def answer_waiting(request: Request, done: Done, resource: Resource, **more: Any) -> Response:
    """The object as it now stands, with whatever about it waits for an approver."""
    waits = waiting_about(done.object_id)
    pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
    return answer(request, done, resource, pending_approval=pending, **more)
