"""Forms of the deals' pages: they read what was typed, and say at the field what is wrong and what to do."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from deals.admin.amounts import QUALIFIED, read_amount
from deals.admin.choices import offer, tranche_choice
from deals.admin.words import later_instrument, later_told_as, words
from deals.lifecycle import STAGES, Requirement
from deals.models import Commitment, Deal, Instrument, Qualifier, Tranche
from deals.plain import is_plain
from deals.sentences.next_steps import step_to_do
from deals.services.sizes import SizeDraft
from institutions.admin.refusing import in_plain_words
from institutions.isolation.levels import Level
from institutions.isolation.sealing import digest
from institutions.languages import in_words
from institutions.refusals import Refusal, Unmet

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

LEVELS = [(level.value, later_told_as(level)) for level in Level]
INSTRUMENTS = [(code, later_instrument(code)) for code in Instrument.values]
_OF_SIZE = ("amount", "currency", "qualifier")
_AS_IT_IS = later(", or leave its currency and how sure it is as they are")


def one_line(text: str) -> None:
    """Raises where a text holds what can't be seen."""
    if not is_plain(text):
        raise ValidationError(_("Use letters, digits and signs on one line; this holds characters that can't be seen."))


def line(label: "StrOrPromise", *, longest: int, required: bool = False, hint: "StrOrPromise" = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        validators=[one_line],
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )


def choice(
    label: "StrOrPromise",
    choices: "Sequence[tuple[str, StrOrPromise]] | Callable[[], Sequence[tuple[str, StrOrPromise]]]",
    *,
    hint: "StrOrPromise" = "",
    **more: Any,
) -> forms.ChoiceField:
    """One of a list, or of what a function gives whenever the form is made."""
    return forms.ChoiceField(label=label, choices=choices, help_text=hint, widget=UnfoldAdminSelectWidget(), **more)


def day(label: "StrOrPromise", *, required: bool = False, hint: "StrOrPromise" = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": later("Give a day of the calendar as YYYY-MM-DD, such as 2027-03-31.")},
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )


def percent(label: "StrOrPromise", *, hint: "StrOrPromise" = "", decimals: int = 6) -> forms.DecimalField:
    """From 0 to 100, with a point."""
    return forms.DecimalField(
        label=label,
        required=False,
        help_text=hint,
        min_value=0,
        max_value=100,
        max_digits=decimals + 3,
        decimal_places=decimals,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )


def said_at(refusal: Refusal) -> dict[str, str]:
    """What was refused, by what it concerns, in the language that is active."""
    if isinstance(refusal, Unmet):
        return {pointer: step_to_do(step) for pointer, step in refusal.unmet.items()}
    return {refusal.pointer: in_words(refusal)}


def put_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Puts what a service refused beside the fields that it concerns."""
    for pointer, text in said_at(refusal).items():
        name = pointer.strip("/").split("/")[0]
        # A form asks for a size as an amount and its currency.
        name = "amount" if name in ("size", "money") else name
        form.add_error(name if name in form.fields else None, in_plain_words(text))


class LetterForm(forms.Form):
    """A letter of interest, as an officer words it."""

    instrument = choice(later("Instrument"), INSTRUMENTS)
    tranche = tranche_choice(later("Letters often come before tranches: it may stay open."))
    qualifier = choice(later("How sure is the amount"), QUALIFIED)
    amount = line(
        later("Amount"), longest=40, hint=later("Digits and a point, such as 150000000.00. Leave it empty if unknown.")
    )
    currency = line(later("Currency"), longest=3, hint=later("Three letters, such as USD."))
    valid_until = day(later("Valid until"), required=True, hint=later("The letter lapses by itself after this day."))
    level = choice(
        later("Who is told of the letter"), LEVELS, hint=later("Beyond the lead, an approver confirms first.")
    )
    size_level = choice(later("Who is told its amount"), LEVELS, hint=later("No further than the letter itself."))
    reference = line(later("Your reference"), longest=80)
    note = forms.CharField(
        label=later("Note"),
        max_length=400,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=later("Told as far as the letter."),
    )

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, tranche=Tranche.objects.filter(deal=deal))
        self.fields["currency"].initial = deal.target_currency

    def clean_valid_until(self) -> date:
        valid_until: date = self.cleaned_data["valid_until"]
        if valid_until < timezone.now().date():
            raise ValidationError(_("This day has passed. Give today or a later day."))
        return valid_until

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"qualifier", "amount", "currency"} <= given.keys():
            self._read_size(given)
        if {"level", "size_level"} <= given.keys():
            further_than(self, given["size_level"], given["level"])
        return given

    def _read_size(self, given: dict[str, Any]) -> None:
        if given["qualifier"] == Qualifier.UNKNOWN:
            if given["amount"]:
                self.add_error("amount", _("Leave the amount empty, or choose how sure it is."))
            return
        given["money"] = read_amount(self, given, otherwise=_(", or choose 'amount unknown'"))

    def size(self) -> SizeDraft:
        """The amount as it was stated; call it on a valid form."""
        given = self.cleaned_data
        return SizeDraft(given.get("money"), Qualifier(given["qualifier"]), Level(given["size_level"]))


class AsSeen(forms.Form):
    """A form about a commitment as its page showed it: whoever sends it later changes nothing unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = getattr(commitment, "size", None)
        shown = (commitment.stage, commitment.level, commitment.updated_at, size and (size.level, size.updated_at))
        self.fields["seen"].initial = self.present = digest(str(shown))[:32]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        # Not a fact of the commitment: what is left is what was asked for.
        seen = given.pop("seen", "")
        if seen and seen != self.present:
            raise forms.ValidationError(
                _(
                    "This was changed since you opened the page. It stands now as shown above; look again, then repeat "
                    "it."
                )
            )
        return given


