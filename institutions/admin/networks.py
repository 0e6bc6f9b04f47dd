"""Networks and who belongs to them: reference rows, which everyone reads."""

from datetime import date

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext, pgettext_lazy

from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import site
from institutions.models import Institution, Membership, Network
from institutions.selectors.naming import membership_in_words


@admin.register(Network, site=site)
class NetworkAdmin(ReadingAdmin):
    list_display = ("shown_name", "shown_code", "founded", "ended", "shown_predecessor")
    list_select_related = ("predecessor",)
    search_fields = ("name", "code")
    page_template = "admin/network.html"

    def facts(self, request: HttpRequest, row: Network) -> dict[str, object]:
        return {"memberships": row.memberships.select_related("institution").order_by("until", "institution", "id")}

    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Network) -> str:
        return row.name

    @admin.display(description=later("Code"), ordering="code")
    def shown_code(self, row: Network) -> str:
        return row.code

    @admin.display(description=later("Founded on"), ordering="founded_on")
    def founded(self, row: Network) -> date:
        return row.founded_on

    @admin.display(description=later("Ended on"), ordering="ended_on")
    def ended(self, row: Network) -> date | None:
        return row.ended_on

    @admin.display(description=later("Predecessor"), ordering="predecessor")
    def shown_predecessor(self, row: Network) -> Network | None:
        return row.predecessor


@admin.register(Membership, site=site)
class MembershipAdmin(ReadingAdmin):
    list_display = ("whose", "of", "standing", "begun", "ended", "why")
    list_filter = ("status", "network")
    list_select_related = ("institution", "network")
    search_fields = ("institution__name", "institution__short_name", "network__name")
    page_template = "admin/membership.html"

    def called(self, row: Membership) -> str:
        return membership_in_words(row)

    def rows(self) -> QuerySet[Membership]:
        return Membership.objects.select_related("institution", "network")

    @admin.display(description=later("Institution"), ordering="institution")
    def whose(self, row: Membership) -> Institution:
        return row.institution

    @admin.display(description=later("Network"), ordering="network")
    def of(self, row: Membership) -> Network:
        return row.network

    @admin.display(description=later("Status"), ordering="status")
    def standing(self, row: Membership) -> str:
        return pgettext("of a membership", row.get_status_display())

    @admin.display(description=later("Since"), ordering="since")
    def begun(self, row: Membership) -> date:
        return row.since

    @admin.display(description=later("Until"), ordering="until")
    def ended(self, row: Membership) -> date | None:
        return row.until

    @admin.display(description=pgettext_lazy("of a membership", "Basis"), ordering="basis")
    def why(self, row: Membership) -> str:
        return row.basis
