"""Institutions: the facts of each, and of one's own also its people and partner systems."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext

from institutions.admin.member_forms import CONTACTS
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person, site
from institutions.models import Contact, ContactKind, Institution

# What other applications tell on an institution's page.
BENEATH: list[Callable[[HttpRequest, UUID], SafeString]] = []


@admin.register(Institution, site=site)
class InstitutionAdmin(ReadingAdmin):
    list_display = ("shown_short_name", "shown_name", "sort", "shown_country", "functions_in_words")
    list_filter = ("kind",)
    search_fields = ("name", "short_name", "native_name", "country")
    search_help_text = later("Name or country code")
    page_template = "admin/institution.html"

    def rows(self) -> QuerySet[Institution]:
        return Institution.objects.prefetch_related("predecessors")

    def facts(self, request: HttpRequest, row: Institution) -> dict[str, object]:
        """People and clients only of the asker's own institution: no policy hides them, this line does."""
        own = row.pk == person(request).institution_id
        return {
            "own": own,
            "beneath": [part(request, row.pk) for part in BENEATH],
            "functions": self.functions_in_words(row),
            "memberships": row.memberships.select_related("network").order_by("-since", "id"),
            "staff": row.staff.order_by("-is_active", "name", "id") if own else (),
            # The wall shows them to their institution and to the secretariat.
            "contacts": [(CONTACTS[ContactKind(each.kind)], each) for each in Contact.objects.filter(owner=row.pk)],
            "clients": row.clients.select_related("responsible").order_by("name", "id") if own else (),
        }

    @admin.display(description=later("Short name"), ordering="short_name")
    def shown_short_name(self, row: Institution) -> str:
        return row.short_name

    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Institution) -> str:
        return row.name

    @admin.display(description=later("Kind"), ordering="kind")
    def sort(self, row: Institution) -> str:
        return _(row.get_kind_display())

    @admin.display(description=later("Country"), ordering="country")
    def shown_country(self, row: Institution) -> str:
        return row.country

    @admin.display(description=later("Functions"))
    def functions_in_words(self, row: Institution) -> str:
        between = pgettext("between things that are listed", ", ")
        return between.join(_(function.replace("_", " ")) for function in row.functions)
