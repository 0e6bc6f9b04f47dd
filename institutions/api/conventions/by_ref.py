"""`…/by-ref/{scheme}/{value}`: one's own row under the name that it has in one's own systems, read or put there.

A PUT says what must hold, as every write does: `If-None-Match: *` that there is none yet, `If-Match` which version it
replaces. So a nightly run neither makes a row twice nor overwrites what a colleague changed in between.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import read, read_from
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, held
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.parsing import is_storable
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.api.conventions.resources import Resource, detailed, shown
from institutions.api.conventions.written import Written
from institutions.selectors.reading import Shape
from institutions.selectors.references import objects_named
from institutions.services.references import attach_reference, hold_name


class ByRef(Door):
    """A row of the asker's own, by what its systems call it."""

    written: Written
    resource: Resource
    http_method_names = ("get", "head", "put")
    needs_version = ("PUT",)
    permission_classes = (MayWrite,)

    def must_say_which(self, request: Request) -> None:
        if request.headers.get("If-None-Match", "").strip() != "*":
            preconditions.must_name(request)

    def get(self, request: Request, scheme: str, value: str) -> Response:
        """404 where the asker has no such row; 409 where it calls several so."""
        found = self._found(request, scheme, value)
        if found is None:
            raise missing(self.written.resource.noun)
        return detailed(request, self.resource, found)

    def put(self, request: Request, scheme: str, value: str) -> Response:
        """Registers a row under this name, 201, or changes the one that there is, 200."""
        refuse_unknown(request.query_params, ())
        sent = read(self.written.registers, request)
        hold_name(by=asker(request), scheme=scheme, value=value)
        found = self._found(request, scheme, value)
        if found is None:
            return self._registered(request, sent, scheme, value)
        if "If-Match" not in request.headers:
            detail = "There is one of this name. Read it, and send If-Match with its version to change it."
            raise Problem(412, "exists", detail, [Fault("/If-None-Match", "exists", detail, "header")])
        # Locked and compared first: what is the same already is asked of the row as it stands.
        row = self.written.current(request, str(found))
        changes = self._changes(dict(request.data), shown(self.written.resource, found))
        if changes:
            self.written.change(request, row, read_from(self.written.changes, changes))
        return self.written.answer(request, Done(200, found))

    def _registered(self, request: Request, sent: dict[str, Any], scheme: str, value: str) -> Response:
        if request.headers.get("If-Match"):
            detail = "There is none of this name. Send If-None-Match: * to register it."
            raise Problem(412, "not_there", detail, [Fault("/If-Match", "not_there", detail, "header")])

        def act() -> Done:
            made = self.written.register(request, sent)
            attach_reference(
                by=asker(request), table=made._meta.db_table, object_id=made.pk, scheme=scheme, value=value
            )
            return Done(201, made.pk)

        return self.written.answer(request, held(act))

    def _found(self, request: Request, scheme: str, value: str) -> UUID | None:
        if not is_storable(scheme + value):
            raise missing(self.written.resource.noun)
        model = self.written.model
        named = objects_named(model._meta.db_table, scheme, value)
        own = model._default_manager.filter(pk__in=named, owner_id=asker(request).institution_id)
        found: list[UUID] = list(own.order_by("pk").values_list("pk", flat=True)[:2])
        if len(found) > 1:
            detail = f"You call several {self.written.resource.name} so. Name the one that you mean by its id."
            raise Problem(409, "several", detail)
        return found[0] if found else None

    def _changes(self, sent: dict[str, Any], shape: Shape) -> dict[str, Any]:
        """What is to become another than it is. Raises a 422 problem for what a change can't reach."""
        other = {name: value for name, value in sent.items() if not says_the_same(value, shape.get(name))}
        known = self.written.changes().fields
        detail = "This is not changed so. Leave it as it is, or move the row on by its own transitions."
        wrong = [Fault(f"/{name}", "fixed", detail) for name in other if name not in known]
        if wrong:
            raise Problem.invalid(wrong, status=422)
        return other


def says_the_same(sent: Any, told: Any) -> bool:
    """Whether what is sent is what is there; members that are not sent are left as they are."""
    if isinstance(sent, dict) and isinstance(told, dict):
        return all(says_the_same(value, told.get(name)) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(told, list | tuple):
        return len(sent) == len(told) and all(map(says_the_same, sent, told))
    if sent is None or told is None or isinstance(sent, bool) or isinstance(told, bool):
        return sent is told
    return str(sent) == str(told)


def by_ref(written: Written) -> URLPattern:
    """The address of the resource's rows by the names that their owner's systems have for them."""
    base: type[Door] = type(
        f"ByRefOf{written.resource.noun.title()}",
        (ByRef,),
        {
            "__doc__": ByRef.__doc__,
            "written": written,
            "resource": written.resource,
            "writes": written.writes,
            "accepts": {"PUT": written.registers},
            "answers": {"PUT": {200: written.resource.shape, 201: written.resource.shape}},
        },
    )
    view: Callable[..., HttpResponseBase] = base.as_view()
    name = f"{written.resource.noun}_by_ref"
    return path(f"{written.resource.name}/by-ref/<str:scheme>/<str:value>", view, name=name)
