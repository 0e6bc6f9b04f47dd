"""As it stood: the page of a deal, commitment, document or project at the end of a past day; and, of one's own, what an
institution could see there then. The page is the real one; what it reads is decided by the database (past.stand)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import pgettext_lazy

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import day
from deals.admin.seen_as import KINDS, Kind, name_of, page_within, reader_of
from deals.sentences.days import day_in_words
from institutions.admin.site import person, site
from institutions.isolation.moment import Moment, as_it_stood, midnight_after, settled
from institutions.models import Institution, Staff
from institutions.permissions import Role


class DayForm(forms.Form):
    """A day that is over."""

    on = day(later("Day"), required=True, hint=later("As it stood at its end, in UTC."))

    def __init__(self, asked: Any = None) -> None:
        super().__init__(asked)
        self.fields["on"].widget.attrs["max"] = (timezone.now().date() - timedelta(days=1)).isoformat()

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on >= timezone.now().date():
            raise ValidationError(_("That day is not over yet: choose one that is."))
        if midnight_after(on) > settled():
            raise ValidationError(_("What was done on that day may still be on its way: ask again in some minutes."))
        return on


class ThenForm(DayForm):
    """And of one's own, whose sight of it."""

    whom = SeenChoice(
        pgettext_lazy("that looked at a page", "What this institution could see of ours"),
        later("None: what you could see then yourself."),
        empty="–",
    )

    def __init__(self, asked: Any, *, others: QuerySet[Institution] | None) -> None:
        super().__init__(asked)
        if others is None:
            del self.fields["whom"]
        else:
            offer(self, whom=others)


def viewing(who: Staff) -> Staff:
    """The person as one who only reads."""
    return Staff(
        id=who.id, email=who.email, name=who.name, institution=who.institution, role=Role.VIEWER, language=who.language
    )


def add_page(kind: Kind) -> None:
    """To choose the day, and what stood then."""

    def then(request: HttpRequest, key: UUID) -> HttpResponseBase:
        who = person(request)
        row = kind.model._default_manager.filter(pk=key).first()
        if row is None:
            raise Http404
        others = Institution.objects.exclude(pk=who.institution_id).order_by("short_name")
        form = ThenForm(request.GET or None, others=others if row.owner_id == who.institution_id else None)
        facts: dict[str, object] = {
            "name": name_of(row),
            "back": reverse(f"admin:deals_{kind.name}_change", args=[key]),
            "form": form,
        }
        if form.is_valid():
            on, whom = form.cleaned_data["on"], form.cleaned_data.get("whom")
            # Whoever only reads is offered nothing to do.
            reader = reader_of(whom) if whom else viewing(who)
            with as_it_stood(Moment.end_of(on, whom=whom.pk if whom else None)):
                facts |= {"on": day_in_words(on), "whom": whom, "shown": page_within(request, kind, key, reader=reader)}
        return site.show(request, "admin/as_it_stood.html", facts, title=_("As it stood"))

    site.page(f"deals/{kind.name}/<uuid:key>/then/", name=f"deals_{kind.name}_then")(then)


for each in KINDS:
    add_page(each)
