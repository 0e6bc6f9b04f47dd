"""What the doors that write share: a row as it was read, the rows that a body names, the answer."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import named
from institutions.api.conventions.idempotency import Done
from institutions.api.conventions.identity import asker
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import Resource, identified, shown
from institutions.selectors.approvals import waiting_about

M = TypeVar("M", bound=Model)


def answered(request: Request, resource: Resource, done: Done, *, about: UUID | None = None, **more: Any) -> Response:
    """The object as it now stands, with whatever waits for an approver: about it, or about the row of it named."""
    shape = shown(resource, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/{resource.name}/{shape['id']}")
    waits = waiting_about(about or done.object_id)
    pending = {"id": waits["id"], "summary": waits["summary"]} if waits else None
    return Response(shape | {"pending_approval": pending} | more, status=done.status, headers=headers)


def current(request: Request, resource: Resource, model: type[M], key: str) -> M:
    """The row, locked, once the asker has shown that it read it as it is."""
    row = seen_or_missing(model, resource.noun, key)
    held = model._default_manager.select_for_update(no_key=True).filter(pk=row.pk).first()
    # Its institution's, which has a deal team that the asker is not on.
    if held is None and getattr(row, "owner_id", None) == asker(request).institution_id:
        raise missing(resource.noun)
    preconditions.must_match(request, shown(resource, key))
    row.refresh_from_db()
    return row


def seen_or_missing(model: type[M], noun: str, key: str) -> M:
    row = model._default_manager.filter(pk=identified(noun, key)).first()
    if row is None:
        raise missing(noun)
    return row


def one_of(model: type[M], key: UUID, pointer: str) -> M:
    found = named(model._default_manager.all(), key, pointer)
    if found is None:
        raise ValidationError({pointer.strip("/"): [ErrorDetail("Name one.", "required")]})
    return found
