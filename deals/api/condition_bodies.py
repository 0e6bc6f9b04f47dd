"""What is sent to add, change and decide a condition precedent."""

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from deals.api.project_bodies import Number
from deals.models import AWAITED, ConditionKind, ConditionState
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.isolation.levels import CHOICES

DECIDED = [state for state in ConditionState.values if state != ConditionState.OPEN]


class WaitBody(Body):
    """A commitment with the stage that it has to reach, or a condition of the deal."""

    commitment = Key(required=False)
    stage = Code(AWAITED, required=False)
    shared = Key(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if set(attrs) not in ({"commitment", "stage"}, {"shared"}):
            says = "Name a commitment and the stage that it has to reach, or a condition of the deal (shared)."
            raise ValidationError([ErrorDetail(says, "required")])
        return attrs


class WordedBody(Body):
    """What an institution says of its own condition."""

    due_on = Day(required=False, allow_null=True)
    responsible = Text(required=False, allow_blank=True, max_length=120, help_text="Who has to bring it")
    level = Code(CHOICES, required=False)
    waits_for = WaitBody(many=True, required=False)


class AddConditionBody(WordedBody):
    deal = Key(required=False, help_text="Of the deal itself, kept by its registrar")
    commitment = Key(required=False)
    kind = Code(ConditionKind.choices)
    text = Text(max_length=400)
    least_offtake = Number(
        required=False, allow_null=True, help_text="Of kind offtake: percent of the output that binding contracts take"
    )
    reopens = Key(required=False, help_text="A condition that was decided and comes up again")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("deal" in attrs) is ("commitment" in attrs):
            raise ValidationError({"commitment": [ErrorDetail("Name your commitment, or the deal.", "required")]})
        return attrs


class ChangeConditionBody(WordedBody):
    kind = Code(ConditionKind.choices, required=False)
    text = Text(required=False, max_length=400)
    evidence = Text(required=False, allow_blank=True, max_length=400)
    evidence_reference = Text(required=False, allow_blank=True, max_length=120)


class ClearBody(Body):
    to = Code(DECIDED)
    on = Day(required=False, help_text="The day of it; today where none is given")
    evidence = Text(required=False, allow_blank=True, max_length=400, default="")
    evidence_reference = Text(required=False, allow_blank=True, max_length=120, default="")
    reason = Text(
        required=False, allow_blank=True, max_length=400, default="", help_text="Told as far as the condition"
    )
