"""What the doors of an institution's own small rows share: facts, links, merges, confirmations."""

from typing import TypeVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.projects import waiting
from institutions.api.conventions import preconditions
from institutions.api.conventions.idempotency import Done
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import Resource, identified, shown
from institutions.models import Confidential

R = TypeVar("R", bound=Confidential)


def current(request: Request, resource: Resource, rows: QuerySet[R], key: str) -> R:
    """The row, once the asker has shown that it read it as it is. A hidden one is a missing one."""
    found = identified(resource.noun, key)
    shape = shown(resource, found)
    row = rows.filter(pk=found).first()
    if row is None:
        raise missing(resource.noun)
    preconditions.must_match(request, shape)
    return row


def answer(request: Request, resource: Resource, done: Done) -> Response:
    """The object as it now stands, with whatever waits for an approver."""
    shape = shown(resource, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/{resource.name}/{shape['id']}")
    return Response(shape | {"pending_approval": waiting(done)}, status=done.status, headers=headers)
