"""Every list as a file: `/api/v1/deals.csv`, `/api/v1/deals.xlsx`, with the list's own filters and rights."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import PAST, narrowed, refuse_beyond
from institutions.api.conventions.identity import MayRead, still
from institutions.api.conventions.past import moment_of
from institutions.api.conventions.resources import ListView, Resource, fields_of
from institutions.selectors.reading import Rows
from network.export.chunks import chunks
from network.export.columns import cells_of, columns_of
from network.export.files import KINDS, answer, head


class FileOfList(Door):
    """A list from its first row to its last."""

    resource: Resource
    kind: str
    permission_classes = (MayRead,)
    whole_list = True
    chooses_fields = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        # The address says what is sent; what goes wrong is told in JSON all the same.
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request) -> HttpResponseBase:
        """All rows that the filters find, in the list's order; nested parts have columns of their own."""
        found = self.resource
        refuse_beyond(found.filters, request.query_params, "fields", *(PAST if found.remembers else ()))
        columns = columns_of(found.shape, fields_of(request, found))
        moment = moment_of(request)

        def rows() -> Rows:
            return narrowed(found.filters, request.query_params, found.reading.rows())

        # Now, too: what is wrong with a filter is a problem, not half a file.
        rows()
        if request.method == "HEAD":
            return head(self.kind, found.name)
        cells = chunks(found.reading, cells_of(columns), rows=rows, who=lambda: still(request), then=moment)
        return answer(self.kind, found.name, columns, cells)


def files_of(routes: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """The two files of each list among the routes."""
    for route in routes:
        view = getattr(getattr(route, "callback", None), "view_class", None)
        if isinstance(view, type) and issubclass(view, ListView):
            for kind in KINDS:
                yield path(f"{route.pattern}.{kind}", _file(view.resource, kind), name=f"{view.resource.name}-{kind}")


def _file(resource: Resource, kind: str) -> Any:
    answers = {"GET": {(200, KINDS[kind].partition(";")[0]): OpenApiTypes.BINARY}}
    name = f"{kind.title()}Of{resource.noun.title()}"
    view: type[Door] = type(name, (FileOfList,), {"resource": resource, "kind": kind, "answers": answers})
    return view.as_view()
