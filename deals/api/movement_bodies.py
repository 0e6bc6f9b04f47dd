"""What is sent to record a movement, offer a transfer or propose movements."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.bodies import MoneyField
from deals.api.movement_shapes import PROPOSED_KINDS
from deals.models import BY_ITSELF, Kind
from deals.money import MoneyError, minor_units
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES

RECORDED_KINDS = [kind.value for kind in Kind if kind not in BY_ITSELF]

# What each kind must have and may have beside the commitment, day and reference.
_PLAIN: tuple[frozenset[str], frozenset[str]] = (frozenset({"commitment", "money"}), frozenset())
ASKS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    Kind.INCREASE: _PLAIN,
    Kind.PARTIAL_CANCELLATION: _PLAIN,
    Kind.DRAWDOWN: (_PLAIN[0], frozenset({"level", "repays"})),
    Kind.REPAYMENT: (_PLAIN[0], frozenset({"level"})),
    Kind.PREPAYMENT: (_PLAIN[0], frozenset({"level"})),
    Kind.REVERSAL: (frozenset({"reverses"}), frozenset()),
    Kind.REDENOMINATION: (frozenset({"commitment", "currency", "rate"}), frozenset()),
    Kind.TRANSFER_IN: (frozenset({"commitment", "transfer"}), frozenset({"agreement_reference", "signed_on"})),
}
# What follows from the proposal that is confirmed.
PROPOSAL = (frozenset({"proposal"}), frozenset({"commitment", "level", "repays"}))
_DATED = frozenset({"kind", "effective_on", "reference"})


class MovementBody(Body):
    """One movement of one's own ledger. With `proposal` alone, what the agent proposed is confirmed as it stands."""

    kind = Code(RECORDED_KINDS, required=False)
    commitment = Key(required=False)
    money = MoneyField(required=False)
    effective_on = Day(required=False, help_text="Without it today; of a reversal, the day of what it reverses")
    reference = Text(required=False, allow_blank=True, max_length=80, help_text="The notice that it follows")
    level = Code(CHOICES, required=False, help_text="Of what is drawn or repaid; the rest is told as the size")
    repays = Key(required=False, help_text="The commitment that a drawdown refinances")
    reverses = Key(required=False)
    currency = Text(required=False, max_length=3, help_text="The currency to redenominate into")
    rate = Text(required=False, help_text='New units for one old, such as "0.92"')
    transfer = Key(required=False)
    agreement_reference = Text(required=False, max_length=80, help_text="Of a commitment that is signed by a transfer")
    signed_on = Day(required=False)
    proposal = Key(required=False)

    def validate_currency(self, value: str) -> str:
        try:
            minor_units(value)
        except MoneyError as error:
            raise ValidationError(error.detail, code=error.code) from None
        return value

    def validate_rate(self, value: str) -> Decimal:
        exact: Decimal = serializers.DecimalField(max_digits=20, decimal_places=10).run_validation(value)
        if exact <= 0:
            raise ValidationError("The rate must be above zero.", code="not_positive")
        return exact

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "proposal" in attrs:
            needs, may, about = (*PROPOSAL, "a proposal")
            allowed = needs | may
        elif "kind" in attrs:
            needs, may = ASKS[attrs["kind"]]
            about, allowed = f"'{attrs['kind']}'", needs | may | _DATED
            if attrs["kind"] == Kind.TRANSFER_IN:
                allowed -= {"effective_on", "reference"}
        else:
            raise ValidationError({"kind": [ErrorDetail("Name the kind, or the proposal.", "required")]})
        wrong = {name: [ErrorDetail(f"{about} has none.", "not_here")] for name in attrs if name not in allowed}
        wrong |= {name: [ErrorDetail(f"{about} needs it.", "required")] for name in needs if name not in attrs}
        if wrong:
            raise ValidationError(wrong)
        return attrs


class TellBody(Body):
    level = Code(CHOICES)


class TransferBody(Body):
    """A part of one's own undrawn money, offered to one institution."""

    commitment = Key()
    to = Key()
    money = MoneyField()
    effective_on = Day(required=False)
    reference = Text(required=False, allow_blank=True, max_length=80)


class ShareBody(Body):
    to = Key()
    money = MoneyField()
    commitment = Key(required=False, help_text="The lender's, where the agent sees it")


class ProposalBody(Body):
    """A notice of the facility agent: one share for each lender, addressed to it alone."""

    deal = Key()
    kind = Code(PROPOSED_KINDS)
    effective_on = Day(help_text="The day may come yet; the lender confirms on it or later")
    reference = Text(required=False, allow_blank=True, max_length=80)
    shares = serializers.ListField(child=ShareBody(), min_length=1, max_length=200)
