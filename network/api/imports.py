"""`/api/v1/imports`: a file of projects, deals or commitments, from its upload to what was made of it."""

from typing import Any
from uuid import UUID

import django_filters
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from institutions.api.conventions import preconditions
from institutions.api.conventions.bodies import read
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Codes, Filters, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayRead, asker
from institutions.api.conventions.pages import Page, page_of
from institutions.api.conventions.problems import missing
from institutions.api.conventions.resources import DetailView, ListView, Resource, identified, shown
from institutions.journal.naming import type_of
from institutions.permissions import Permission
from institutions.refusals import NotFound
from network.api import import_shapes as shapes
from network.export.files import attached
from network.models import Import, ImportKind, ImportState
from network.selectors.imports import IMPORTS, made_by, upload_of
from network.services import importing
from network.services.previewing import Preview
from network.services.wrong_rows import wrong_rows


class ImportFilters(Filters):
    kind = Codes(choices=ImportKind.choices)
    state = Codes(choices=ImportState.choices)
    demo = django_filters.BooleanFilter()
    updated_after = After()


# Older clients read all rows at once.
_MOST_AT_ONCE = 10_000

RESOURCE = Resource("imports", "import", IMPORTS, ImportFilters, shapes.ImportShape, remembers=False)


class Imports(ListView):
    """Imports of one's own institution; a POST uploads a file."""

    resource = RESOURCE
    # What it needs depends on what its rows are: the service asks for it.
    permission_classes = (MayRead,)
    parser_classes = (shapes.FormWithTable,)
    writes = Permission.READ
    accepts = {"POST": shapes.StartBody}
    answers = {"POST": {201: shapes.StartedShape}}

    def post(self, request: Request) -> Response:
        """Reads a file, and makes nothing yet. Needs the scope that registers such rows one by one."""
        refuse_unknown(request.query_params, ())
        sent = read(shapes.StartBody, request)
        file: shapes.Table = sent["file"]

        looked: list[Preview | None] = []

        def act() -> Done:
            who = asker(request)
            found, seen = importing.start_and_look(by=who, kind=sent["kind"], name=file.name, content=file.content)
            looked.append(seen)
            return Done(201, found.pk)

        return once(request, act, lambda done: _answer(request, done, looked[0] if looked else None))


class ImportView(DetailView):
    """One import; a PATCH corrects how it is read, and answers what is asked."""

    resource = RESOURCE
    permission_classes = (MayRead,)
    writes = Permission.READ
    accepts = {"PATCH": shapes.AnswerBody}
    answers = {"PATCH": {200: shapes.StartedShape}}

    def patch(self, request: Request, key: str) -> Response:
        """Once nothing is open any more the rows are tried, as if they were confirmed; nothing of it stays."""
        refuse_unknown(request.query_params, ())
        sent = read(shapes.AnswerBody, request)
        source = _current(request, key)
        seen = _taken(importing.answer, by=asker(request), source=source, **sent)
        return _answer(request, Done(200, source.pk), seen)


class ImportPreview(Door):
    """What an import would do."""

    permission_classes = (MayRead,)
    answers = {"GET": {200: shapes.ImportPreviewShape}}

    def get(self, request: Request, key: str) -> Response:
        """For whoever uploaded the file, until it is done; for everybody else there is none."""
        refuse_unknown(request.query_params, ())
        return Response(shapes.shown(_taken(importing.look, by=asker(request), source=_found(key))))


class ConfirmView(DetailView):
    """Makes all rows of an import, or none."""

    resource = RESOURCE
    permission_classes = (MayRead,)
    writes = Permission.READ
    http_method_names = ("post",)
    answers = {"POST": {200: shapes.ImportShape}}

    def post(self, request: Request, key: str) -> Response:
        """Each row under the permissions of a single one. What needs two persons waits for an approver. 422 names
        everything that stands in the way. More than 500 commitments are made by the worker: then the import is
        `running`, and its progress tells how far."""
        refuse_unknown(request.query_params, ())
        shown(RESOURCE, key)

        def act() -> Done:
            source = _current(request, key)
            _taken(importing.confirm, by=asker(request), source=source)
            return Done(200, source.pk)

        return once(request, act, lambda done: _answer(request, done))


