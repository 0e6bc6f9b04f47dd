"""Forms around an allocation: the lead's terms, offer by offer, and the answer to a line."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextInputWidget

from deals.admin.forms import choice, day, line
from deals.allocation import Bid, Kind, Rule
from deals.money import Money, MoneyError, figure
from deals.services.allocating import BidTerms
from institutions.languages import in_words

RULES = [
    (Rule.PRO_RATA.value, later("pro rata: by the size of each offer")),
    (Rule.EQUAL.value, later("equal: the same for each, up to its offer")),
    (Rule.PRIORITY.value, later("priority: in your order, the first filled first")),
]
LEFT_OUT = "left_out"
TREATED = [
    (Kind.SCALABLE.value, later("scalable")),
    (Kind.FIXED.value, later("fixed")),
    (LEFT_OUT, later("left out")),
]


class _Amounts(forms.Form):
    """A form whose amounts are in one currency, that of the tranche."""

    amounts: tuple[str, ...] = ()

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in self.amounts:
            text = given.get(name)
            given[name] = None
            if text:
                try:
                    given[name] = Money.of(text, self.currency)
                except MoneyError as error:
                    self.add_error(name, in_words(error))
        return given


class BidForm(_Amounts):
    """How one offer is treated."""

    amounts = ("floor", "cap")

    treated = choice(later("Treat as"), TREATED)
    floor = line(later("Floor"), longest=40)
    cap = line(later("Cap"), longest=40)
    order = forms.IntegerField(
        label=later("Order"), required=False, min_value=1, max_value=10_000, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, *args: Any, bid: Bid, **kwargs: Any) -> None:
        super().__init__(*args, prefix=str(bid.key), currency=bid.amount.currency, **kwargs)
        self.bid = bid
        self.fields["treated"].initial = bid.kind.value
        for field in self.fields.values():
            # They stand in a table, whose heads are their labels.
            names = {"field": field.label, "offer": bid.said}
            field.widget.attrs["aria-label"] = _("%(field)s of %(offer)s") % names

    @property
    def offered(self) -> str:
        return figure(self.bid.amount)

    def terms(self) -> BidTerms:
        given = self.cleaned_data
        return BidTerms(
            commitment=self.bid.key,  # type: ignore[arg-type]  # the book's keys are ids
            kind=None if given["treated"] == LEFT_OUT else Kind(given["treated"]),
            floor=given["floor"],
            cap=given["cap"],
            order=given["order"],
            left_out=given["treated"] == LEFT_OUT,
        )


class AllocateForm(_Amounts):
    """The rule, the amount and the lot; with a form for each offer."""

    amounts = ("amount", "lot")

    rule = choice(later("Rule"), RULES)
    amount = line(
        later("Amount to share"), longest=40, hint=later("All that is not allocated yet, unless you give less.")
    )
    lot = line(later("Lot"), longest=40, hint=later("Shares come in whole lots, such as 1000000."))
    # Of the preview that the asker saw.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, bids: Sequence[Bid], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        self.bids = [BidForm(*args, bid=bid) for bid in bids]

    def is_valid(self) -> bool:
        # All of them, so that every mistake is shown at once.
        return all([super().is_valid(), *(bid.is_valid() for bid in self.bids)])

    def asked(self) -> dict[str, Any]:
        """What was asked for, as the services take it."""
        given = self.cleaned_data
        return {
            "rule": Rule(given["rule"]),
            "amount": given["amount"],
            "lot": given["lot"],
            "terms": [bid.terms() for bid in self.bids],
        }


class AcceptForm(forms.Form):
    """Accepting a line; the day is needed where the commitment has none that lasts."""

    valid_until = day(later("Valid until"), hint=later("As it is, unless you give another day."))


class DeclineForm(forms.Form):
    reason = line(later("Reason"), longest=300, hint=later("It stays with your institution."))
