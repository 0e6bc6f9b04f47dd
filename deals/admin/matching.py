"""Whom a deal's lead could ask, and which deals an institution could join."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.deals import BESIDE
from deals.admin.words import origin_badge
from deals.models import Deal, DealStatus
from deals.money import figure
from deals.selectors.closing_sets import ClosingSet
from deals.selectors.deals import leads, led_by
from deals.selectors.explaining import Explained, explained
from deals.selectors.mandates import standing
from deals.selectors.matching import OPEN_STATUSES, Criterion, Match, Verdict, deals_for
from deals.selectors.whom_to_ask import whom_to_ask
from institutions.admin.site import person, site
from institutions.models import Institution
from institutions.permissions import Permission


@dataclass(frozen=True)
class ShownMatch:
    """A match as one line: the fill as a share of the gap for its bar, and how many criteria failed or are unknown."""

    line: Explained
    deal: Deal | None = None
    # Whether the institution is in the deal already, as far as the reader sees.
    taking_part: bool = False

    @property
    def origin(self) -> SafeString:
        return origin_badge(self.deal.origin, demo=self.deal.demo) if self.deal else SafeString("")

    @property
    def match(self) -> Match:
        return self.line.match

    @property
    def fill(self) -> str:
        return figure(self.match.fill) if self.match.fill else ""

    @property
    def percent(self) -> int:
        return int(self.match.share * 100)

    @property
    def failed(self) -> int:
        return self.match.count(Verdict.FAILED)

    @property
    def unknown(self) -> int:
        return self.match.count(Verdict.UNKNOWN)

    @property
    def criteria(self) -> list[tuple[str, str, str, str]]:
        """Name, verdict, sign and reason of each."""
        names = names_of_criteria()
        return [(names[each.code], each.verdict.value, SIGNS[each.verdict], each.reason) for each in self.line.criteria]


SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✕", Verdict.UNKNOWN: "?"}


def names_of_criteria() -> dict[Criterion, str]:
    return {
        Criterion.MINERALS: _("Minerals"),
        Criterion.CHAIN_STAGES: _("Supply chain"),
        Criterion.STAGE: _("Development stage"),
        Criterion.COUNTRY: _("Country"),
        Criterion.INSTRUMENTS: _("Instruments"),
        Criterion.TICKET: _("Ticket"),
        Criterion.TENOR: _("Tenor"),
        Criterion.LINK: _("National interest"),
        Criterion.GAP: _("Gap"),
    }


@dataclass(frozen=True)
class ShownSet:
    """Institutions that could close the gap together."""

    names: tuple[tuple[UUID, str], ...]
    most: str
    together: int
    pairs: int


@site.page("matches/", name="matches")
def matches(request: HttpRequest) -> HttpResponseBase:
    """Deals in the market that fit a mandate of one's own institution, in which it takes no part yet."""
    who = person(request)
    lines = explained(deals_for(who.institution_id))
    deals = Deal.objects.select_related("project", "owner").in_bulk([line.match.deal for line in lines])
    facts = {
        "lines": [ShownMatch(line, deals[line.match.deal]) for line in lines if line.match.deal in deals],
        "mandates": standing().filter(owner_id=who.institution_id).exists(),
        "states": who.may(Permission.MANDATES_WRITE),
    }
    return site.show(request, "admin/matches.html", facts, title=_("Deals for us"))


@site.page("deals/deal/<uuid:deal_id>/matches/", name="deals_deal_matches")
def asks(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """Institutions whose mandates the lead sees, against the deal; the smallest sets that could close its gap."""
    who = person(request)
    deal = Deal.objects.select_related("project", "owner").filter(pk=deal_id).first()
    if deal is None or not leads(who.institution_id, deal.pk):
        raise Http404
    found = whom_to_ask(deal)
    shown = [ShownMatch(line, taking_part=line.mandate.owner_id in found.there) for line in found.lines]
    called = dict(
        Institution.objects.filter(pk__in={each.institution for one in found.sets for each in one.members}).values_list(
            "pk", "short_name"
        )
    )
    facts = {
        "deal": deal,
        "fitting": [each for each in shown if each.match.fits],
        "others": [each for each in shown if not each.match.fits],
        "gap": figure(found.gap) if found.gap else "",
        "closed": found.gap is not None and not found.gap.amount,
        "sets": [_set(each, called) for each in found.sets],
        "invites": who.may(Permission.DEALS_WRITE),
    }
    return site.show(request, "admin/whom_to_ask.html", facts, title=_("Whom to ask"))


def _set(found: ClosingSet, called: dict[UUID, str]) -> ShownSet:
    names = tuple((each.institution, called.get(each.institution, "")) for each in found.members)
    return ShownSet(names, figure(found.most), found.together, found.pairs)


def _door(request: HttpRequest, deal_id: UUID) -> SafeString:
    """Beside the deal's name, for those who lead it while it looks for money."""
    open_ones = led_by(person(request).institution_id).filter(pk=deal_id, status__in=(DealStatus.DRAFT, *OPEN_STATUSES))
    if not open_ones.exists():
        return SafeString("")
    address = reverse("admin:deals_deal_matches", args=[deal_id])
    return format_html('<a class="ob-button" href="{}">{}</a>', address, _("Whom to ask"))


BESIDE.append(_door)
