"""Search over what has a name: one field on every page (`/` goes there), and a page of its own."""

from dataclasses import dataclass

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextInputWidget

from deals.models import Company, Deal, Document, Found, Mineral, Project
from deals.selectors.by_name import Match, by_name
from deals.sentences.words import given, listed, word
from institutions.admin.site import site
from institutions.models import Institution

HEADINGS = {
    Found.DEAL: later("Deals"),
    Found.PROJECT: later("Projects"),
    Found.INSTITUTION: later("Institutions"),
    Found.COMPANY: later("Companies"),
    Found.DOCUMENT: later("Documents"),
    Found.MINERAL: later("Minerals"),
}


class FindForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label=later("A name, or how its words begin"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "search", "maxlength": 200}),
    )


@dataclass(frozen=True)
class ShownMatch:
    """What was found, as a line that leads to its page."""

    match: Match

    @property
    def link(self) -> str:
        app = self.match.row._meta.app_label
        return reverse(f"admin:{app}_{self.match.kind}_change", args=[self.match.row.pk])

    @property
    def name(self) -> str:
        row = self.match.row
        return row.name if isinstance(row, Institution) else str(row)

    @property
    def note(self) -> str:
        """What tells it from others of the name."""
        return listed(given(*self._parts()))

    def _parts(self) -> tuple[str, ...]:
        match self.match.row:
            case Deal() as deal:
                project = deal.project.name if deal.project and deal.project.name != deal.name else ""
                return (word(deal.status), project, _registrar(deal), word(deal.origin))
            case Project() as project:
                return (project.country, word(project.development_stage), word(project.origin))
            case Institution() as institution:
                return (word(institution.kind), institution.country)
            case Company() as company:
                return (company.country, word(company.origin))
            case Document() as document:
                return (word(document.kind), document.deal.name if document.deal else "", document.owner.short_name)
            case Mineral() as mineral:
                return (mineral.symbol,)
        return ()


def _registrar(deal: Deal) -> str:
    return _("registrar %(owner)s") % {"owner": deal.owner.short_name}


@site.page("find/", name="find")
def find(request: HttpRequest) -> HttpResponseBase:
    """What was found, as a page; with `part`, as the list that drops from the field."""
    asked = request.GET.get("q", "").strip()[:200]
    found = by_name(asked)
    facts = {
        "form": FindForm({"q": asked}),
        "asked": asked,
        "found": [
            (kind, HEADINGS[kind], [ShownMatch(each) for each in matches], found.more[kind])
            for kind, matches in found.by_kind.items()
        ],
        "kinds": listed(str(heading).lower() for heading in HEADINGS.values()),
    }
    if "part" in request.GET:
        return render(request, "admin/parts/found.html", facts)
    return site.show(request, "admin/find.html", facts, title=_("Search"))
