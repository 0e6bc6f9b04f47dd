"""The map of projects: where they are, what they yield and how far their financing is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectWidget

from deals.places import HEIGHT, WIDTH, across, down
from deals.selectors.project_map import Finance, Site, sites
from deals.sentences.words import listed
from institutions.admin.site import site

# Told by the mark's shape as well as its colour.
FINANCE = {
    Finance.CLOSED: later("a deal has closed"),
    Finance.OPEN: later("a deal is under way"),
    Finance.NONE: later("no deal that you see"),
}


class MapForm(forms.Form):
    """Which of the projects are shown."""

    mineral = forms.ChoiceField(label=later("Mineral"), required=False, widget=UnfoldAdminSelectWidget())
    finance = forms.ChoiceField(label=later("Financing"), required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, asked: Mapping[str, Any], found: list[Site]) -> None:
        super().__init__(asked)
        minerals = {str(pk): name for each in found for pk, name in each.minerals}
        choices = sorted(minerals.items(), key=lambda each: each[1])
        self.fields["mineral"].choices = [("", _("every mineral")), *choices]  # type: ignore[attr-defined]
        self.fields["finance"].choices = [("", _("however far")), *FINANCE.items()]  # type: ignore[attr-defined]

    def keeps(self, each: Site) -> bool:
        mineral, finance = self.cleaned_data.get("mineral"), self.cleaned_data.get("finance")
        of = not mineral or mineral in {str(pk) for pk, name in each.minerals}
        return of and (not finance or each.finance == finance)


@dataclass(frozen=True)
class Mark:
    """A project as the map and its table show it; `x` and `y` in units of the picture."""

    site: Site

    @property
    def minerals(self) -> str:
        return listed(name for key, name in self.site.minerals)

    @property
    def finance(self) -> str:
        return str(FINANCE[self.site.finance])

    @property
    def described(self) -> str:
        """What its mark says."""
        return _("%(project)s, %(country)s: %(minerals)s; %(finance)s") % {
            "project": self.site.name,
            "country": self.site.country,
            "minerals": self.minerals,
            "finance": self.finance,
        }

    @property
    def x(self) -> float | None:
        return across(self.site.place[1]) if self.site.place else None

    @property
    def y(self) -> float | None:
        return down(self.site.place[0]) if self.site.place else None


def drawn(marks: list[Mark]) -> dict[str, object]:
    """What the picture of the world needs (admin/parts/world.html)."""
    return {"marks": marks, "width": WIDTH, "height": HEIGHT}


@site.page("map/", name="map")
def world(request: HttpRequest) -> HttpResponseBase:
    """The map, with the same as a table for whoever would rather read, and for what has no place on it."""
    found = sites()
    form = MapForm(request.GET, found)
    form.is_valid()
    marks = [Mark(each) for each in found if form.keeps(each)]
    facts = {
        "form": form,
        **drawn(marks),
        "unplaced": sum(mark.x is None for mark in marks),
        "any": bool(found),
        "legend": FINANCE.items(),
    }
    return site.show(request, "admin/map.html", facts, title=_("Map"))
