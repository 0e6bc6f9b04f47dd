"""The shapes of movements, transfers, proposals and balances, as the schema tells them."""

from rest_framework import serializers

from deals.api.shapes import MoneyShape, PendingShape
from deals.models import PROPOSED, Kind
from institutions.api.shapes import Documented, Versioned
from institutions.isolation.levels import CHOICES
from institutions.models import State

PROPOSED_KINDS = [kind.value for kind in PROPOSED]
TRANSFER_STATES = ["prepared", "rejected", "open", "withdrawn", "taken_up"]
PROPOSAL_STATES = ["open", "withdrawn", "confirmed"]


class ChangesShape(Documented):
    """What it adds to each sum, signed."""

    committed = MoneyShape()
    drawn = MoneyShape()
    repaid = MoneyShape()


class MovementShape(Versioned):
    deal = serializers.UUIDField(allow_null=True)
    commitment = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.ChoiceField(State.choices, help_text="Only confirmed ones count")
    money = MoneyShape()
    changes = ChangesShape()
    effective_on = serializers.DateField()
    reference = serializers.CharField()
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="Of another's: when it was told")
    rate = serializers.CharField(allow_null=True)
    pair = serializers.UUIDField(allow_null=True, help_text="Of a redenomination: the side that goes out")
    reverses = serializers.UUIDField(allow_null=True)
    transfer = serializers.UUIDField(allow_null=True)
    proposal = serializers.UUIDField(allow_null=True)
    repays = serializers.UUIDField(allow_null=True, help_text="The commitment that a drawdown refinances")
    level = serializers.ChoiceField(CHOICES)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class RecordedShape(MovementShape):
    pending_approval = PendingShape(allow_null=True)


class NoticeShape(Versioned):
    deal = serializers.UUIDField(allow_null=True)
    commitment = serializers.UUIDField(allow_null=True, help_text="null where the asker does not see it")
    institution = serializers.UUIDField(help_text="Whose row it is")
    to = serializers.UUIDField(help_text="Whom it is addressed to: who alone sees it beside its owner")
    money = MoneyShape()
    effective_on = serializers.DateField()
    reference = serializers.CharField()
    withdrawn_on = serializers.DateField(allow_null=True)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class TransferShape(NoticeShape):
    state = serializers.ChoiceField(TRANSFER_STATES)


class OfferedShape(TransferShape):
    pending_approval = PendingShape(allow_null=True)


class ProposalShape(NoticeShape):
    notice = serializers.UUIDField(help_text="The proposals of one notice share it")
    kind = serializers.ChoiceField(PROPOSED_KINDS)
    state = serializers.ChoiceField(PROPOSAL_STATES)
    movement = serializers.UUIDField(allow_null=True, help_text="By which the lender confirmed it")


class ProposedShape(Documented):
    notice = serializers.UUIDField()
    proposals = ProposalShape(many=True)


class SumsShape(Documented):
    """null where the asker sees no ledger. What was repaid is not available again."""

    committed = MoneyShape(allow_null=True)
    drawn = MoneyShape(allow_null=True)
    available = MoneyShape(allow_null=True)
    outstanding = MoneyShape(allow_null=True)


class DayShape(SumsShape):
    on = serializers.DateField()


class BalanceShape(SumsShape):
    commitment = serializers.UUIDField()
    on = serializers.DateField()
    label_ = serializers.CharField()
    days = DayShape(many=True, help_text="Every day on which something took effect, as it is known now")
