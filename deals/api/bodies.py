"""What is sent to register, change and move a commitment, and to decide about it."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.shapes import STAGE_CODES, MoneyShape
from deals.models import Instrument, Qualifier
from deals.money import Money, MoneyError
from deals.services.prices import PriceDraft
from deals.services.sizes import SizeDraft
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES, Level

# Prices go no further than the lead.
PRICE_LEVELS = [Level.OWN.value, Level.LEAD.value]


@extend_schema_field(MoneyShape)
class MoneyField(serializers.Field[Money, Any, Any, Any]):
    """{"amount": "150000000.00", "currency": "USD"}; nothing is rounded. Above zero, unless it is `signed`."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.signed = signed

    def to_internal_value(self, data: Any) -> Money:
        try:
            money = Money.parse(data)
        except MoneyError as error:
            wrong = [ErrorDetail(error.detail, error.code)]
            raise ValidationError({error.pointer: wrong} if error.pointer else wrong) from None
        if money.amount <= 0 and not self.signed:
            raise ValidationError({"amount": [ErrorDetail("The amount must be above zero.", "not_positive")]})
        return money


class SizeBody(Body):
    money = MoneyField(allow_null=True, required=False, default=None)
    qualifier = Code(Qualifier.choices, required=False)
    level = Code(CHOICES, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        money = attrs["money"]
        qualifier = attrs.setdefault("qualifier", Qualifier.EXACT.value if money else Qualifier.UNKNOWN.value)
        if (money is None) is not (qualifier == Qualifier.UNKNOWN):
            says = "Give money, or the qualifier 'unknown' without it."
            raise ValidationError({"money": [ErrorDetail(says, "required")]})
        return attrs


class PriceBody(Body):
    margin_bps = Text(required=False, allow_null=True, default=None, help_text='Basis points, such as "185.50"')
    fees = Text(required=False, allow_blank=True, max_length=200, default="")
    premium = Text(required=False, allow_blank=True, max_length=200, default="")
    level = Code(PRICE_LEVELS, required=False, default=Level.OWN.value)

    def validate_margin_bps(self, value: str | None) -> Decimal | None:
        if value is None:
            return None
        # The framework's own field reads exactly, but would take a float too; the text is checked before.
        exact: Decimal = serializers.DecimalField(max_digits=9, decimal_places=2).run_validation(value)
        return exact


class StatedBody(Body):
    """What an institution says of its own commitment, at registration and later."""

    tranche = Key(required=False, allow_null=True)
    level = Code(CHOICES, required=False)
    valid_until = Day(required=False, allow_null=True)
    size = SizeBody(required=False)
    price = PriceBody(required=False)
    reference = Text(required=False, allow_blank=True, max_length=80)
    account = Text(required=False, allow_blank=True, max_length=80)
    on_behalf_of = Text(required=False, allow_blank=True, max_length=120)
    borrower_level = Code(["project", "sponsor"], required=False)
    via = Text(required=False, allow_blank=True, max_length=120)
    note = Text(required=False, allow_blank=True, max_length=400)


class RegisterCommitmentBody(StatedBody):
    deal = Key()
    instrument = Code(Instrument.choices)
    stage = Code(STAGE_CODES)
    supersedes = Key(required=False, help_text="A row about your institution that this one replaces")
    renews = Key(required=False, help_text="A lapsed commitment of yours that this one takes up")


class ChangeBody(StatedBody):
    agreement_reference = Text(required=False, allow_blank=True, max_length=80)
    signed_on = Day(required=False, allow_null=True)


class MoveBody(Body):
    to = Code(STAGE_CODES)
    on = Day(required=False, help_text="The day on which it took effect; today where none is given")
    agreement_reference = Text(required=False, allow_blank=True, max_length=80, default="")
    signed_on = Day(required=False, allow_null=True, default=None)
    valid_until = Day(required=False, allow_null=True, default=None)
    tranche = Key(required=False, allow_null=True, default=None)
    size = SizeBody(required=False, help_text="Another amount, before anything is signed")
    reason = Text(required=False, allow_blank=True, max_length=400, default="", help_text="Stays with the institution")


class ConfirmBody(Body):
    reference = Text(required=False, allow_blank=True, max_length=300, default="", help_text="The institution's own")


class RejectBody(Body):
    reason = Text(max_length=300)


def size_of(sent: dict[str, Any] | None) -> SizeDraft | None:
    """The size as the services take it."""
    if sent is None:
        return None
    level = Level(sent["level"]) if "level" in sent else None
    return SizeDraft(sent["money"], Qualifier(sent["qualifier"]), level)


def price_of(sent: dict[str, Any] | None) -> PriceDraft | None:
    """The price as the services take it."""
    if sent is None:
        return None
    return PriceDraft(sent["margin_bps"], sent["fees"], sent["premium"], Level(sent["level"]))
