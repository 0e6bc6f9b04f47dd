"""`…/bulk`: up to 1,000 rows at once, all or nothing, each as it would be written alone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions.bodies import Body, read, read_from
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite
from institutions.api.conventions.problems import Fault, Problem, problem_of
from institutions.api.conventions.written import Written
from institutions.api.shapes import Documented
from institutions.selectors.reading import objects

MOST = 1000


class Bulk(Door):
    """Several rows in one request."""

    written: Written
    http_method_names = ("post",)
    permission_classes = (MayWrite,)

    def post(self, request: Request) -> Response:
        """All are registered or none is; `errors` name each row and field that is wrong (`/rows/3/size/money`)."""
        refuse_unknown(request.query_params, ())
        rows = read(RowsBody, request)["rows"]

        def act() -> Done:
            made = self._all(request, rows)
            return Done(201, made[0], tuple(made))

        return once(request, act, self._answer)

    def _all(self, request: Request, rows: list[Any]) -> list[UUID]:
        made: list[UUID] = []
        faults: list[Fault] = []
        for place, row in enumerate(rows):
            try:
                with transaction.atomic():
                    made.append(self.written.register(request, read_from(self.written.registers, row)).pk)
                    # What the database checks at the end is checked here, so that it is told of its row.
                    connection.check_constraints()
            except Exception as error:
                problem = problem_of(error)
                if problem.status >= 500:
                    raise
                faults += _of_row(problem, f"/rows/{place}")
        if faults:
            detail = f"Nothing was written: {len({each.pointer.split('/')[2] for each in faults})} rows are wrong."
            raise Problem(422, "rows_refused", f"{detail} Mend each that errors name, and send all again.", faults)
        return made

    def _answer(self, done: Done) -> Response:
        """In the order of the rows."""
        shapes = objects(self.written.resource.reading, done.objects)
        if len(shapes) < len(done.objects):
            raise Problem(404, "not_found", "Not all that this request made is anything that you may see any more.")
        return Response({"results": [shapes[key] for key in done.objects]}, status=done.status)


class RowsBody(Body):
    rows = serializers.ListField(min_length=1, max_length=MOST)


def _of_row(problem: Problem, place: str) -> list[Fault]:
    faults = problem.faults or (Fault("", problem.code, problem.detail),)
    return [Fault(f"{place}{fault.pointer}", fault.code, fault.detail) for fault in faults]


def bulk(written: Written) -> URLPattern:
    """The address that takes many of the resource's rows at once."""
    noun = written.resource.noun.title()
    body = type(f"{noun}RowsBody", (Body,), {"rows": serializers.ListField(child=written.registers(), max_length=MOST)})
    shape = type(f"{noun}RowsShape", (Documented,), {"results": written.resource.shape(many=True)})
    told = {
        "__doc__": Bulk.__doc__,
        "written": written,
        "writes": written.writes,
        "accepts": {"POST": body},
        "answers": {"POST": {201: shape}},
    }
    base: type[Door] = type(f"BulkOf{noun}", (Bulk,), told)
    view: Callable[..., HttpResponseBase] = base.as_view()
    return path(f"{written.resource.name}/bulk", view, name=f"{written.resource.name}_bulk")
