"""The page of a deal room."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.deals import BESIDE
from deals.admin.room.filling import room_of
from deals.admin.words import level_badge
from deals.models import GONE, InDeal
from deals.selectors.room_page import RoomParty, room_page
from deals.services.questions import may_answer_in
from institutions.admin.people import with_role
from institutions.admin.site import person, site
from institutions.permissions import Permission, Role


@site.page("deals/deal/<uuid:deal_id>/room/", name="deals_deal_room")
def room(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Parties, conflicts of interest, documents, questions and reports, as far as the asker sees them."""
    deal, who = room_of(deal_id), person(request)
    page = room_page(deal)
    officer = who.may(Permission.DEALS_WRITE)
    mine = [each for each in page.parties if each.line.party.institution_id == who.institution_id]
    facts = {
        "deal": deal,
        "page": page,
        "me": who.institution_id,
        "officer": officer,
        "officers": () if officer else with_role(who.institution_id, Role.OFFICER),
        "registrar": deal.owner_id == who.institution_id and deal.origin == "registered",
        "invitation": next((each.line.party for each in mine if _open(each)), None),
        "answerable": may_answer_in(who.institution_id, deal, page.questions) if officer else frozenset(),
        # Each with how far it is told.
        "documents": [(row, badge_of(row)) for row in page.documents],
        "questions": [(row, badge_of(row)) for row in page.questions],
        "reports": [(row, badge_of(row)) for row in page.reports],
        "conflicts": [(row, badge_of(row)) for row in page.conflicts],
    }
    return site.show(request, "admin/room.html", facts, title=_("Deal room"))


def badge_of(row: InDeal) -> SafeString:
    """How far a row is told."""
    return level_badge(row, row.owner.short_name)


def _open(party: RoomParty) -> bool:
    """Whether its institution may still reply."""
    gone = party.line.party.left_on or any(reply.answer in GONE for reply in party.replies)
    return not gone and party.line.party.origin == "registered"


def _door(_request: HttpRequest, deal_id: UUID) -> SafeString:
    page = reverse("admin:deals_deal_room", args=[deal_id])
    return format_html('<a class="ob-button" href="{}">{}</a>', page, _("Deal room"))


BESIDE.append(_door)
