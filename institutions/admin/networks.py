"""Networks and who belongs to them: reference rows, which everyone reads."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import site
from institutions.models import Membership, Network


@admin.register(Network, site=site)
class NetworkAdmin(ReadingAdmin):
    list_display = ("name", "code", "founded_on", "ended_on", "predecessor")
    list_select_related = ("predecessor",)
    search_fields = ("name", "code")
    page_template = "admin/network.html"

    def facts(self, request: HttpRequest, row: Network) -> dict[str, object]:
        return {"memberships": row.memberships.select_related("institution").order_by("until", "institution", "id")}


@admin.register(Membership, site=site)
class MembershipAdmin(ReadingAdmin):
    list_display = ("institution", "network", "standing", "since", "until", "basis")
    list_filter = ("status", "network")
    list_select_related = ("institution", "network")
    search_fields = ("institution__name", "institution__short_name", "network__name")
    page_template = "admin/membership.html"

    def rows(self) -> QuerySet[Membership]:
        return Membership.objects.select_related("institution", "network")

    @admin.display(description="Status", ordering="status")
    def standing(self, row: Membership) -> str:
        return row.get_status_display()