class MadeRows(Door):
    """What an import made."""

    permission_classes = (MayRead,)
    answers = {"GET": {200: shapes.MadeShape}}
    parameters = {
        "cursor": "From `next`",
        "limit": "1 to 500; where none is given all of them, or 50 of more than 10,000",
    }

    def get(self, request: Request, key: str) -> Response:
        """Of its rows those that you see, in the order of the file."""
        refuse_unknown(request.query_params, self.parameters)
        rows = made_by(_found(key))
        found = list(rows[: _MOST_AT_ONCE + 1]) if not request.query_params else []
        whole = 0 < len(found) <= _MOST_AT_ONCE
        page = Page(found, None) if whole else page_of(request, rows, ("line", "id"))
        results = [{"row": r["line"], "type": type_of(r["of_table"]), "id": r["row_id"]} for r in page.rows]
        return Response({"results": results, "next": page.next})


class ImportProgress(Door):
    """How far the worker is with an import."""

    permission_classes = (MayRead,)
    answers = {"GET": {200: shapes.ProgressShape}}

    def get(self, request: Request, key: str) -> Response:
        """For whoever uploaded the file; for everybody else there is none."""
        refuse_unknown(request.query_params, ())
        source = _found(key)
        if (now := upload_of(source)) is None:
            raise missing("import")
        told = {"taking_back": now.taking_back, "done": now.done, "of": now.of, "stopped": now.stopped}
        return Response({"state": source.state, **told})


class WrongRows(Door):
    """The rows that can't be imported as they are."""

    permission_classes = (MayRead,)
    answers = {"GET": {(200, "text/csv"): OpenApiTypes.BINARY}}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, key: str) -> HttpResponseBase:
        """As they stand in the file, with the reasons in a column of their own: to be corrected and uploaded again."""
        refuse_unknown(request.query_params, ())
        seen = _taken(importing.look, by=asker(request), source=_found(key))
        return attached(wrong_rows(seen), "rows-in-error")


def _found(key: str | UUID) -> Import:
    found = Import.objects.filter(pk=identified("import", key)).first()
    if found is None:
        raise missing("import")
    return found


def _current(request: Request, key: str) -> Import:
    """The import, once the asker has shown that it read it as it is; whoever writes compares its revision again. Not
    locked: a file is read before anything is, and the worker holds the lock for as long as it writes."""
    source = _found(key)
    preconditions.must_match(request, shown(RESOURCE, source.pk))
    return source


def _taken(act: Any, **facts: Any) -> Any:
    """A file that is another person's, or is no more, is missing."""
    try:
        return act(**facts)
    except NotFound:
        raise missing("import") from None


def _answer(request: Request, done: Done, looked: Preview | None = None) -> Response:
    """`looked`: what was seen in this request, so that a long file is read once in it."""
    shape = shown(RESOURCE, done.object_id)
    headers = {"ETag": preconditions.etag(shape)}
    if done.status == 201:
        headers["Location"] = request.build_absolute_uri(f"/api/v1/imports/{shape['id']}")
    seen = None
    if shape["state"] == ImportState.OPEN:
        seen = shapes.shown(looked or _taken(importing.look, by=asker(request), source=_found(done.object_id)))
    return Response(shape | {"preview": seen}, status=done.status, headers=headers)


ROUTES: list[URLPattern] = [
    path("imports", Imports.as_view(), name="imports"),
    path("imports/<str:key>", ImportView.as_view(), name="import"),
    path("imports/<str:key>/preview", ImportPreview.as_view(), name="import-preview"),
    path("imports/<str:key>/confirm", ConfirmView.as_view(), name="import-confirm"),
    path("imports/<str:key>/progress", ImportProgress.as_view(), name="import-progress"),
    path("imports/<str:key>/rows", MadeRows.as_view(), name="import-rows"),
    path("imports/<str:key>/errors.csv", WrongRows.as_view(), name="import-errors"),
]
