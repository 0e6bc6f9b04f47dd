"""Forms of teasers."""

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import INSTRUMENTS, choice, day, line
from deals.admin.words import words
from deals.models import Deal, DevelopmentStage, Interest, Mineral, Purpose
from deals.selectors.teasers import may_be_told
from deals.services.teasers import Facts


def _several(label: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.SelectMultiple(attrs={"size": 6})
    )


class ReleaseForm(forms.Form):
    """Whom a teaser goes to, until when, and what it tells."""

    to = SeenChoice("To", "A member or observer of the network, whether or not it takes part.", required=True, empty="")
    until = day("Until", required=True, hint="The last day on which it is told; it can be ended earlier.")
    minerals = _several("Minerals", [])
    place = line("Country or region", longest=80)
    stage = choice(
        "Project's stage", [("", "not told"), *((c, words(c)) for c in DevelopmentStage.values)], required=False
    )
    words = forms.CharField(
        label="In your own words", max_length=1000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
    tell_target = forms.BooleanField(label="Tell the target amount", required=False)
    instruments = _several("Instruments sought", INSTRUMENTS)
    purposes = _several("Purposes sought", [(code, words_) for code, words_ in Purpose.choices])
    reply_to = line("Reply to", longest=200, required=True, hint="Name, address or telephone.")

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, to=may_be_told(deal, timezone.now().date()))
        self.fields["minerals"].choices = list(Mineral.objects.values_list("slug", "name"))  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What the service takes; call it on a valid form."""
        given = dict(self.cleaned_data)
        several: dict[str, Any] = {name: tuple(given.pop(name)) for name in ("minerals", "instruments", "purposes")}
        single: dict[str, Any] = {name: given.pop(name) for name in ("place", "stage", "words")}
        return given | {"facts": Facts(**several, **single)}


class ReplyForm(forms.Form):
    """The answer to a teaser."""

    answer = choice(
        "Answer", [(Interest.INTERESTED.value, "interested"), (Interest.NOT_INTERESTED.value, "not interested")]
    )
    note = line("Note", longest=600)
