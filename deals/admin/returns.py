"""Annual returns: one's own, prepared from its ledgers; what others tell of theirs; and what all come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.admin.forms import put_refusal
from deals.admin.history import history_of
from deals.admin.project_forms import LEVELS
from deals.admin.return_forms import ReturnForm, SumForm, YearForm, years
from deals.admin.stating import not_an_officer, tell_level
from deals.admin.words import level_badge, words
from deals.models import SIDES, AnnualReturn
from deals.money import Money, figure
from deals.selectors.returns import AMOUNTS, YearTold, moved, own_versions, prefilled, standing, years_told
from deals.sentences.days import day_in_words
from deals.sentences.returns import amount, side
from deals.services.returns import last_year, prepare_return, publish_sum, tell_return
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import State
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.selectors.memberships import networks_of_member


@dataclass(frozen=True)
class ShownFigure:
    """One side in one currency: what it comes to, and of what, each amount in words; none where it is nothing."""

    side: str
    net: str
    parts: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class ShownReturn:
    """A version, `called` by a name of its own for who hears the page, which says no more than its reader is told.

    `stands`: confirmed, and no later one is; `moved`: the ledgers say something else now.
    """

    row: AnnualReturn
    figures: list[ShownFigure]
    called: str
    stands: bool = False
    moved: bool = False

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.row, self.row.owner.short_name)

    @property
    def confirmed(self) -> bool:
        return self.row.state == State.CONFIRMED

    @property
    def state(self) -> str:
        return "" if self.row.state == State.CONFIRMED else words(self.row.state)


@dataclass(frozen=True)
class ShownYear:
    """A year as its reader is told of it, money and cover in lines of their own."""

    year: int
    lines: list["ShownLine"]
    opened: list[AnnualReturn]


@dataclass(frozen=True)
class ShownLine:
    """`bars`: what may be opened, and what the others have together, in per cent of the largest of all years."""

    side: str
    told: str
    others: str
    as_of: str
    bars: tuple[int, ...]


def figures_of(kept: Sequence[dict[str, str]]) -> list[ShownFigure]:
    return [
        ShownFigure(
            side(line["side"]),
            amount(line, "net"),
            tuple(amount(line, name) if Decimal(line[name]) else "–" for name in AMOUNTS if name != "net"),
            line["reason"],
        )
        for line in kept
    ]


@site.page("returns/", name="annual_returns")
def returns(request: HttpRequest) -> HttpResponseBase:
    """What one's own institution returned, and what the network signed as far as it is told."""
    who = person(request)
    publishes = who.institution.is_secretariat and who.may(Permission.PROJECTS_WRITE)
    is_member = bool(networks_of_member(who.institution_id, on=timezone.now().date()))
    facts = {
        "own": own_shown(who.institution_id),
        "years": years_shown(years_told(who.institution_id)),
        "prepares": who.may(Permission.COMMITMENTS_WRITE) and is_member,
        "is_member": is_member,
        "publishes": publishes,
        "secretariat": who.institution.is_secretariat,
        "form": SumForm() if publishes else YearForm(),
        "levels": LEVELS,
        "last": last_year(),
    }
    return site.show(request, "admin/returns.html", facts, title=_("Annual returns"))


def own_shown(institution: UUID) -> list[ShownReturn]:
    """Every version of one's own, the latest year first. Three queries."""
    stand = set(standing().filter(owner_id=institution).order_by().values_list("pk", flat=True))
    other = moved(stand)
    rows = own_versions(institution).select_related("owner")
    says = _("Return of %(year)s, prepared on %(day)s")
    return [
        ShownReturn(
            row,
            figures_of(row.figures),
            # When it was prepared is its institution's own.
            says % {"year": row.year, "day": day_in_words(row.prepared_at.date())},
            row.pk in stand,
            row.pk in other,
        )
        for row in rows
    ]


def years_shown(found: list[YearTold]) -> list[ShownYear]:
    """Bars are in per cent of the largest amount of any year and side."""
    most = max((amount for year in found for pair in _amounts(year).values() for amount in pair), default=0)
    return [ShownYear(each.year, [_line(each, side_, most) for side_ in SIDES], each.opened) for each in found]


def _amounts(year: YearTold) -> dict[str, tuple[int, ...]]:
    told = {each.side: int(each.money.amount) for each in year.told}
    others = {each.side: int(each.at_least.amount) for each in year.others if each.at_least}
    return {side_: (max(0, told.get(side_, 0)), max(0, others.get(side_, 0))) for side_ in SIDES}


