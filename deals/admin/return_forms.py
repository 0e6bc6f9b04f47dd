"""The form of an annual return: its ledgers' figures stand, and what they do not hold is added or taken off."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldBooleanWidget

from deals.admin.amounts import Misread, read
from deals.admin.choices import SeenChoice, offer
from deals.admin.forms import choice, line
from deals.admin.project_forms import LEVELS
from deals.models import FIRST_YEAR
from deals.money import Money
from deals.services.returns import Adjustment, lacking, last_year
from institutions.models import Network

# Lines of the page; a partner system may send more.
LINES = 4
# Where the page says what the service says of a part of an adjustment.
_PARTS = {"": "what", "side": "what", "money": "amount", "reason": "reason"}
_HINT = later("With its currency, such as USD 25m.")
_WHAT = [
    ("", later("nothing")),
    ("money+", later("money, added")),
    ("money-", later("money, taken off")),
    ("cover+", later("cover, added")),
    ("cover-", later("cover, taken off")),
]


def years() -> list[tuple[str, str]]:
    """Those of which there can be a return, the last first."""
    return [(str(year), str(year)) for year in range(last_year(), FIRST_YEAR - 1, -1)]


class YearForm(forms.Form):
    """Of which year."""

    year = choice(later("Year"), years)


class SumForm(YearForm):
    """Of which year, and in which network where there are several."""

    network = SeenChoice(later("Network"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.now().date()
        offer(self, network=Network.objects.exclude(ended_on__lte=today).order_by("code", "id"))


class ReturnForm(forms.Form):
    """Adjustments, a note, and how far the return is told."""

    with_walled = forms.BooleanField(
        label=later("Take in deals that are walled off"), required=False, widget=UnfoldBooleanWidget(),
        help_text=later("Those on whose teams you are: all your colleagues read their sum then."),
    )  # fmt: skip
    note = forms.CharField(
        label=later("Note"), max_length=600, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=later("What a reader should know of it. Told as far as the return."),
    )  # fmt: skip
    level = choice(
        later("Who may open it"), LEVELS,
        hint=later("At 'own' it is told as a part of the network's sum alone. An approver confirms in any case."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, LINES + 1):
            self.fields[f"what_{n}"] = choice(later("Adjust"), _WHAT, required=False)
            self.fields[f"amount_{n}"] = line(later("Amount"), longest=40, hint=_HINT if n == 1 else "")
            self.fields[f"reason_{n}"] = line(later("Why"), longest=300)

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{n}"] for name in ("what", "amount", "reason")] for n in range(1, LINES + 1)]

    def clean(self) -> dict[str, Any]:
        """Says at its line what the service says of the list, in which empty lines do not count."""
        given = super().clean() or {}
        read_ = {n: adjustment for n in range(1, LINES + 1) if (adjustment := self._adjustment(n, given))}
        given["adjustments"] = [*read_.values()]
        for pointer, says in lacking(given["adjustments"]).items():
            place, _slash, part = pointer.removeprefix("/adjustments/").partition("/")
            self.add_error(f"{_PARTS[part]}_{[*read_][int(place)]}", says)
        return given

    def _adjustment(self, n: int, given: dict[str, Any]) -> Adjustment | None:
        what, amount, reason = (given.get(f"{name}_{n}", "") for name in ("what", "amount", "reason"))
        if not what:
            if amount or reason:
                self.add_error(f"what_{n}", _("Choose what to adjust, or leave the line empty."))
            return None
        try:
            money = read(amount, "")
        except Misread as misread:
            self.add_error(f"amount_{n}", misread.says)
            return None
        return Adjustment(what[:-1], Money(-money.amount, money.currency) if what.endswith("-") else money, reason)
