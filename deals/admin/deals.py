"""Deals: the list, and the page on which a financing's state is read."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.book_status import book_panel
from deals.admin.closing import closing_page
from deals.admin.history import told
from deals.admin.lines import ShownCommitment, ShownTranche
from deals.admin.stack import shown_stack
from deals.admin.teasers import teasers_of
from deals.admin.way import ShownWay
from deals.admin.words import badge, level_badge, number, origin_badge, words
from deals.models import Deal, Origin
from deals.selectors.checking import deal_doubts
from deals.selectors.deal_page import amount_in_words, deal_page, find_deal
from deals.selectors.room_page import glance
from deals.selectors.stack import deal_stack
from institutions.admin.reading import ReadingAdmin
from institutions.admin.site import person, site
from institutions.permissions import Permission

# What other applications put beside a deal's name.
BESIDE: list[Callable[[HttpRequest, UUID], SafeString]] = []


@admin.register(Deal, site=site)
class DealAdmin(ReadingAdmin):
    list_display = ("shown_name", "shown_project", "country", "standing", "target", "registrar", "shown_origin")
    list_filter = ("status", "origin")
    search_fields = ("name", "code_name", "slug", "project__name", "project__country")
    search_help_text = later("Name, code name, project or country code")
    page_template = "admin/deal.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Deal]:
        return Deal.objects.select_related("project", "owner")

    def find(self, row_id: UUID) -> Deal:
        deal = find_deal(row_id)
        if deal is None:
            raise Http404
        return deal

    def facts(self, request: HttpRequest, row: Deal) -> dict[str, object]:
        page, keeps = deal_page(row), self.keeps(request, row)
        return {
            "page": page,
            "way": ShownWay.of(row, tranches=bool(page.tranches), keeps=keeps),
            "book": book_panel(request, row, page),
            "teasers": teasers_of(request, row),
            "lines": [ShownCommitment(line) for line in page.commitments if not line.replaced],
            "replaced": [ShownCommitment(line) for line in page.commitments if line.replaced],
            "tranches": [ShownTranche(tranche) for tranche in page.tranches],
            "covers": page.covers,
            "room": glance(row),
            "doubts": deal_doubts(row, page),
            "answers": "admin:deals_deal_answer" if keeps else "",
            "closing": closing_page(row),
            "may_add_to_deal": self.may_add(request, row),
            "stack": shown_stack(request, lambda currency, on: deal_stack(row, currency=currency, on=on)),
            "history": told(page.rows()),
            "standing": self.standing(row),
            "origin": self.shown_origin(row),
            "target": self.target(row),
            "told_to": level_badge(row, row.owner.short_name),
            "may_register": person(request).may(Permission.COMMITMENTS_WRITE),
            "keeps": keeps,
            "may_allocate": row.owner_id == person(request).institution_id
            and person(request).may(Permission.DEALS_WRITE),
            "beside": [part(request, row.pk) for part in BESIDE],
        }

    def keeps(self, request: HttpRequest, row: Deal) -> bool:
        """Whether the asker leads the deal from status to status."""
        who = person(request)
        registrar = row.owner_id == who.institution_id and row.origin == Origin.REGISTERED
        return registrar and who.may(Permission.DEALS_WRITE)

    def may_add(self, request: HttpRequest, row: Deal) -> bool:
        """Whether the asker keeps the deal's own conditions."""
        who = person(request)
        registrar = row.owner_id == who.institution_id and row.origin == Origin.REGISTERED
        return registrar and who.may(Permission.COMMITMENTS_WRITE)

    @admin.display(description=later("Name"), ordering="name")
    def shown_name(self, row: Deal) -> str:
        return row.name

    @admin.display(description=later("Project"), ordering="project__name")
    def shown_project(self, row: Deal) -> str:
        return row.project.name if row.project else ""

    @admin.display(description=later("Country"), ordering="project__country")
    def country(self, row: Deal) -> str:
        return row.project.country if row.project else ""

    @admin.display(description=later("Status"), ordering="status")
    def standing(self, row: Deal) -> SafeString:
        source = _("In the source: %(word)s") % {"word": row.source_word.replace("_", " ")} if row.source_word else ""
        return badge(words(row.status), "status", source)

    @admin.display(description=later("Target"))
    def target(self, row: Deal) -> SafeString:
        return number(amount_in_words(row.target_amount, row.target_currency))

    @admin.display(description=later("Registrar"), ordering="owner__short_name")
    def registrar(self, row: Deal) -> str:
        return row.owner.short_name

    @admin.display(description=later("Origin"))
    def shown_origin(self, row: Deal) -> SafeString:
        return origin_badge(row.origin, demo=row.demo)
