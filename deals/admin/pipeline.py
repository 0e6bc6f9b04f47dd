"""The pipeline: deals by status as a board or as a table, with filters that can be kept under a name."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanWidget

from deals.admin.forms import choice, line
from deals.admin.picture import short
from deals.admin.words import fictional_badge
from deals.lifecycle import Class
from deals.models import DevelopmentStage, Mineral, Origin, Project, SavedView
from deals.money import Money, figure
from deals.selectors.pipeline import (
    ASIDE,
    COLUMNS,
    IN_A_COLUMN,
    IN_THE_TABLE,
    LOOKED_AT,
    Filters,
    GapKind,
    Line,
    pipeline,
)
from deals.sentences.words import in_row, later_word, listed, word
from deals.services.saved_views import end_view, save_view
from institutions.admin.site import person, site
from institutions.languages import in_words
from institutions.models import Staff
from institutions.permissions import Permission
from institutions.refusals import Refusal

WIDTH = 200
CLASSES = (Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE)
GAPS = {
    GapKind.OPEN: later("still open"),
    GapKind.NONE: later("none: firm money covers the target"),
    GapKind.UNKNOWN: later("no target"),
}
ANY = later("any")


class FilterForm(forms.Form):
    """Which deals are shown, and how."""

    mineral = forms.ModelChoiceField(
        Mineral.objects.order_by("name", "id"),
        label=later("Mineral"),
        required=False,
        empty_label=ANY,
        widget=UnfoldAdminSelectWidget(),
    )
    stage = choice(
        later("Project's stage"),
        [("", ANY), *((stage.value, later_word(stage.value)) for stage in DevelopmentStage)],
        required=False,
    )
    country = choice(later("Country"), [("", ANY)], required=False)
    cls = choice(
        later("Has money that is"),
        [("", later("of any class")), *((cls.value, later_word(cls.value)) for cls in CLASSES)],
        required=False,
    )
    gap = choice(later("Gap to firm"), [("", ANY), *((gap.value, said) for gap, said in GAPS.items())], required=False)
    mine = forms.BooleanField(label=later("Ours only"), required=False, widget=UnfoldBooleanWidget())

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        # Of the projects that the asker sees.
        found = sorted(set(Project.objects.order_by().values_list("country", flat=True).distinct()))
        offered = [("", ANY), *zip(found, found, strict=True)]
        self.fields["country"].choices = offered  # type: ignore[attr-defined]

    def filters(self, who: Staff) -> Filters:
        """What of it could be read."""
        given = self.cleaned_data
        mineral = given.get("mineral")
        return Filters(
            mineral=mineral.pk if mineral else None,
            stage=given.get("stage", ""),
            country=given.get("country", ""),
            cls=given.get("cls", ""),
            gap=given.get("gap", ""),
            mine=who.institution_id if given.get("mine") else None,
        )


class SaveForm(forms.Form):
    """A name for what is filtered now."""

    name = line(later("Name"), longest=60, required=True)
    shared = forms.BooleanField(label=later("For everybody here"), required=False, widget=UnfoldBooleanWidget())
    pinned = forms.BooleanField(label=later("Among the first"), required=False, widget=UnfoldBooleanWidget())


@dataclass(frozen=True)
class Bar:
    """How long the money of a class is against the target, in units of the drawing."""

    cls: str
    y: int
    length: int


@dataclass(frozen=True)
class Card:
    """A deal as the board and the table show it."""

    line: Line

    @property
    def status(self) -> str:
        return word(self.line.deal.status)

    @property
    def minerals(self) -> str:
        return listed(self.line.minerals)

    @property
    def published(self) -> bool:
        return self.line.deal.origin == Origin.PUBLISHED

    @property
    def fictional(self) -> str:
        return fictional_badge() if self.line.deal.demo else ""

    @property
    def target(self) -> str:
        sums = self.line.sums
        return f"{sums.currency} {short(sums.target)}" if sums.target else ""

    @property
    def bars(self) -> list[Bar]:
        most = self._most()
        amounts = [(cls, self.line.sums.of(cls).amount) for cls in CLASSES]
        # Something is never drawn as nothing.
        return [
            Bar(cls.value, 1 + 8 * place, max(int(amount / most * WIDTH), 2) if amount else 0)
            for place, (cls, amount) in enumerate(amounts)
        ]

    @property
    def target_at(self) -> int | None:
        target = self.line.sums.target
        return int(target.amount / self._most() * WIDTH) if target else None

    def _most(self) -> Decimal:
        sums = self.line.sums
        aims = [sums.target.amount] if sums.target else []
        return max(*(sums.of(cls).amount for cls in CLASSES), *aims, Decimal(1))

    @property
    def money(self) -> list[tuple[str, str]]:
        """Each class with its figure, and how many are of unknown amount."""
        return [(word(cls.value), self._said(cls, short)) for cls in CLASSES]

    @property
    def figures(self) -> list[str]:
        return [self._said(cls, figure) for cls in CLASSES]

    def _said(self, cls: Class, say: Callable[[Money], str]) -> str:
        money, missing = self.line.sums.of(cls), self.line.sums.unknown(cls)
        said = say(money) if money.amount else ""
        more = _("%(count)s of unknown amount") % {"count": missing} if missing else ""
        return " + ".join(part for part in (said, more) if part) or _("none")

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Both, always together, each with its bound."""
        sums = self.line.sums
        return [(_("gap to firm"), figure(sums.to_firm.said)), (_("gap to signed"), figure(sums.to_signed.said))]

    @property
    def described(self) -> str:
        said = [_("%(name)s %(amount)s") % {"name": name, "amount": amount} for name, amount in self.money]
        return in_row([*said, _("target %(amount)s") % {"amount": self.target or _("not set")}])


