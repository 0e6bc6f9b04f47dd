"""Forms of teasers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import INSTRUMENTS, choice, day, line
from deals.models import Deal, DevelopmentStage, Interest, Mineral, Purpose
from deals.selectors.teasers import may_be_told
from deals.sentences.words import later_word
from deals.services.teasers import Facts

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def _several(label: "StrOrPromise", choices: "Sequence[tuple[str, StrOrPromise]]") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )


class ReleaseForm(forms.Form):
    """Whom a teaser goes to, until when, and what it tells."""

    to = SeenChoice(
        later("To"),
        later("A member or observer of the network, whether or not it takes part."),
        required=True,
        empty="",
    )
    until = day(later("Until"), required=True, hint=later("The last day on which it is told; it can be ended earlier."))
    minerals = _several(later("Minerals"), [])
    place = line(later("Country or region"), longest=80)
    stage = choice(
        later("Project's stage"),
        [("", later("not told")), *((code, later_word(code)) for code in DevelopmentStage.values)],
        required=False,
    )
    words = forms.CharField(
        label=later("In your own words"),
        max_length=1000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    tell_target = forms.BooleanField(label=later("Tell the target amount"), required=False)
    instruments = _several(later("Instruments sought"), INSTRUMENTS)
    purposes = _several(later("Purposes sought"), [(code, later_word(code)) for code in Purpose.values])
    reply_to = line(later("Reply to"), longest=200, required=True, hint=later("Name, address or telephone."))

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
        later("Answer"),
        [(Interest.INTERESTED.value, later("interested")), (Interest.NOT_INTERESTED.value, later("not interested"))],
    )
    note = line(later("Note"), longest=600)
