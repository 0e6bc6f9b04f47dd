"""One figure for several commitments of one institution, over REST: it counts once and is never split."""

from django.urls import URLPattern, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.api.bodies import MoneyField
from deals.api.resources import ToldFilters
from deals.api.shapes import MoneyShape, PendingShape, Told
from deals.models import Commitment, Deal, Qualifier
from deals.selectors.covers import JOINT_AMOUNTS
from deals.services.covers import promise_together
from institutions.api.conventions.bodies import Body, Code, Key, Text, all_named, read
from institutions.api.conventions.filters import After, Related, refuse_unknown
from institutions.api.conventions.idempotency import Done, once
from institutions.api.conventions.identity import MayWrite, asker
from institutions.api.conventions.resources import ListView, Resource, detail
from institutions.api.conventions.writing import answered
from institutions.isolation.levels import CHOICES, Level
from institutions.permissions import Permission


class JointAmountShape(Told):
    deal = serializers.UUIDField(allow_null=True)
    commitments = serializers.ListField(
        child=serializers.UUIDField(), help_text="Those whose sizes you see; there may be others"
    )
    money = MoneyShape()
    qualifier = serializers.ChoiceField(Qualifier.choices)
    note = serializers.CharField()


class StatedJointAmountShape(JointAmountShape):
    pending_approval = PendingShape(allow_null=True)


class JointAmountBody(Body):
    commitments = serializers.ListField(child=Key(), max_length=100, help_text="Two or more of your own in one deal")
    money = MoneyField()
    qualifier = Code(Qualifier.choices, required=False, default=Qualifier.EXACT.value)
    note = Text(required=False, allow_blank=True, max_length=300, default="")
    level = Code(CHOICES, required=False, default=Level.OWN.value)


class JointAmountFilters(ToldFilters):
    deal = Related(Deal)
    updated_after = After()


JOINT = Resource("joint-amounts", "joint_amount", JOINT_AMOUNTS, JointAmountFilters, JointAmountShape)


class JointAmounts(ListView):
    """Figures that stand for several commitments, as far as the asker may see; a POST promises one of its own."""

    resource = JOINT
    permission_classes = (MayWrite,)
    writes = Permission.COMMITMENTS_WRITE
    accepts = {"POST": JointAmountBody}
    answers = {"POST": {201: StatedJointAmountShape}}

    def post(self, request: Request) -> Response:
        """Promises one amount for several of one's own commitments, whose own sizes are unknown from then on."""
        refuse_unknown(request.query_params, ())
        sent = read(JointAmountBody, request)

        def act() -> Done:
            made = promise_together(
                by=asker(request),
                commitments=all_named(Commitment.objects.all(), sent["commitments"], "/commitments/{}".format),
                money=sent["money"],
                qualifier=Qualifier(sent["qualifier"]),
                note=sent["note"],
                level=Level(sent["level"]),
            )
            return Done(201, made.pk)

        return once(request, act, lambda done: answered(request, JOINT, done))


ROUTES: list[URLPattern] = [
    path("joint-amounts", JointAmounts.as_view(), name="joint-amounts"),
    path("joint-amounts/<str:key>", detail(JOINT), name="joint_amount"),
]
