"""Forms with which a registrar puts a financing together and keeps it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from unfold.widgets import UnfoldAdminTextInputWidget

from deals.admin.both_versions import BothVersions
from deals.admin.choices import SeenChoice, offer, tranche_choice
from deals.admin.forms import LEVELS, choice, day, line
from deals.admin.words import words
from deals.lifecycle import FIRST_STATUSES
from deals.models import Company, Deal, DealRole, Project, Purpose, RoleKind, Tranche
from deals.money import Money, MoneyError
from deals.sentences.rows import role_in_words
from deals.sentences.words import later_word
from institutions.languages import in_words
from institutions.models import Institution, Network, State

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

SENIORITIES = [(code, later_word(code)) for code in ("senior", "mezzanine", "subordinated", "equity")]


def months(label: "StrOrPromise") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=1200,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


class WithMoney(forms.Form):
    """A form with an amount and its currency; what is typed is exact or refused at its field."""

    def read_money(self, given: dict[str, Any], *, currency: str = "currency") -> Money | None:
        """The money as typed, None where neither is; call it in `clean`."""
        amount, code = given.get("amount", ""), given.get(currency, "").upper()
        if not amount:
            return None
        try:
            money = Money.of(amount, code)
        except MoneyError as error:
            self.add_error(currency if error.pointer == "currency" else "amount", in_words(error))
            return None
        if money.amount <= 0:
            self.add_error("amount", _("Give an amount above zero, or none."))
            return None
        return money


class DealFacts(BothVersions, WithMoney):
    """What a registrar states of its deal."""

    name = line(later("Name"), longest=200, required=True)
    code_name = line(later("Code name"), longest=60, hint=later("Used before the NDA and in mail subjects."))
    project = SeenChoice(
        later("Project"), empty=later("none yet"), hint=later("One that you see; register it first if it is missing.")
    )
    borrower = SeenChoice(
        later("Borrower"), empty=later("none yet"), hint=later("It may stay open until documentation.")
    )
    amount = line(
        later("Target"), longest=40, hint=later("Digits and a point, such as 300000000.00. It may stay open.")
    )
    currency = line(later("Currency"), longest=3, hint=later("Three letters, such as USD."))

    def __init__(self, *args: Any, deal: Deal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, project=Project.objects.order_by("name", "id"))
        offer(self, borrower=Company.objects.order_by("name", "id"))
        if deal:
            amount = deal.target_amount
            self.initial = {
                "name": deal.name,
                "code_name": deal.code_name,
                "project": deal.project_id,
                "borrower": deal.borrower_id,
                "amount": f"{amount.normalize():f}" if amount is not None else "",
                "currency": deal.target_currency,
            }
            self.compare()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["target"] = self.read_money(given)
        return {name: value for name, value in given.items() if name not in ("amount", "currency")}


class RegisterForm(DealFacts):
    """A new deal."""

    network = SeenChoice(later("Network"), required=True, empty=later("choose one"))
    slug = line(
        later("Short address"),
        longest=80,
        required=True,
        hint=later("Small letters, digits and hyphens; unique among yours."),
    )
    status = choice(later("It is"), [(code, later_word(code)) for code in FIRST_STATUSES])
    field_order = ("name", "slug", "network", "status")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, network=Network.objects.filter(ended_on=None))

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        try:
            validate_slug(slug)
        except ValidationError:
            raise ValidationError(_("Use small letters, digits and hyphens, such as spruce-package.")) from None
        return slug


class MoveDealForm(forms.Form):
    """The next status of a deal."""

    to = choice(later("Next status"), [])
    on = day(later("On"), hint=later("Today, unless you give an earlier day."))
    reason = line(
        later("Reason"), longest=300, hint=later("For a suspension, a cancellation or a step back; it stays with you.")
    )

    def __init__(self, *args: Any, statuses: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(status, words(status)) for status in statuses]  # type: ignore[attr-defined]


class TellForm(forms.Form):
    """How far a deal is told."""

    level = choice(later("Who is told of the deal"), LEVELS, hint=later("Beyond the lead, an approver confirms first."))


class TrancheForm(WithMoney):
    """A new tranche."""

    name = line(later("Name"), longest=120, required=True)
    currency = line(later("Currency"), longest=3, required=True)
    amount = line(later("Amount sought"), longest=40, hint=later("Digits and a point. It may stay open."))
    purpose = choice(
        later("Purpose"), [(code, later_word(code)) for code in Purpose.values], hint=later("Only base closes the gap.")
    )
    seniority = choice(later("Seniority"), SENIORITIES)
    tenor_months = months(later("Tenor in months"))
    grace_months = months(later("Grace in months"))
    repayment = line(later("Repayment"), longest=60, hint=later("Such as sculpted, or equal half-yearly instalments."))
    availability_ends_on = day(later("Available until"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        given["amount"] = self.read_money(given)
        given["currency"] = given.get("currency", "").upper()
        return given


class InviteForm(forms.Form):
    """An invitation, with its NDA where one is signed."""

    institution = SeenChoice(later("Institution"), required=True, empty=later("choose one"))
    nda_signed_on = day(later("NDA signed on"), hint=later("Without one it is told what the invited are told."))
    nda_expires_on = day(later("NDA expires on"))
    nda_company = line(later("NDA with"), longest=200)
    nda_version = line(later("Version"), longest=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, institution=Institution.objects.order_by("name", "id"))


class RoleChoice(SeenChoice):
    """One of the deal's roles."""

    def label_from_instance(self, obj: Any) -> str:
        return role_in_words(obj)


class EndRoleForm(forms.Form):
    """Which role ends, and when."""

    role = RoleChoice(later("Role"), required=True, empty=later("choose one"))
    on = day(later("On"), hint=later("Today, unless you give an earlier day."))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = DealRole.objects.filter(deal=deal, until=None, state=State.CONFIRMED)
        offer(self, role=held.select_related("institution", "tranche"))


class RoleForm(forms.Form):
    """A role of an institution in the deal."""

    institution = SeenChoice(later("Institution"), required=True, empty=later("choose one"))
    role = choice(
        later("Role"),
        [(code, later_word(code)) for code in RoleKind.values],
        hint=later("A coordinator is told what the lead is."),
    )
    tranche = tranche_choice(later("None where the role is in the whole deal."))
    since = day(later("Since"))

    def __init__(self, *args: Any, deal: Deal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, institution=Institution.objects.order_by("name", "id"))
        offer(self, tranche=Tranche.objects.filter(deal=deal))
