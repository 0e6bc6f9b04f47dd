"""Forms about conditions precedent."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextareaWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import LEVELS, choice, day, line, one_line, percent
from deals.models import AWAITED, Commitment, Condition, ConditionKind, ConditionState, Deal, Origin
from deals.selectors.links import commitment_in_words
from deals.sentences.rows import later_condition_kind
from deals.sentences.words import later_word
from deals.services.deciding import ConditionDraft, Wait
from institutions.isolation.levels import Level
from institutions.isolation.sealing import digest

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

KINDS = [(code, later_condition_kind(code)) for code in ConditionKind.values]
DECIDED = [(code, later_word(code)) for code in ConditionState.values if code != ConditionState.OPEN]
STAGES: "list[tuple[str, StrOrPromise]]" = [("", later("none")), *((code, later_word(code)) for code in AWAITED)]


class CommitmentChoice(SeenChoice):
    """One of the deal's commitments, called as its `str` in the language that is active."""

    def label_from_instance(self, obj: Any) -> str:
        return commitment_in_words(obj)


class Waiting(forms.Form):
    """What a condition waits for: one commitment of the deal that the asker sees, or a condition of the deal."""

    awaited = CommitmentChoice(
        later("Waits for the commitment"), later("Another's in this deal, as far as you see them.")
    )
    stage = choice(later("to reach"), STAGES, required=False)
    shared = SeenChoice(later("Same as the deal's condition"), later("What the registrar keeps for all lenders."))

    def offer(self, deal: Deal | None, *, but: Condition | None = None) -> None:
        """Offers what the asker sees in the deal."""
        commitments: QuerySet[Commitment] = Commitment.objects.none()
        shared: QuerySet[Condition] = Condition.objects.none()
        if deal:
            live = Commitment.objects.filter(deal=deal, origin=Origin.REGISTERED)
            commitments = live.select_related("institution").order_by("institution__short_name", "told_at", "id")
            shared = Condition.objects.filter(deal=deal, commitment__isnull=True, state=ConditionState.OPEN)
            shared = shared.exclude(pk=but.pk) if but else shared
        offer(self, awaited=commitments, shared=shared)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("awaited")) is not bool(given.get("stage")) and not {"awaited", "stage"} & set(self.errors):
            self.add_error("stage", _("Name the commitment and the stage that it has to reach, or neither."))
        return given

    def waits(self) -> tuple[Wait, ...]:
        """What was named; call it on a valid form."""
        given = self.cleaned_data
        named = [Wait(given["awaited"], given["stage"])] if given.get("awaited") else []
        return (*named, *([Wait(shared=given["shared"])] if given.get("shared") else []))


class NewConditionForm(Waiting):
    """A condition, as an officer words it."""

    kind = choice(later("Kind"), KINDS)
    text = forms.CharField(
        label=later("Condition"),
        max_length=400,
        validators=[one_line],
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    least_offtake = percent(
        later("Least binding offtake, in percent of the output"),
        hint=later("Of a condition about offtake, where it has one."),
        decimals=2,
    )
    due_on = day(later("Due by"))
    responsible = line(later("Brought by"), longest=120, hint=later("Such as the borrower or its counsel."))
    level = choice(
        later("Who is told of it"),
        LEVELS,
        hint=later("No further than what it is of. Beyond the lead, two persons say so."),
    )

    field_order = ("kind", "text", "least_offtake", "due_on", "responsible", "level", "awaited", "stage", "shared")

    def draft(self) -> ConditionDraft:
        """The condition as the services take it; call it on a valid form."""
        given = self.cleaned_data
        return ConditionDraft(
            given["kind"],
            given["text"],
            given["due_on"],
            given["responsible"],
            self.waits(),
            given["least_offtake"],
        )

    @property
    def told(self) -> Level:
        return Level(self.cleaned_data["level"])


class AsConditionSeen(forms.Form):
    """A form about a condition as its page showed it: whoever sends it later changes nothing unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = (condition.state, condition.level, condition.due_on, condition.responsible, condition.updated_at)
        self.present = digest(str(shown))[:32]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        seen = given.pop("seen", "")
        if seen and seen != self.present:
            raise ValidationError(
                _(
                    "This was changed since you opened the page. It stands now as shown above; look again, then repeat "
                    "it."
                )
            )
        return given


class DecideForm(AsConditionSeen):
    """How a condition was decided."""

    to = choice(later("It is"), DECIDED)
    on = day(later("On"), hint=later("Today, unless you give another day."))
    evidence = line(later("Evidence"), longest=400, hint=later("By what it is satisfied."))
    evidence_reference = line(later("Its reference"), longest=120)
    reason = line(later("Reason"), longest=400, hint=later("For waiving it; told as far as the condition."))


class FactsForm(AsConditionSeen, Waiting):
    """What its institution says of an open condition."""

    due_on = day(later("Due by"))
    responsible = line(later("Brought by"), longest=120)
    level = choice(later("Who is told of it"), LEVELS)
    waits_no_more = forms.BooleanField(
        label=later("It waits for nothing that was named before"), required=False, widget=forms.CheckboxInput
    )

    field_order = ("due_on", "responsible", "level", "awaited", "stage", "shared", "waits_no_more")

    def __init__(self, *args: Any, condition: Condition, **kwargs: Any) -> None:
        super().__init__(*args, condition=condition, **kwargs)
        for name in ("due_on", "responsible", "level"):
            self.fields[name].initial = getattr(condition, name)
