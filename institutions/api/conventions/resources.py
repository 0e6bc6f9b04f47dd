"""What is read: a resource is a reading with an address, filters and a documented shape; two views serve them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from institutions.api.conventions import preconditions
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import PAGING, PAST, REF, Filters, narrowed, refuse_beyond, refuse_unknown
from institutions.api.conventions.ordering import order_of
from institutions.api.conventions.pages import count_of, page_of, whole_page_of
from institutions.api.conventions.past import as_asked
from institutions.api.conventions.problems import Fault, Problem, missing
from institutions.selectors.reading import Reading, Shape, one

# Parameters of one object.
OF_ONE = ("fields", *PAST)
# What says how much to show of a list, and not of what.
WITHOUT_FILTERS = frozenset((*PAGING, *PAST)) - {"count"}


@dataclass(frozen=True)
class Resource:
    """`name` is the plural that its address ends in, `noun` the word for one of it. `remembers`: it is also shown as it
    stood."""

    name: str
    noun: str
    reading: Reading
    filters: type[Filters]
    shape: type[Serializer[Any]]
    remembers: bool = True


class ListView(Door):
    """A page of a resource."""

    resource: Resource

    def get(self, request: Request) -> Response:
        found = self.resource
        if not found.remembers:
            refuse_beyond(found.filters, request.query_params, *PAGING, REF)
        chosen = fields_of(request, found)
        order = order_of(request, found)
        with as_asked(request):
            if request.query_params.keys() <= WITHOUT_FILTERS:
                refuse_unknown(request.query_params, WITHOUT_FILTERS)
                page, counted = whole_page_of(request, found.reading, order), {}
            else:
                rows = narrowed(found.filters, request.query_params, found.reading.rows())
                page, counted = page_of(request, rows, order), count_of(request, rows)
            results = [pick(found.reading.shape(row), chosen) for row in page.rows]
        return Response({"results": results, "next": page.next, **counted})


class DetailView(Door):
    """One object, with its version; unchanged, it is not sent again. Whoever changes it names the version."""

    resource: Resource
    needs_version = ("POST", "PATCH")

    def get(self, request: Request, key: str) -> Response:
        return detailed(request, self.resource, key)


def detailed(request: Request, resource: Resource, key: str | UUID) -> Response:
    """The object with its version, or 304 where the asker has that already."""
    refuse_unknown(request.query_params, OF_ONE if resource.remembers else ["fields"])
    chosen = fields_of(request, resource)
    with as_asked(request):
        shape = shown(resource, key)
    headers = {"ETag": preconditions.etag(shape)}
    if preconditions.unchanged(request, shape):
        return Response(status=304, headers=headers)
    return Response(pick(shape, chosen), headers=headers)


def listed(resource: Resource) -> Callable[..., HttpResponseBase]:
    """The view of the resource's list."""
    return _view(ListView, resource)


def detail(resource: Resource) -> Callable[..., HttpResponseBase]:
    """The view of one of the resource."""
    return _view(DetailView, resource)


def _view(base: type[ListView] | type[DetailView], resource: Resource) -> Callable[..., HttpResponseBase]:
    view: type[Door] = type(f"{base.__name__}Of{resource.noun.title()}", (base,), {"resource": resource})
    return view.as_view()


def shown(resource: Resource, key: str | UUID) -> Shape:
    """The object as the asker sees it; hidden, missing and no id at all are the same 404."""
    found = one(resource.reading, identified(resource.noun, key))
    if found is None:
        raise missing(resource.noun)
    return found


def identified(noun: str, key: str | UUID) -> UUID:
    """The id in an address."""
    try:
        return key if isinstance(key, UUID) else UUID(key)
    except ValueError:
        raise missing(noun) from None


def fields_of(request: Request, resource: Resource) -> list[str]:
    """The fields that were asked for, [] for all. Raises a 400 problem for unknown ones."""
    if "fields" not in request.query_params:
        return []
    asked = [name for name in request.query_params["fields"].split(",") if name]
    known = resource.shape().fields
    wrong = [name for name in asked if name not in known]
    if wrong or not asked:
        detail = f"{resource.name} have the fields {', '.join(known)}."
        raise Problem.invalid([Fault("/fields", "unknown_field", detail, "query")])
    return asked


def pick(shape: Shape, chosen: list[str]) -> Shape:
    return {name: shape[name] for name in chosen} if chosen else shape
