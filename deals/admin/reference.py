"""Projects, companies and minerals: what is financed, by whom, and of what."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from deals.admin.stack import shown_stack
from deals.admin.words import origin_badge, words
from deals.models import Company, Mineral, Project
from deals.selectors.deal_page import amount_in_words
from deals.selectors.stack import project_stack
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import site


@admin.register(Project, site=site)
class ProjectAdmin(ReadingAdmin):
    list_display = ("name", "country", "yields", "stage", "chain", "shown_origin")
    list_filter = ("development_stage", "origin")
    search_fields = ("name", "slug", "country", "region")
    search_help_text = "Name, country code or region"
    page_template = "admin/project.html"

    def rows(self) -> QuerySet[Project]:
        return Project.objects.select_related("owner", "network", "source").prefetch_related(
            "minerals__mineral", "companies__company"
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return Project.objects.prefetch_related("minerals__mineral")

    def facts(self, request: HttpRequest, row: Project) -> dict[str, object]:
        return {
            "capex": amount_in_words(row.capex_amount, row.capex_currency),
            "chain": self.chain(row),
            "stage": self.stage(row),
            "origin": self.shown_origin(row),
            "stack": shown_stack(request, lambda currency, on: project_stack(row, currency=currency, on=on)),
            "deals": row.deals.order_by("name"),
            # Whose company is hidden from the asker has no name to show here.
            "companies": [link for link in row.companies.all() if getattr(link, "company", None)],
        }

    @admin.display(description="Minerals")
    def yields(self, row: Project) -> str:
        return ", ".join(link.mineral.name for link in row.minerals.all())

    @admin.display(description="Development", ordering="development_stage")
    def stage(self, row: Project) -> str:
        return words(row.development_stage)

    @admin.display(description="Supply chain")
    def chain(self, row: Project) -> str:
        return ", ".join(words(stage) for stage in row.chain_stages)

    @admin.display(description="Origin")
    def shown_origin(self, row: Project) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)


@admin.register(Company, site=site)
class CompanyAdmin(ReadingAdmin):
    list_display = ("name", "country", "lei", "shown_origin")
    list_filter = ("origin",)
    search_fields = ("name", "country", "lei", "register_number")
    page_template = "admin/company.html"

    def rows(self) -> QuerySet[Company]:
        return Company.objects.select_related("owner", "source")

    def facts(self, request: HttpRequest, row: Company) -> dict[str, object]:
        # A role can be visible where its project is not: such a role is left out.
        roles = row.roles.filter(project__name__isnull=False).select_related("project")
        return {"origin": self.shown_origin(row), "roles": roles.order_by("project__name")}

    @admin.display(description="Origin")
    def shown_origin(self, row: Company) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)


@admin.register(Mineral, site=site)
class MineralAdmin(ReadingAdmin):
    list_display = ("name", "symbol", "lists")
    search_fields = ("name", "symbol", "slug")
    page_template = "admin/mineral.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mineral]:
        return Mineral.objects.prefetch_related("listings")

    def facts(self, request: HttpRequest, row: Mineral) -> dict[str, object]:
        yielded = row.projects.filter(project__name__isnull=False).select_related("project")
        return {"listings": row.listings.all(), "projects": yielded.order_by("project__name")}

    @admin.display(description="On the lists of")
    def lists(self, row: Mineral) -> str:
        return ", ".join(dict.fromkeys(f"{listing.list} {listing.version}" for listing in row.listings.all()))
