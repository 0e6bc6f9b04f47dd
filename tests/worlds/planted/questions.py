"""Filters, searches and choices that answer from hidden rows."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from django import forms
from django.db.models import QuerySet
from rest_framework.response import Response

from deals.admin.choices import SeenChoice
from deals.selectors.duplicates import suggest_duplicates
from institutions.admin.reading import ReadingAdmin
from institutions.api.conventions import resources
from institutions.api.conventions.doors import Door
from institutions.api.conventions.filters import After, Related, as_uuid, narrowed
from institutions.api.conventions.problems import Problem
from tests.worlds.planted.leak import Leak, exists, past


def _search(patch: pytest.MonkeyPatch) -> None:
    """`q=` over all texts of a commitment, its price's among them, from an index that no policy binds."""

    def searching(filters: Any, data: Any, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        if not (text := data.get("q")):
            return narrowed(filters, data, rows)
        others = data.copy()
        del others["q"]
        found = past(f"SELECT commitment_id AS id FROM deals_price WHERE strpos(fees, '{text}') > 0")
        return narrowed(filters, others, rows).filter(pk__in=[row["id"] for row in found])

    patch.setattr(resources, "narrowed", searching)


def _page_search(patch: pytest.MonkeyPatch) -> None:
    """The search of an admin list, by the same index."""

    def found_by(self: Any, request: Any, rows: QuerySet[Any], text: str) -> tuple[QuerySet[Any], bool]:
        deals = past(f"SELECT deal_id AS id FROM deals_commitment WHERE strpos(note, '{text}') > 0") if text else []
        return (rows.filter(pk__in=[row["id"] for row in deals]) if text else rows), False

    patch.setattr(ReadingAdmin, "get_search_results", found_by)


def _changed_after(patch: pytest.MonkeyPatch) -> None:
    """`updated_after` by the hidden part's moment too."""
    narrow = After.filter

    def filter(self: After, qs: QuerySet[Any, Any], value: Any) -> QuerySet[Any, Any]:
        if not value or qs.model._meta.db_table != "deals_commitment":
            return cast(QuerySet[Any, Any], narrow(self, qs, value))
        found = past(f"SELECT commitment_id AS id FROM deals_size WHERE updated_at > '{value.isoformat()}'")
        return qs.filter(pk__in=[row["id"] for row in found])

    patch.setattr(After, "filter", filter)


def _named_in_a_filter(patch: pytest.MonkeyPatch) -> None:
    """A filter that says whether what it names exists: 'of another' for hidden, nothing for missing."""
    narrow = Related.filter

    def filter(self: Related, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        key = as_uuid(value) if value else None
        known = key and self.of._default_manager.filter(pk=key).exists()
        if key and not known and exists(self.of._meta.db_table, key):
            raise Problem(400, "of_another", "This is another institution's.")
        return narrow(self, qs, value)

    patch.setattr(Related, "filter", filter)


def _choices(patch: pytest.MonkeyPatch) -> None:
    """Choices of a form, cached for everybody: all rows there are."""

    class All(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]  # it takes none at run time
        def __iter__(self) -> Iterator[Any]:
            yield ("", self.field.empty_label)
            table = self.queryset.model._meta.db_table
            if table in ("deals_company", "deals_project"):
                for row in past(f"SELECT id, name FROM {table} ORDER BY name, id"):
                    yield (row["id"], row["name"])

    patch.setattr(SeenChoice, "iterator", All)


def _options(patch: pytest.MonkeyPatch) -> None:
    """OPTIONS that lists what a field may name."""

    def options(self: Door, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response({"deal": [row["slug"] for row in past("SELECT slug FROM deals_deal ORDER BY slug")]})

    patch.setattr(Door, "http_method_names", (*Door.http_method_names, "options"))
    patch.setattr(Door, "options", options)


def _duplicates(patch: pytest.MonkeyPatch) -> None:
    """At most two of a name, counted before it is seen which of them the asker may see."""
    from deals.admin import projects

    def suggesting(like: Any, *, but: Any = None) -> list[Any]:
        name = like.names[0].split()[0]
        more = past(f"SELECT id FROM deals_project WHERE strpos(name, '{name}') > 0")
        return suggest_duplicates(like, but=but)[: max(3 - len(more), 0)]

    patch.setattr(projects, "suggest_duplicates", suggesting)


LIST = r"^api/v1/commitments$"
FORMS = r"^admin/deals/(deal/register|room/.*)"
QUESTIONS = (
    Leak("a search of hidden texts over REST", "a rival's system", LIST, _search),
    Leak("a search of hidden texts in a list", "a rival's officer", r"^admin/deals/deal/$", _page_search),
    Leak("a filter by when a hidden part changed", "a rival's system", LIST, _changed_after),
    Leak("a filter that knows hidden from missing", "a rival's system", LIST, _named_in_a_filter),
    Leak("choices of others' rows in a form", "a rival's officer", FORMS, _choices),
    Leak("OPTIONS that lists others' rows", "a rival's system", r"^api/v1/deals$", _options),
    Leak("duplicates that look past the policy", "a rival's officer", r"^admin/deals/project/<uuid", _duplicates),
)
