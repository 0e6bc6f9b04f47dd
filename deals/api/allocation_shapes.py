"""What is sent and answered about allocations, and the two resources."""

import django_filters
from rest_framework import serializers

from deals.allocation import Kind, Rule
from deals.api.bodies import MoneyField
from deals.api.shapes import MoneyShape, PendingShape
from deals.models import AllocationAnswer, Commitment, Deal, Tranche
from deals.selectors import allocations
from institutions.api.conventions.bodies import Body, Code, Day, Key, Text
from institutions.api.conventions.filters import After, Filters, Related
from institutions.api.conventions.resources import Resource
from institutions.api.shapes import Documented, Versioned
from institutions.models import Institution, State

RULES = [rule.value for rule in Rule]
KINDS = [kind.value for kind in Kind]


class Place(serializers.IntegerField):
    """A place in an order: 1 is the first."""

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class BidBody(Body):
    commitment = Key()
    kind = Code(KINDS, required=False, help_text="Commercial banks are scalable unless said here, all others fixed")
    floor = MoneyField(required=False, help_text="At least so much, if anything is scaled back")
    cap = MoneyField(required=False)
    order = Place(required=False, min_value=1, max_value=10_000)
    left_out = serializers.BooleanField(required=False)


class PreviewBody(Body):
    rule = Code(RULES)
    amount = MoneyField(required=False, help_text="All that is not allocated yet where none is given")
    lot = MoneyField(required=False, help_text="What is scaled back comes in whole lots")
    bids = BidBody(many=True, required=False, help_text="Only those about which there is something to say")


class ProposeBody(PreviewBody):
    tranche = Key()


class AcceptBody(Body):
    valid_until = Day(required=False, help_text="Where the commitment has no day, or another is meant")


class DeclineBody(Body):
    reason = Text(required=False, allow_blank=True, max_length=400, help_text="Stays with your institution")


class WorkingShape(Documented):
    """An offer's terms, its share, and the steps that lead there."""

    commitment = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    bid = MoneyShape()
    floor = MoneyShape(allow_null=True)
    cap = MoneyShape(allow_null=True)
    order = serializers.IntegerField(allow_null=True)
    amount = MoneyShape()
    steps = serializers.ListField(child=serializers.CharField())


class PreviewedShape(WorkingShape):
    institution = serializers.UUIDField()


class LeftOutShape(Documented):
    commitment = serializers.UUIDField()
    institution = serializers.UUIDField()
    why = serializers.CharField()


class PreviewShape(Documented):
    tranche = serializers.UUIDField()
    rule = serializers.ChoiceField(RULES)
    ties = serializers.CharField(help_text="How lots that rounding leaves are handed out")
    lot = MoneyShape(allow_null=True)
    amount = MoneyShape()
    offers = MoneyShape(help_text="What the bids add up to")
    allocated = MoneyShape(help_text="Of the tranche, by earlier allocations that stand")
    room = MoneyShape()
    lines = PreviewedShape(many=True)
    left_out = LeftOutShape(many=True)


class StandingShape(WorkingShape):
    """An offer's arithmetic, with what became of its line."""

    line = serializers.UUIDField(allow_null=True, help_text="null where the offer got nothing")
    taken_back_on = serializers.DateField(allow_null=True)
    answer = serializers.ChoiceField(AllocationAnswer.choices, allow_null=True)
    given_back_on = serializers.DateField(allow_null=True)


class AllocationShape(Versioned):
    """Seen by the lead alone: what it tells of all offers is told to nobody else."""

    deal = serializers.UUIDField()
    tranche = serializers.UUIDField()
    rule = serializers.ChoiceField(RULES)
    state = serializers.ChoiceField(State.choices)
    amount = MoneyShape()
    total = MoneyShape(help_text="What the lines add up to")
    lot = MoneyShape(allow_null=True)
    lines = StandingShape(many=True)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class ProposedAllocationShape(AllocationShape):
    pending_approval = PendingShape(allow_null=True)


class AllocationLineShape(Versioned):
    """Seen by the lead and by whom it is addressed to."""

    deal = serializers.UUIDField(allow_null=True)
    tranche = serializers.UUIDField(allow_null=True)
    allocation = serializers.UUIDField(allow_null=True, help_text="null for whom it is addressed to")
    lead = serializers.UUIDField()
    commitment = serializers.UUIDField(allow_null=True)
    institution = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    bid = MoneyShape(help_text="The offer as the lead was told it")
    amount = MoneyShape()
    state = serializers.ChoiceField(State.choices)
    taken_back_on = serializers.DateField(allow_null=True)
    answer = serializers.ChoiceField(AllocationAnswer.choices, allow_null=True)
    given_back_on = serializers.DateField(allow_null=True)
    demo = serializers.BooleanField()
    updated_at = serializers.DateTimeField()


class AnsweredShape(AllocationLineShape):
    pending_approval = PendingShape(allow_null=True)


class AllocationFilters(Filters):
    deal = Related(Deal)
    tranche = Related(Tranche, slug="name")
    state = django_filters.ChoiceFilter(choices=State.choices)
    updated_after = After()


class AllocationLineFilters(Filters):
    deal = Related(Deal)
    tranche = Related(Tranche, slug="name")
    commitment = Related(Commitment, slug="reference")
    institution = Related(Institution)
    state = django_filters.ChoiceFilter(choices=State.choices)
    answer = django_filters.ChoiceFilter(choices=AllocationAnswer.choices)
    updated_after = After("changed_at")


ALLOCATIONS = Resource("allocations", "allocation", allocations.ALLOCATIONS, AllocationFilters, AllocationShape)
ALLOCATION_LINES = Resource(
    "allocation-lines", "line", allocations.ALLOCATION_LINES, AllocationLineFilters, AllocationLineShape
)
