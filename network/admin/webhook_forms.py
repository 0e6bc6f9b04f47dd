"""Forms of webhook endpoints."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectMultipleWidget

from deals.admin.forms import day, line
from deals.sentences.words import word
from institutions.services.overlap import MOST_HOURS
from network.feed import TYPES
from network.webhooks.addresses import LONGEST


def _type_in_words(code: str) -> str:
    what, _point, how = code.partition(".")
    return _("%(what)s: %(how)s") % {"what": word(what), "how": word(how)}


_later = lazy(_type_in_words, str)
_TYPES = [(each, _later(each)) for each in TYPES]


class EndpointForm(forms.Form):
    """Where news is led, and which."""

    url = line(
        later("Address"),
        longest=LONGEST,
        required=True,
        hint=later("https://, on the public internet. Its name is looked up now."),
    )
    description = line(later("What it is for"), longest=200)
    events = forms.MultipleChoiceField(
        label=later("Only these events"),
        choices=_TYPES,
        required=False,
        help_text=later("None chosen: all."),
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 8}),
    )


class RotateForm(forms.Form):
    """How long the present secret stays valid beside the new one."""

    overlap_hours = forms.IntegerField(
        label=later("Hours for which both are valid"),
        min_value=0,
        max_value=MOST_HOURS,
        initial=24,
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        says = _("0 ends the present one at once; %(most)s at most.")
        self.fields["overlap_hours"].help_text = says % {"most": MOST_HOURS}


class ReplayForm(forms.Form):
    """A range of days."""

    since = day(later("From"), required=True, hint=later("The day begins at 00:00 UTC."))
    until = day(later("To"), hint=later("The last day. Otherwise up to now."))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        given["since"] = datetime.combine(since, time(), UTC) if since else None
        given["until"] = datetime.combine(until, time.max, UTC) if until else None
        return given
