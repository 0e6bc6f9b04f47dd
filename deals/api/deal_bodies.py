"""What is sent to put a financing together: deals, their moves, tranches, roles and invitations."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.bodies import MoneyField
from deals.lifecycle import FIRST_STATUSES
from deals.models import DealStatus, Purpose, RoleKind
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES

SENIORITIES = ["senior", "mezzanine", "subordinated", "equity"]


class Months(serializers.IntegerField):
    """A JSON number of months; a text is not taken for one."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=0, max_value=1200, **more)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class DealFacts(Body):
    """What a registrar states of its deal, at registration and later."""

    code_name = Text(required=False, allow_blank=True, max_length=60)
    project = Key(required=False, allow_null=True)
    borrower = Key(required=False, allow_null=True)
    target = MoneyField(required=False, allow_null=True)


class RegisterDealBody(DealFacts):
    network = Key()
    slug = Text(max_length=80, help_text="Letters, digits and hyphens; unique among your own deals")
    name = Text(max_length=200)
    status = Code(FIRST_STATUSES, required=False)
    supersedes = Key(required=False, help_text="A published deal that this one takes over")

    def validate_slug(self, value: str) -> str:
        return str(serializers.SlugField().run_validation(value))


class ChangeDealBody(DealFacts):
    name = Text(required=False, max_length=200)
    level = Code(CHOICES, required=False)


class MoveDealBody(Body):
    to = Code(DealStatus.choices)
    on = Day(required=False, help_text="The day on which it took effect; today where none is given")
    reason = Text(required=False, allow_blank=True, max_length=400, default="", help_text="Stays with the registrar")


class TrancheFacts(Body):
    amount = MoneyField(required=False, allow_null=True)
    tenor_months = Months(required=False, allow_null=True)
    grace_months = Months(required=False, allow_null=True)
    repayment = Text(required=False, allow_blank=True, max_length=60)
    availability_ends_on = Day(required=False, allow_null=True)
    pricing_note = Text(required=False, allow_blank=True, max_length=300)


class AddTrancheBody(TrancheFacts):
    deal = Key()
    name = Text(max_length=120)
    currency = Text(max_length=3, min_length=3)
    purpose = Code(Purpose.choices, required=False)
    seniority = Code(SENIORITIES, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_currency(attrs, attrs["currency"])
        return attrs


class ChangeTrancheBody(TrancheFacts):
    name = Text(required=False, max_length=120)


class InviteBody(Body):
    deal = Key()
    institution = Key()
    invited_on = Day(required=False)
    nda_company = Text(required=False, allow_blank=True, max_length=200)
    nda_version = Text(required=False, allow_blank=True, max_length=40)
    nda_signed_on = Day(required=False, allow_null=True)
    nda_expires_on = Day(required=False, allow_null=True)


class RoleBody(Body):
    institution = Key()
    role = Code(RoleKind.choices)
    tranche = Key(required=False, allow_null=True)
    since = Day(required=False, allow_null=True)


class EndRoleBody(Body):
    on = Day(required=False, allow_null=True, default=None, help_text="Today where none is given")


def check_currency(attrs: dict[str, Any], currency: str) -> None:
    """A tranche has one currency: an amount in another is refused at its place."""
    amount = attrs.get("amount")
    if amount is not None and amount.currency != currency:
        says = f"The tranche is in {currency}; its amount is too."
        raise ValidationError({"amount": {"currency": [ErrorDetail(says, "other_currency")]}})
