"""Webhook endpoints over REST: what is sent, and the shapes of what comes back."""

from rest_framework import serializers

from institutions.api.conventions.bodies import Body, Moment, Text
from institutions.api.shapes import Documented, ObjectShape, Versioned
from institutions.services.overlap import MOST_HOURS
from network.models import DeliveryStatus
from network.selectors.webhooks import STATES

_URL = "https, on the public internet; no user, password or fragment"
_EVENTS = "Types of events; empty for all"


class EndpointBody(Body):
    url = Text(max_length=500, help_text=_URL)
    description = Text(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=Text(max_length=60), required=False, max_length=200, help_text=_EVENTS)


class EndpointChange(Body):
    url = Text(max_length=500, required=False, help_text=_URL)
    description = Text(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=Text(max_length=60), required=False, max_length=200, help_text=_EVENTS)
    active = serializers.BooleanField(
        required=False, help_text="true also takes up again what was parked or gone, where it stopped"
    )


class RotateBody(Body):
    overlap_hours = serializers.IntegerField(
        required=False,
        default=24,
        min_value=0,
        max_value=MOST_HOURS,
        help_text="How long the present secret stays valid too",
    )


class ReplayBody(Body):
    after = Text(required=False, max_length=400, help_text="A cursor of yours from /events")
    since = Moment(required=False, help_text="Events of this time or later")
    until = Moment(required=False, help_text="Events before this time")


class ValiditySpan(Documented):
    made_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="null: the present one")


class EndpointShape(Versioned):
    url = serializers.CharField()
    description = serializers.CharField()
    events = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    state = serializers.ChoiceField(STATES)
    stopped_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True, help_text="Nobody answered since")
    next_try = serializers.DateTimeField(allow_null=True)
    secrets = ValiditySpan(many=True)
    made_by = serializers.UUIDField()
    client = serializers.UUIDField(allow_null=True, help_text="It speaks as long as this client may manage webhooks")
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class KeyedEndpointShape(EndpointShape):
    secret = serializers.CharField(allow_null=True, help_text="Shown once; null where the request is repeated")


class ToldShape(Documented):
    type = serializers.CharField()
    time = serializers.DateTimeField()
    object = ObjectShape()
    link = serializers.CharField()


class CallShape(Documented):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text="The receiver's; null where it gave none")
    error = serializers.CharField(help_text="address_refused, timeout, tls, unreachable or no_secret; else empty")
    milliseconds = serializers.IntegerField()


class DeliveryShape(Documented):
    id = serializers.UUIDField(help_text="The webhook-id of each attempt")
    test = serializers.BooleanField()
    status = serializers.ChoiceField(DeliveryStatus.choices)
    event = ToldShape(allow_null=True, help_text="null for a test")
    made_at = serializers.DateTimeField()
    next_try = serializers.DateTimeField(allow_null=True)
    attempts = CallShape(many=True)


class DeliveryPage(Documented):
    results = DeliveryShape(many=True)
    next = serializers.URLField(allow_null=True)


class ReplayShape(Documented):
    id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    events = serializers.IntegerField(help_text="So many are sent again so far")
    done_at = serializers.DateTimeField(allow_null=True)