class MoveForm(AsSeen):
    """The next stage of a commitment, with what that stage asks for."""

    to = choice(later("Next stage"), [])
    on = day(later("On"), hint=later("Today, unless you give another day."))
    valid_until = day(later("Valid until"), hint=later("As it is, unless you give another day."))
    tranche = tranche_choice()
    amount = line(
        later("Another amount"), longest=40, hint=later("As it is, unless you give another: digits and a point.")
    )
    currency = line(later("Currency"), longest=3, hint=later("Three letters, such as USD."))
    qualifier = choice(later("How sure is the amount"), [("", later("as it is")), *QUALIFIED], required=False)
    agreement_reference = line(later("Agreement's reference"), longest=80)
    signed_on = day(later("Signed on"))
    reason = line(
        later("Reason"), longest=300, hint=later("For an ending or a step back; it stays with your institution.")
    )

    def __init__(self, *args: Any, commitment: Commitment, stages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        self.fields["to"].choices = [(stage, words(stage)) for stage in stages]  # type: ignore[attr-defined]
        offer(self, tranche=Tranche.objects.filter(deal_id=commitment.deal_id))
        self.fields["tranche"].initial = commitment.tranche_id
        self.size = getattr(commitment, "size", None)
        self.fields["currency"].initial = self.size.currency if self.size else ""
        if Requirement.AGREEMENT in STAGES[commitment.stage].requires:
            # What is signed changes by its ledger.
            for name in _OF_SIZE:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.keys() >= set(_OF_SIZE) and (size := self._size(*(given.pop(name) for name in _OF_SIZE))):
            given["size"] = size
        return given

    def _size(self, amount: str, currency: str, qualifier: str) -> SizeDraft | None:
        """Another size, or None where it stays as it is."""
        if qualifier == Qualifier.UNKNOWN:
            if amount:
                self.add_error("amount", _("Leave the amount empty, or choose how sure it is."))
            return SizeDraft(None, Qualifier.UNKNOWN)
        if not (amount or qualifier) and currency.upper() in ("", self.fields["currency"].initial):
            return None
        money = read_amount(self, {"amount": amount, "currency": currency}, otherwise=str(_AS_IT_IS))
        # Of what was unknown, an amount is exact unless something else is said.
        present = self.size.qualifier if self.size and self.size.amount is not None else Qualifier.EXACT
        return SizeDraft(money, Qualifier(qualifier or present)) if money else None


class LevelForm(AsSeen):
    """How far a commitment and its size are told."""

    level = choice(later("Who is told of it"), LEVELS)
    size_level = choice(later("Who is told its amount"), LEVELS, required=False)

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        self.fields["level"].initial = commitment.level
        size = getattr(commitment, "size", None)
        if size is None:
            del self.fields["size_level"]
        else:
            self.fields["size_level"].initial = size.level

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("size_level") and given.get("level"):
            further_than(self, given["size_level"], given["level"])
        return given


class DecisionForm(forms.Form):
    """An approver's word on what was prepared."""

    decision = forms.ChoiceField(choices=[("confirmed", later("Confirm")), ("rejected", later("Reject"))])
    reason = line(later("Reason"), longest=300)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("decision") == "rejected" and not given.get("reason") and not self.errors:
            self.add_error("reason", _("Say why you reject it, so that it can be prepared better."))
        return given


def further_than(form: forms.Form, size_level: str, level: str) -> None:
    """An amount is never told to somebody who does not know of its commitment."""
    if Level(size_level).rank > Level(level).rank:
        says = _("The amount can be told no further than the commitment itself: %(level)s.")
        form.add_error("size_level", says % {"level": words(level)})
