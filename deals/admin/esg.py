"""A project's environmental and social side, and owners' answers to doubts."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.esg_forms import AnswerForm, CategoryForm, ScreeningForm
from deals.admin.stating import not_an_officer, seen_project, shown, stated, tell_level
from deals.admin.words import level_badge
from deals.models import EsgCategory, EsgScreening
from deals.selectors.checking import Doubt, deal_doubts, project_doubts, seals_of
from deals.selectors.deal_page import deal_page, find_deal
from deals.selectors.esg import esg_of
from deals.selectors.sameness import family_of
from deals.sentences.days import day_in_words
from deals.sentences.esg import outcome, principle
from deals.services.answering_checks import answer_deal_check, answer_project_check
from deals.services.esg import categorise, screen, tell_category
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.models import Staff
from institutions.permissions import Permission


@dataclass(frozen=True)
class ShownCategory:
    row: EsgCategory

    @property
    def on(self) -> str:
        return day_in_words(self.row.as_of)

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.row, self.row.owner.short_name)


@dataclass(frozen=True)
class ShownPrinciple:
    """A principle, and how one's own institution finds it kept; `row` None: it did not screen it."""

    says: str
    row: EsgScreening | None

    @property
    def outcome(self) -> str:
        return outcome(self.row.outcome) if self.row else _("not screened")

    @property
    def on(self) -> str:
        return day_in_words(self.row.as_of) if self.row else ""


@dataclass(frozen=True)
class ShownEsg:
    strictest: str
    categories: list[ShownCategory]
    principles: list[ShownPrinciple]

    @property
    def screened(self) -> int:
        """Of the six."""
        return sum(each.row is not None for each in self.principles)


def esg_card(family: Sequence[UUID]) -> ShownEsg:
    """What the card of a project shows. Two queries."""
    seen = esg_of(family)
    return ShownEsg(
        seen.strictest,
        [ShownCategory(row) for row in seen.categories],
        [ShownPrinciple(principle(code), row) for code, row in seen.screenings.items()],
    )


@site.page("deals/project/<uuid:project_id>/category/", name="deals_project_category")
def category(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """Gives a project that the officer sees a category."""
    project, title = seen_project(project_id), _("Give a category")
    if refused := not_an_officer(request, title):
        return refused
    form = CategoryForm(request.POST or None, initial={"as_of": timezone.now().date()})

    def act(who: Staff) -> str:
        categorise(by=who, project=project, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        return stated()

    return shown(request, form, act, "admin:deals_project_change", project.pk, title=title, about=project.name)


@site.page("deals/project/<uuid:project_id>/screening/", name="deals_project_screening")
def screening(request: HttpRequest, project_id: UUID) -> HttpResponseBase:
    """Screens a project against one of the principles."""
    project, title = seen_project(project_id), _("Screen a principle")
    if refused := not_an_officer(request, title):
        return refused
    form = ScreeningForm(request.POST or None, initial={"as_of": timezone.now().date()})

    def act(who: Staff) -> str:
        screen(by=who, project=project, draft=form.draft())
        return stated()

    return shown(request, form, act, "admin:deals_project_change", project.pk, title=title, about=project.name)


@site.page("deals/esg-category/<uuid:row_id>/level/", name="deals_esgcategory_level")
def category_level(request: HttpRequest, row_id: UUID) -> HttpResponseBase:
    """Tells one's own category further or narrower."""
    rows = EsgCategory.objects.select_related("owner", "project")
    row = rows.filter(pk=row_id, owner_id=person(request).institution_id).first()
    if row is None:
        raise Http404
    tell_level(request, lambda level: tell_category(by=person(request), category=row, level=level))
    return redirect("admin:deals_project_change", row.project_id)


@site.page("deals/project/<uuid:project_id>/answer/<slug:code>/", name="deals_project_answer")
def answer_of_project(request: HttpRequest, project_id: UUID, code: str) -> HttpResponseBase:
    """Why what a check doubts in one's own project is so."""
    project, title = seen_project(project_id), _("Answer a doubt")
    if project.owner_id != person(request).institution_id:
        raise Http404
    if refused := not_an_officer(request, title):
        return refused
    doubts = project_doubts(project, family_of(project.pk))
    form = AnswerForm(request.POST or None)

    def act(who: Staff) -> str:
        reason = form.cleaned_data["reason"]
        answer_project_check(by=who, project=project, code=code, finding=seals_of(doubts, code), reason=reason)
        return _answered()

    about = _said(doubts, code)
    return shown(request, form, act, "admin:deals_project_change", project.pk, title=title, about=about)


@site.page("deals/deal/<uuid:deal_id>/answer/<slug:code>/", name="deals_deal_answer")
def answer_of_deal(request: HttpRequest, deal_id: UUID, code: str) -> HttpResponseBase:
    """Why what a check doubts in one's own deal is so."""
    deal, title = find_deal(deal_id), _("Answer a doubt")
    if deal is None or deal.owner_id != person(request).institution_id:
        raise Http404
    if refused := not_an_officer(request, title, Permission.DEALS_WRITE):
        return refused
    doubts = deal_doubts(deal, deal_page(deal))
    form = AnswerForm(request.POST or None)

    def act(who: Staff) -> str:
        reason = form.cleaned_data["reason"]
        answer_deal_check(by=who, deal=deal, code=code, finding=seals_of(doubts, code), reason=reason)
        return _answered()

    return shown(request, form, act, "admin:deals_deal_change", deal.pk, title=title, about=_said(doubts, code))


def _said(doubts: Sequence[Doubt], code: str) -> str:
    """What is doubted; a check that finds nothing has nothing to be answered."""
    said = [doubt.says for doubt in doubts if doubt.code == code]
    if not said:
        raise Http404
    return " ".join(said)


def _answered() -> str:
    return _("Answered. Whoever is told of it sees your reason once an approver confirms.")
