"""Orders of lists: an explicit list for each resource, made of times that the asker may see."""

from typing import TYPE_CHECKING

from rest_framework.request import Request

from institutions.api.conventions.filters import After
from institutions.api.conventions.problems import Fault, Problem

if TYPE_CHECKING:
    from institutions.api.conventions.resources import Resource


def orderings(resource: "Resource") -> dict[str, tuple[str, ...]]:
    """What `ordering` may say of the resource, each with the key of its pages; the first where nothing is said."""
    first, *rest = resource.reading.order
    if not rest:
        # By id alone: an order in which nobody looks for anything.
        return {}
    keys = {first: first}
    changed = resource.filters.base_filters.get("updated_after")
    if isinstance(changed, After):
        keys["updated_at"] = changed.field_name
    return {f"{sign}{name}": (f"{sign}{key}", *rest) for name, key in keys.items() for sign in ("", "-")}


def order_of(request: Request, resource: "Resource") -> tuple[str, ...]:
    """The key of the pages that were asked for. Raises a 400 problem for an order that is not on the list."""
    asked = request.query_params.get("ordering")
    if asked is None:
        return resource.reading.order
    known = orderings(resource)
    if asked not in known:
        says = f"{resource.name} can be ordered by {', '.join(known)}." if known else f"{resource.name} have one order."
        raise Problem.invalid([Fault("/ordering", "unknown_ordering", says, "query")])
    return known[asked]
