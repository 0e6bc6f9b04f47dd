"""Forms of webhook endpoints."""

from datetime import UTC, datetime, time
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectMultipleWidget

from deals.admin.forms import day, line
from institutions.services.overlap import MOST_HOURS
from network.feed import TYPES
from network.webhooks.addresses import LONGEST

_TYPES = [(each, each.replace("_", " ").replace(".", ": ")) for each in TYPES]


class EndpointForm(forms.Form):
    """Where news is led, and which."""

    url = line(
        "Address", longest=LONGEST, required=True, hint="https://, on the public internet. Its name is looked up now."
    )
    description = line("What it is for", longest=200)
    events = forms.MultipleChoiceField(
        label="Only these events",
        choices=_TYPES,
        required=False,
        help_text="None chosen: all.",
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 8}),
    )


class RotateForm(forms.Form):
    """How long the present secret stays valid beside the new one."""

    overlap_hours = forms.IntegerField(
        label="Hours for which both are valid",
        min_value=0,
        max_value=MOST_HOURS,
        initial=24,
        help_text=f"0 ends the present one at once; {MOST_HOURS} at most.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class ReplayForm(forms.Form):
    """A range of days."""

    since = day("From", required=True, hint="The day begins at 00:00 UTC.")
    until = day("To", hint="The last day. Otherwise up to now.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        given["since"] = datetime.combine(since, time(), UTC) if since else None
        given["until"] = datetime.combine(until, time.max, UTC) if until else None
        return given
