"""What a person hears of by mail, and when."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminEmailInputWidget

from deals.admin.forms import choice
from institutions.languages import Language
from institutions.models import Staff
from institutions.services.mailbox import mailbox_of
from network.models import Cadence, Topic
from network.services.preferences import Preferences


class PreferencesForm(forms.Form):
    """One choice per topic, the hour, day and zone of what does not come at once, and the language of all."""

    hour = choice(later("Hour"), [(str(hour), f"{hour:02}:00") for hour in range(24)])
    weekday = choice(later("Day of what comes weekly"), [(str(at + 1), name) for at, name in sorted(WEEKDAYS.items())])
    time_zone = choice(later("Time zone"), [(zone, zone) for zone in sorted(available_timezones())])
    language = choice(later("Language of mail and of these pages"), Language.choices)

    def __init__(self, data: Any = None, *, now: Preferences) -> None:
        initial = {
            "hour": str(now.hour),
            "weekday": str(now.weekday),
            "time_zone": now.time_zone,
            "language": now.language,
        }
        super().__init__(data, initial=initial | {_field(topic): cadence for topic, cadence in now.cadences.items()})
        for topic in now.cadences:
            self.fields[_field(topic)] = forms.ChoiceField(
                label=topic.label, choices=Cadence.choices, widget=forms.RadioSelect
            )

    def topics(self) -> Iterator[BoundField]:
        """A row of the table each."""
        return (self[name] for name in self.fields if name.startswith("topic_"))

    def times(self) -> Iterator[BoundField]:
        return (self[name] for name in ("hour", "weekday", "time_zone", "language"))

    def chosen(self) -> dict[str, Any]:
        """As the service takes it."""
        given = self.cleaned_data
        cadences = {topic: Cadence(given[_field(topic)]) for topic in Topic if _field(topic) in given}
        return {
            "hour": int(given["hour"]),
            "weekday": int(given["weekday"]),
            "time_zone": given["time_zone"],
            "language": Language(given["language"]),
            "cadences": cadences,
        }


class MailboxForm(forms.Form):
    """The address of an institution's warnings; empty for none."""

    mailbox = forms.EmailField(
        label=later("Functional mailbox"),
        required=False,
        help_text=later("Read by several people, such as approvals@your-bank.example. Empty: none."),
        widget=UnfoldAdminEmailInputWidget(attrs={"autocomplete": "off"}),
    )


def mailbox_form(who: Staff, data: Any = None) -> MailboxForm:
    """With the address that the institution of `who` has now."""
    now = mailbox_of(who.institution_id)
    return MailboxForm(data, initial={"mailbox": now.email if now else ""})


def _field(topic: Topic) -> str:
    return f"topic_{topic.value}"
