"""Companies and minerals: who is financed, and of what."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as later

from deals.admin.ownership import statements_about
from deals.admin.project_forms import LEVELS
from deals.admin.words import level_badge, origin_badge
from deals.models import Company, Mineral, Origin
from deals.sentences.words import listed
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person, site
from institutions.permissions import Permission

# What other applications put beside a name.
BESIDE: list[Callable[[HttpRequest, UUID], SafeString]] = []


@admin.register(Company, site=site)
class CompanyAdmin(ReadingAdmin):
    list_display = ("shown_name", "shown_country", "lei", "shown_origin")
    list_filter = ("origin",)
    search_fields = ("name", "country", "lei", "register_number")
    page_template = "admin/company.html"
    list_before_template = "admin/parts/register_company.html"

    def rows(self) -> QuerySet[Company]:
        return Company.objects.select_related("owner", "source")

    def facts(self, request: HttpRequest, row: Company) -> dict[str, object]:
        # A role can be visible where its project is not: such a role is left out.
        roles = row.roles.filter(project__name__isnull=False).select_related("project")
        who = person(request)
        officer = who.may(Permission.PROJECTS_WRITE)
        held, holds = statements_about(row)
        return {
            "origin": self.shown_origin(row),
            "told_to": level_badge(row, row.owner.short_name),
            "roles": roles.order_by("project__name", "id"),
            "held": held,
            "holds": holds,
            "states": officer,
            "own": officer and row.owner_id == who.institution_id and row.origin == Origin.REGISTERED,
            "levels": LEVELS,
            "me": who.institution_id,
        }

    # Named here and not by the model, whose names of fields are those of the API.
    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Company) -> str:
        return row.name

    @admin.display(description=later("Country"), ordering="country")
    def shown_country(self, row: Company) -> str:
        return row.country

    @admin.display(description=later("Origin"))
    def shown_origin(self, row: Company) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)


@admin.register(Mineral, site=site)
class MineralAdmin(ReadingAdmin):
    list_display = ("shown_name", "shown_symbol", "lists")
    search_fields = ("name", "symbol", "slug")
    page_template = "admin/mineral.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mineral]:
        return Mineral.objects.prefetch_related("listings")

    def facts(self, request: HttpRequest, row: Mineral) -> dict[str, object]:
        yielded = row.projects.filter(project__name__isnull=False).select_related("project")
        return {
            "listings": row.listings.all(),
            "projects": yielded.order_by("project__name", "id"),
            "beside": [part(request, row.pk) for part in BESIDE],
        }

    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Mineral) -> str:
        return row.name

    @admin.display(description=later("Symbol"), ordering="symbol")
    def shown_symbol(self, row: Mineral) -> str:
        return row.symbol

    @admin.display(description=later("On the lists of"))
    def lists(self, row: Mineral) -> str:
        return listed(dict.fromkeys(f"{listing.list} {listing.version}" for listing in row.listings.all()))
