"""Forms of a commitment's ledger."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextInputWidget

from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import LEVELS, AsSeen, choice, day, line
from deals.models import Commitment, Kind
from deals.money import Money, MoneyError, minor_units
from deals.sentences.words import later_word
from deals.services.movements import PLAIN
from institutions.isolation.levels import Level
from institutions.languages import in_words
from institutions.models import Institution

KINDS = [(kind.value, later_word(kind.value)) for kind in PLAIN]


class DatedForm(AsSeen):
    """What every movement has: its day, and the notice that it follows."""

    on = day(later("Effective on"), hint=later("Today, unless you give an earlier day."))
    reference = line(later("Reference"), longest=80, hint=later("The notice or agreement that it follows."))

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        self.currency: str = getattr(getattr(commitment, "size", None), "currency", "")

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if on and on > timezone.now().date():
            raise ValidationError(_("A movement is dated today or earlier: what has not happened yet is none."))
        return on

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("amount"):
            try:
                given["money"] = Money.of(given.pop("amount"), self.currency)
            except MoneyError as error:
                self.add_error("amount", in_words(error))
            else:
                if given["money"].amount <= 0:
                    self.add_error("amount", _("Give an amount above zero."))
        return given


class MovementForm(DatedForm):
    """What an officer records of one's own money."""

    kind = choice(later("What happened"), KINDS, hint=later("What changes the committed amount waits for an approver."))
    amount = line(
        later("Amount"), longest=40, required=True, hint=later("In the commitment's currency: digits and a point.")
    )
    level = choice(
        later("Who is told"), [("", later("as the size, at most the lead")), *LEVELS], required=False,
        hint=later("Of what is drawn or repaid; a changed amount is told as the size."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["level"] = Level(given["level"]) if given.get("level") else None
        if given.get("kind"):
            given["kind"] = Kind(given["kind"])
        return given


class RedenominationForm(DatedForm):
    """Into which currency, and at which rate."""

    currency_ = line(later("New currency"), longest=3, required=True, hint=later("Three letters, such as EUR."))
    rate = forms.DecimalField(
        label=later("Rate"), max_digits=20, decimal_places=10, min_value=Decimal("0.0000000001"),
        help_text=later("New units for one old, such as 0.92."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "inputmode": "decimal"}),
    )  # fmt: skip

    def clean_currency_(self) -> str:
        code: str = self.cleaned_data["currency_"].upper()
        try:
            minor_units(code)
        except MoneyError as error:
            raise ValidationError(in_words(error)) from None
        return code


class OfferForm(DatedForm):
    """To whom, and how much."""

    to = SeenChoice(later("To"), later("It alone is told."), required=True, empty=later("choose one"))
    amount = line(
        later("Amount"), longest=40, required=True, hint=later("In the commitment's currency: digits and a point.")
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, commitment=commitment, **kwargs)
        others = Institution.objects.exclude(pk=commitment.owner_id).order_by("short_name")
        offer(self, to=others)


class TakeUpForm(AsSeen):
    """Of a commitment that is signed by the transfer: its agreement."""

    agreement_reference = line(later("Agreement's reference"), longest=80)
    signed_on = day(later("Signed on"))
