"""The book status on a deal's page: the lead's panel with every party's line, a party's own line as a picture."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.forms import choice
from deals.lifecycle import Class
from deals.models import STEPS, BookLine, Deal, Origin
from deals.selectors.book_status import Shown, last_told, step_of, told_to_all, would_be_told
from deals.selectors.deal_page import DealPage
from deals.sentences.days import day_in_words
from deals.sentences.words import listed
from deals.services.book_status import publish_book_status
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.permissions import Permission
from institutions.refusals import Refusal

# What it may mean that nothing is told, and no more than that.
WITHHELD = later(
    "Withheld: fewer than three others, or one of them too large, or an amount not known, or too little changed since."
)
# In units of the drawing: the target, and what is beyond it.
WHOLE, LONGEST = 480, 600


@dataclass(frozen=True)
class Bar:
    """A share of the target as a bar."""

    share: int

    @property
    def width(self) -> int:
        return min(self.share * WHOLE // 100, LONGEST)


@dataclass(frozen=True)
class Row:
    """One party's line in the lead's panel: as it was told last, and as it would be told now."""

    name: str
    told: str
    now: str


@dataclass(frozen=True)
class Panel:
    """What the part of the page shows: the lead's rows, or a party's own line."""

    leads: bool
    rows: tuple[Row, ...] = ()
    step: int | None = None
    publishes: bool = False
    line: BookLine | None = None
    own: str = ""

    @property
    def bar(self) -> Bar | None:
        return Bar(self.line.share) if self.line and self.line.share is not None else None

    @property
    def steps(self) -> tuple[int, ...]:
        return STEPS

    @property
    def withheld(self) -> str:
        return str(WITHHELD)


def book_panel(request: HttpRequest, deal: Deal, page: DealPage) -> Panel | None:
    """The panel; None for whoever is told nothing. Three questions for the lead, one for others."""
    who = person(request)
    if deal.owner_id != who.institution_id or deal.origin != Origin.REGISTERED:
        line = last_told(deal, who.institution_id)
        return Panel(leads=False, line=line, own=_own(page, who.institution_id)) if line else None
    step = step_of(deal)
    told = told_to_all(deal)
    would = would_be_told(deal, step or STEPS[0]) if deal.target_amount else []
    rows = tuple(Row(each.institution.short_name, _told(told.get(each.institution.pk)), _now(each)) for each in would)
    return Panel(leads=True, rows=rows, step=step, publishes=who.may(Permission.DEALS_WRITE))


class StepForm(forms.Form):
    """In which step the first status is told."""

    step = choice(later("Step"), [(str(step), f"{step} %") for step in STEPS], required=False)


@site.page("deals/deal/<uuid:deal_id>/book-status/", name="deals_deal_book_status")
def publish(request: HttpRequest, deal_id: UUID) -> HttpResponseBase:
    """The lead tells each party its line."""
    who = person(request)
    deal = Deal.objects.filter(pk=deal_id, owner_id=who.institution_id).first()
    if deal is None:
        raise Http404
    form = StepForm(request.POST)
    if request.method == "POST" and form.is_valid():
        step = form.cleaned_data["step"]
        try:
            publish_book_status(by=who, deal=deal, step=int(step) if step else None)
            messages.success(request, _("The book status is published: each party is told its own line."))
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
    return redirect("admin:deals_deal_change", deal.pk)


def _told(line: BookLine | None) -> str:
    if line is None:
        return _("nothing yet")
    if line.share is None or line.as_of is None:
        return _("withheld")
    return _("at least %(share)s %%, as of %(day)s") % {"share": line.share, "day": day_in_words(line.as_of)}


def _now(shown: Shown) -> str:
    if shown.share is None:
        return _("withheld")
    if shown.is_new or shown.as_of is None:
        return _("at least %(share)s %%") % {"share": shown.share}
    return _("at least %(share)s %% again, of %(day)s") % {"share": shown.share, "day": day_in_words(shown.as_of)}


def _own(page: DealPage, institution: UUID) -> str:
    """The reader's own firm money in words, which comes on top."""
    mine = [line for line in page.commitments if line.commitment.institution_id == institution and not line.replaced]
    return listed(line.size_in_words for line in mine if line.cls is Class.FIRM and line.size_in_words)
