"""The shapes of conditions precedent, of what blocks financial close, and of warnings, as the schema tells them."""

from rest_framework import serializers

from deals.api.shapes import PendingShape, Told
from deals.closing import How
from deals.models import ConditionKind, ConditionState, Running
from institutions.api.shapes import Documented, Versioned


class WaitShape(Documented):
    """What a condition waits for; both ids are null where its owner can't see any more what it named."""

    commitment = serializers.UUIDField(allow_null=True)
    stage = serializers.CharField(help_text="The stage that the commitment has to reach")
    shared = serializers.UUIDField(allow_null=True, help_text="A condition of the deal, which its registrar clears")


class ConditionShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    commitment = serializers.UUIDField(allow_null=True)
    of_the_deal = serializers.BooleanField(help_text="Kept by the registrar for all lenders")
    institution = serializers.UUIDField(help_text="Who alone can clear it")
    kind = serializers.ChoiceField(ConditionKind.choices)
    text = serializers.CharField()
    responsible = serializers.CharField(help_text="Who has to bring it")
    least_offtake = serializers.CharField(
        allow_null=True, help_text="Percent of the output that binding contracts must take in each year that is told"
    )
    due_on = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(ConditionState.choices)
    decided_on = serializers.DateField(allow_null=True)
    evidence = serializers.CharField()
    evidence_reference = serializers.CharField()
    reason = serializers.CharField(help_text="Why it was waived or lapsed")
    reopens = serializers.UUIDField(allow_null=True)
    waits_for = WaitShape(many=True)


class StatedConditionShape(ConditionShape):
    """With 202, `pending_approval` alone where the condition is added once an approver confirms."""

    pending_approval = PendingShape(allow_null=True)


class DecisionShape(Documented):
    to = serializers.ChoiceField([state for state in ConditionState.values if state != ConditionState.OPEN])
    four_eyes = serializers.BooleanField(help_text="An approver must confirm it")


class DecidableShape(Documented):
    condition = serializers.UUIDField()
    state = serializers.ChoiceField(ConditionState.choices)
    allowed_next = DecisionShape(many=True)


class FollowingShape(Documented):
    condition = serializers.UUIDField()
    text = serializers.CharField()
    kind = serializers.ChoiceField(ConditionKind.choices)
    commitment = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField(help_text="Who alone can clear it")
    due_on = serializers.DateField(allow_null=True)
    waits_for = WaitShape(many=True, help_text="What has not come yet")


class BlockingShape(FollowingShape):
    how = serializers.ChoiceField([how.value for how in How])
    says = serializers.CharField()


class CircleShape(Documented):
    """Conditions each of which waits for the next, the last for the first."""

    conditions = serializers.ListField(child=serializers.UUIDField())
    says = serializers.CharField()


class ClosingShape(Documented):
    deal = serializers.UUIDField()
    label_ = serializers.CharField()
    blocking = BlockingShape(many=True, help_text="The fewest: once they are cleared, all that follow can be")
    following = FollowingShape(many=True)
    circles = CircleShape(many=True)


class NoticeShape(Versioned):
    deal = serializers.UUIDField(allow_null=True)
    commitment = serializers.UUIDField(allow_null=True)
    condition = serializers.UUIDField(allow_null=True)
    kind = serializers.ChoiceField(Running.choices)
    due_on = serializers.DateField()
    days = serializers.IntegerField(help_text="30, 7 or 1 days before; 0 when it has happened")
    at = serializers.DateTimeField()
    demo = serializers.BooleanField()
