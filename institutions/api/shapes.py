"""The shapes of this application's resources, as the schema tells them."""

from typing import Any

from rest_framework import serializers

from institutions.models import Decision, Function, Kind, MembershipStatus


class Documented(serializers.Serializer[object]):
    """A shape that the schema tells and nothing serializes: answers are plain rows, in this shape.

    A field whose name means something to Python or the framework is written with an underscore at its end.
    """

    def get_fields(self) -> dict[str, Any]:
        return {name.rstrip("_"): found for name, found in super().get_fields().items()}


class Versioned(Documented):
    """A row with its version as the asker sees it."""

    id = serializers.UUIDField()
    version = serializers.CharField(help_text="Opaque, of what you see of it; also the ETag. Send it as If-Match.")


class NetworkShape(Versioned):
    code = serializers.CharField()
    name = serializers.CharField()
    founded_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)
    predecessor = serializers.UUIDField(allow_null=True)
    successor = serializers.UUIDField(allow_null=True)


class PredecessorShape(Documented):
    name = serializers.CharField()
    until = serializers.DateField(allow_null=True)


class InstitutionShape(Versioned):
    slug = serializers.CharField()
    name = serializers.CharField()
    native_name = serializers.CharField()
    short_name = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    kind = serializers.ChoiceField(Kind.choices)
    functions = serializers.ListField(child=serializers.ChoiceField(Function.choices))
    country = serializers.CharField(help_text="ISO 3166-1, two letters")
    lei = serializers.CharField(help_text="ISO 17442")
    website = serializers.CharField()
    standards = serializers.ListField(child=serializers.CharField())
    predecessors = PredecessorShape(many=True)


class MembershipShape(Versioned):
    institution = serializers.UUIDField()
    network = serializers.UUIDField()
    status = serializers.ChoiceField(MembershipStatus.choices)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    basis = serializers.CharField(help_text="Why it is believed, where no list is public")


class ObjectShape(Documented):
    type = serializers.CharField()
    id = serializers.UUIDField()


class ApprovalShape(Versioned):
    summary = serializers.CharField()
    state = serializers.ChoiceField(["waiting", *Decision.values])
    subject = ObjectShape()
    deal = serializers.UUIDField(allow_null=True)
    levels = serializers.DictField(child=serializers.CharField(), help_text="The level that each row would take")
    stage = serializers.CharField(allow_null=True)
    facts = serializers.DictField(child=serializers.CharField(), help_text="What would be stated with the stage")
    size = serializers.CharField(
        allow_null=True, help_text="The size that it would have, such as '300000000 USD exact'"
    )
    price = serializers.DictField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="The price that it would have: margin_bps, fees, premium",
    )
    in_force = serializers.ListField(child=serializers.UUIDField(), help_text="Prepared rows that would take effect")
    ndas = serializers.DictField(child=serializers.CharField(), help_text="Party, and its NDA's days: signed/expires")
    effective_on = serializers.DateField(allow_null=True)
    grants_until = serializers.DateTimeField(allow_null=True)
    grants = serializers.DictField(child=serializers.UUIDField(), help_text="Row, and the institution to be named")
    conditions = serializers.DictField(
        child=serializers.CharField(), help_text="Condition, and how it would be decided"
    )
    adds = serializers.DictField(
        child=serializers.CharField(), help_text="Condition that would be added, and its words"
    )
    prepared_by = serializers.UUIDField()
    prepared_client = serializers.UUIDField(allow_null=True)
    prepared_at = serializers.DateTimeField()
    decided_by = serializers.UUIDField(allow_null=True)
    decided_client = serializers.UUIDField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    demo = serializers.BooleanField()
