"""Mandates: one's own institution's, version by version, and each institution's on its page, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.admin.forms import put_refusal
from deals.admin.mandate_forms import MandateForm, filled_from
from deals.admin.project_forms import LEVELS
from deals.admin.stating import not_an_officer, tell_level
from deals.admin.words import level_badge
from deals.models import Mandate
from deals.selectors.mandates import mineral_names, versions_of
from deals.sentences.mandates import reading
from deals.services.mandates import end_mandate, state_mandate, tell_mandate
from institutions.admin.institutions import BENEATH
from institutions.admin.site import person, site
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.permissions import Permission
from institutions.refusals import Refusal


@dataclass(frozen=True)
class ShownMandate:
    """A version with its reading; `stands`: it is in force today and no later one is."""

    row: Mandate
    reads: str
    latest: bool
    stands: bool
    coming: bool

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.row, self.row.owner.short_name)


def shown(institution: UUID) -> list[ShownMandate]:
    """All versions that the reader sees, those that stand first. Two queries."""
    versions = versions_of(institution)
    names, today = mineral_names(version.mandate for version in versions), timezone.now().date()
    found = [
        ShownMandate(row, reading(row, names), latest, stands, coming=row.since > today)
        for row, latest, stands in versions
    ]
    return sorted(found, key=lambda each: not each.stands)


@site.page("mandates/", name="mandates")
def mandates(request: HttpRequest) -> HttpResponseBase:
    """What one's own institution may finance."""
    who = person(request)
    found = shown(who.institution_id)
    facts = {
        "lines": found,
        "standing": [each for each in found if each.stands],
        "states": who.may(Permission.MANDATES_WRITE),
        "levels": LEVELS,
    }
    return site.show(request, "admin/mandates.html", facts, title=_("Mandates"))


@site.page("mandates/new/", name="mandate_new")
def new(request: HttpRequest) -> HttpResponseBase:
    """States a version; `?from=` begins with what an earlier one says."""
    who = person(request)
    if refused := not_an_officer(request, _("State a mandate"), Permission.MANDATES_WRITE):
        return refused
    earlier = _own(who.institution_id, request.GET.get("from", ""))
    begins = filled_from(earlier) if earlier else {"since": timezone.now().date(), "level": Level.OWN.value}
    form = MandateForm(request.POST or None, initial=begins)
    if request.method == "POST" and form.is_valid():
        try:
            made = state_mandate(by=who, draft=form.draft(), level=Level(form.cleaned_data["level"]))
        except Refusal as refusal:
            put_refusal(form, refusal)
        else:
            messages.success(request, _("Stated: '%(name)s'.") % {"name": made.name})
            return redirect("admin:mandates")
    status = 422 if request.method == "POST" else 200
    return site.show(
        request, "admin/mandate_new.html", {"form": form, "earlier": earlier}, title=_("State a mandate"), status=status
    )


@site.page("mandates/<uuid:mandate_id>/level/", name="mandate_level")
def level(request: HttpRequest, mandate_id: UUID) -> HttpResponseBase:
    """Tells a version further or narrower."""
    row = _mine(request, mandate_id)
    tell_level(request, lambda level: tell_mandate(by=person(request), mandate=row, level=level))
    return redirect("admin:mandates")


@site.page("mandates/<uuid:mandate_id>/end/", name="mandate_end")
def end(request: HttpRequest, mandate_id: UUID) -> HttpResponseBase:
    """Today is its last day."""
    row = _mine(request, mandate_id)
    if request.method == "POST":
        try:
            end_mandate(by=person(request), mandate=row, on=timezone.now().date())
        except Refusal as refusal:
            messages.error(request, in_words(refusal))
        else:
            messages.success(request, _("Ended: today is its last day."))
    return redirect("admin:mandates")


def beneath(request: HttpRequest, institution: UUID) -> SafeString:
    """An institution's standing mandates in words, as far as the reader is told of them."""
    found = shown(institution)
    standing: Sequence[ShownMandate] = [each for each in found if each.stands]
    own = institution == person(request).institution_id
    return SafeString(render_to_string("admin/parts/mandates.html", {"lines": standing, "own": own}, request))


BENEATH.insert(0, beneath)


def _own(institution: UUID, key: str) -> Mandate | None:
    """One of the institution's own, None for what is no id of one."""
    try:
        return Mandate.objects.filter(pk=UUID(key), owner_id=institution).first()
    except ValueError:
        return None


def _mine(request: HttpRequest, key: UUID) -> Mandate:
    """One of the asker's own; another's is as missing here as a hidden one."""
    found = Mandate.objects.select_related("owner").filter(pk=key, owner_id=person(request).institution_id).first()
    if found is None:
        raise Http404
    return found