def _line(year: YearTold, of: str, most: int) -> ShownLine:
    told = next((each for each in year.told if each.side == of), None)
    others = next((each for each in year.others if each.side == of), None)
    says = _("none is told")
    if told:
        says = ngettext("%(money)s in %(n)s return", "%(money)s in %(n)s returns", told.returns)
        says = says % {"money": figure(told.money), "n": told.returns}
        if told.without_rate:
            says = _("%(told)s, without %(n)s in currencies that had no rate") % {"told": says, "n": told.without_rate}
    untold = _("told to members and observers") if year.published_on else _("not summed yet")
    return ShownLine(
        side(of),
        says,
        _others(others.at_least) if others else untold,
        day_in_words(others.as_of) if others and others.as_of else "",
        tuple(amount * 100 // most if most else 0 for amount in _amounts(year)[of]),
    )


def _others(at_least: Money | None) -> str:
    if at_least is None:
        return _("withheld")
    if not at_least.amount:
        return _("less than ten million")
    return _("at least %(money)s") % {"money": figure(at_least)}


@site.page("returns/new/", name="annual_return_new")
def new(request: HttpRequest) -> HttpResponseBase:
    """Prepares the return of `?year=`; its figures are shown before anything is written."""
    who = person(request)
    if refused := not_an_officer(request, _("Prepare an annual return"), Permission.COMMITMENTS_WRITE):
        return refused
    year = _year(request)
    before = standing().filter(owner_id=who.institution_id, year=year).first()
    # Told as far as the one whose place it takes, unless its preparer says otherwise.
    form = ReturnForm(request.POST or None, initial={"level": before.level if before else Level.OWN.value})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            prepare_return(
                by=who,
                year=year,
                adjustments=given["adjustments"],
                note=given["note"],
                level=Level(given["level"]),
                with_walled=given["with_walled"],
            )
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            says = _("Prepared: the return of %(year)s. An approver of your institution is asked to confirm it.")
            messages.success(request, says % {"year": year})
            return redirect("admin:annual_returns")
    figures, whole = (prefilled(who.institution_id, year, with_walled=walled) for walled in (False, True))
    facts = {
        "form": form,
        "year": year,
        "figures": figures_of(figures),
        # Nothing more for whoever is on no deal team.
        "whole": figures_of(whole) if whole != figures else [],
        "before": before,
    }
    status = 422 if request.method == "POST" else 200
    return site.show(
        request, "admin/return_new.html", facts, title=_("The return of %(year)s") % {"year": year}, status=status
    )


@site.page("returns/<uuid:annual_return_id>/", name="annual_return")
def one(request: HttpRequest, annual_return_id: UUID) -> HttpResponseBase:
    """One return, as far as it is told."""
    row = AnnualReturn.objects.select_related("owner").filter(pk=annual_return_id).first()
    if row is None:
        raise Http404
    title = _("%(name)s: annual return of %(year)s") % {"name": row.owner.short_name, "year": row.year}
    facts = {"line": ShownReturn(row, figures_of(row.figures), title), **history_of(row.pk)}
    return site.show(request, "admin/return.html", facts, title=title)


@site.page("returns/<uuid:annual_return_id>/level/", name="annual_return_level")
def level(request: HttpRequest, annual_return_id: UUID) -> HttpResponseBase:
    """Tells a return further or narrower."""
    who = person(request)
    rows = AnnualReturn.objects.select_related("owner")
    row = rows.filter(pk=annual_return_id, owner_id=who.institution_id).first()
    if row is None:
        raise Http404
    tell_level(request, lambda level: tell_return(by=who, annual_return=row, level=level))
    return redirect("admin:annual_returns")


@site.page("returns/sum/", name="return_sum")
def sum_up(request: HttpRequest) -> HttpResponseBase:
    """The secretariat has a year summed."""
    form = SumForm(request.POST)
    if request.method == "POST" and not form.is_valid():
        messages.error(request, _("Choose a year that has ended, and a network."))
    elif request.method == "POST":
        year = int(form.cleaned_data["year"])
        try:
            publish_sum(by=person(request), year=year, network=form.cleaned_data["network"])
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            says = _("The sum of %(year)s is published: each member and observer is told its own line.")
            messages.success(request, says % {"year": year})
    return redirect("admin:annual_returns")


def _year(request: HttpRequest) -> int:
    """The year that was asked for, last year where none was; a year that there is no return of is a missing page."""
    asked = request.GET.get("year", str(last_year()))
    if asked not in {code for code, _year in years()}:
        raise Http404
    return int(asked)
