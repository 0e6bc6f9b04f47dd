"""The log, as its witnesses need it: the newest heads, and a pack of what happened in a time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import day
from deals.selectors.incidents import deals_to_choose, named_deal
from institutions.admin.site import person, site
from institutions.selectors.heads import heads
from institutions.services.acting import as_it_stands
from network.export.chunks import Ended
from network.incident.answer import packed
from network.incident.pack import Asked

# As many as a day has.
SHOWN = 24


class PackForm(forms.Form):
    """Of what time, and of which deal."""

    since = day(later("From"), required=True, hint=later("The beginning of this day, in UTC."))
    until = day(later("To"), required=True, hint=later("The end of this day, in UTC."))
    deal = SeenChoice(pgettext_lazy("of a pack", "Deal"), later("All that you see otherwise."), empty="–")

    def __init__(self, asked: Any) -> None:
        today = timezone.now().date()
        super().__init__(asked, initial={"since": today - timedelta(days=7), "until": today})
        offer(self, deal=deals_to_choose())

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            raise ValidationError({"until": _("This day comes before the one from which on.")})
        return given


@site.page("log/", name="log")
def log(request: HttpRequest) -> HttpResponseBase:
    """The heads of a day, and the form of a pack; with its times, the pack itself."""
    who = person(request)
    form = PackForm(request.GET or None)
    if form.is_valid():
        given = form.cleaned_data
        since = datetime.combine(given["since"], datetime.min.time(), UTC)
        until = datetime.combine(given["until"] + timedelta(days=1), datetime.min.time(), UTC)
        name = f"{who.name} <{who.email}>"
        deal = named_deal(given["deal"].pk) if given["deal"] else None
        try:
            return packed(Asked(lambda: as_it_stands(who), who.institution, name, since, until, deal))
        except Ended:
            raise Http404 from None
    facts = {"heads": heads(limit=SHOWN), "form": form}
    return site.show(request, "admin/log.html", facts, title=_("The sealed log"), status=422 if form.errors else 200)