@site.page("pipeline/", name="pipeline")
def board(request: HttpRequest) -> HttpResponseBase:
    """The deals that the asker sees; POST keeps the filters under a name."""
    who, table = person(request), request.GET.get("as") == "table"
    form = FilterForm(request.GET)
    form.is_valid()
    save = SaveForm(request.POST if request.method == "POST" else None, auto_id="id_save_%s")
    if request.method == "POST" and save.is_valid():
        try:
            save_view(by=who, filters=kept(request), **save.cleaned_data)
        except Refusal as refusal:
            save.add_error(None, in_words(refusal))
        else:
            messages.success(request, _("Saved as '%(name)s'.") % {"name": save.cleaned_data["name"]})
            return redirect(f"{request.path}?{kept(request)}")
    found = pipeline(form.filters(who), table=table)
    cards = [Card(each) for each in found.lines]
    columns = [
        (word(status), [card for card in cards if card.line.deal.status == status], found.counts.get(status, 0))
        for status in (*COLUMNS, *(aside for aside in ASIDE if found.counts.get(aside)))
    ]
    query = request.GET.copy()
    query["as"] = "board" if table else "table"
    filtered = any(value for name, value in request.GET.items() if name != "as")
    facts = {
        "form": form,
        "save": save,
        "table": table,
        "other": query.urlencode(),
        "filtered": filtered,
        "columns": columns,
        "cards": cards,
        "all": sum(found.counts.values()),
        "in_a_column": IN_A_COLUMN,
        "in_the_table": IN_THE_TABLE,
        "cut": found.cut,
        "looked_at": LOOKED_AT,
        "views": list(views_of(who)),
        "here": kept(request),
        "shares": who.may(Permission.DEALS_WRITE),
        "width": WIDTH,
    }
    return site.show(request, "admin/pipeline.html", facts, title=_("Pipeline"), status=422 if save.errors else 200)


@site.page("pipeline/view/<uuid:key>/end/", name="pipeline_view_end")
def end(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Removes a saved view; another's is the same as none."""
    if request.method != "POST" or not end_view(by=person(request), view=key):
        raise Http404
    messages.success(request, _("It is removed."))
    return redirect("admin:pipeline")


def views_of(who: Staff) -> Any:
    """One's own and one's institution's, the pinned first."""
    found = SavedView.objects.filter(ended_at=None).filter(Q(person=who) | Q(person=None))
    return found.order_by("-pinned", "name", "id")


def kept(request: HttpRequest) -> str:
    """The filters of the address that the page knows, in its own order."""
    query = request.GET.copy()
    for name in list(query):
        if name not in (*FilterForm.base_fields, "as") or not query[name]:
            del query[name]
    return query.urlencode()[:400]
