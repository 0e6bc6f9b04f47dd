"""Lists and pages of rows that are only read here: whatever changes them is a page over a service."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.admin import ShowFacets
from django.core.exceptions import SuspiciousOperation
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from institutions.admin.filters import spoken
from institutions.admin.paging import CountedSoFar
from institutions.admin.site import OrebookSite

# What other applications show on the page of each row, unless the page shows its own.
ALSO_SHOWN: list[Callable[[UUID], dict[str, object]]] = []


class ReadingAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """A list with search and filters, and one page per row. What a person may not see is missing, in every respect."""

    admin_site: OrebookSite
    actions = None
    list_per_page = 50
    paginator = CountedSoFar
    # Of how many a search found some is another count, of all.
    show_full_result_count = False
    list_filter_sheet = False
    # A filter's figures are questions more per page, and tell nothing that the list doesn't.
    show_facets = ShowFacets.NEVER
    page_template = ""

    def get_urls(self) -> list[URLPattern]:
        """The list and the page; Django's other doors (add, delete, history) do not exist."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", self.admin_site.admin_view(self.changelist_view), name=f"{name}_changelist"),
            path("<uuid:object_id>/change/", self.admin_site.admin_view(self.page_view), name=f"{name}_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        named = {"title": _(str(self.opts.verbose_name_plural).capitalize())}
        shown: HttpResponseBase = super().changelist_view(request, named | (extra_context or {}))
        return shown

    def page_view(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The page of one row; 404 for a hidden one as for a missing one."""
        row = self.find(object_id)
        facts = self.facts(request, row)
        if "history" not in facts:
            facts = {name: fact for also in ALSO_SHOWN for name, fact in also(row.pk).items()} | facts
        facts = {"opts": self.opts, "original": row} | facts
        return self.admin_site.show(request, self.page_template, facts, title=self.called(row))

    def called(self, row: Any) -> str:
        """What its page is called."""
        return str(row)

    def find(self, row_id: UUID) -> Any:
        row = self.rows().filter(pk=row_id).first()
        if row is None:
            raise Http404
        return row

    def rows(self) -> QuerySet[Any]:
        """What a page needs, in few questions."""
        found: QuerySet[Any] = self.model._default_manager.all()
        return found

    def facts(self, request: HttpRequest, row: Any) -> dict[str, object]:
        """What the page's template shows beside the row."""
        return {}

    def get_list_filter(self, request: HttpRequest) -> Any:
        return spoken(self.model, super().get_list_filter(request))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters on offer: any other look-up could ask about rows one by one."""
        offered = {each if isinstance(each, str) else each.parameter_name for each in self.list_filter}
        return lookup.removesuffix("__exact").removesuffix("__id") in offered

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Addresses with parameters that the list doesn't know are refused, not ignored."""
        known = {"q", "p", "o", "e", "all"}
        for name in request.GET:
            if name not in known and not self.lookup_allowed(name, "", request):
                raise SuspiciousOperation(f"The list of {self.opts.verbose_name_plural} knows no '{name}'.")
        return super().get_changelist_instance(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
