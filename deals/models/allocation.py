from django.db import models
from django.db.models import F, Q

from deals.allocation import Kind, Rule
from deals.models.commitment import Commitment
from deals.models.deal import Deal, Tranche
from institutions.isolation.levels import Level
from institutions.isolation.walls import ALWAYS, Parent
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Confidential, Institution, Prepared


class AllocationAnswer(models.TextChoices):
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Allocation(Prepared):
    """How the lead shares a tranche among the offers it sees, with the arithmetic of every line.

    It is the lead's own file: the sums in it tell of all offers, so its lines are what others are told, one by one.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True), Parent("tranche_id", mine=True)),
        two_persons=ALWAYS,
        # Another sharing is another row.
        fixed=("tranche_id", "rule", "amount", "total", "currency", "lot", "workings"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="allocations")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="allocations")
    rule = models.CharField(max_length=10, choices=[(rule.value, rule.value) for rule in Rule])
    amount = models.DecimalField(max_digits=21, decimal_places=4, help_text="What was to be shared")
    total = models.DecimalField(max_digits=21, decimal_places=4, help_text="What the lines add up to")
    currency = models.CharField(max_length=3)
    lot = models.DecimalField(max_digits=21, decimal_places=4, null=True)
    # Per offer: its terms, its share and the steps that lead there.
    workings = models.JSONField()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="allocation_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="allocation_rule_is_known", condition=Q(rule__in=[r.value for r in Rule])),
            models.CheckConstraint(
                name="allocation_within_its_amount", condition=Q(total__gt=0, total__lte=F("amount"))
            ),
            # Let its lines hold 'of this lead' and 'of this tranche' as foreign keys.
            models.UniqueConstraint(name="allocation_and_owner", fields=["id", "owner"]),
            models.UniqueConstraint(name="allocation_and_tranche", fields=["id", "tranche"]),
        ]

    def __str__(self) -> str:
        return f"Allocation of {self.tranche}"


class AllocationLine(Prepared):
    """What the lead allocates to one offer, addressed to its institution: it sees this line and no other."""

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id", mine=True),
            Parent("tranche_id", mine=True),
            Parent("allocation_id", mine=True),
            Parent("commitment_id"),
        ),
        two_persons=ALWAYS,
        addressed="institution_id",
        while_in_deal=True,
        fixed=("allocation_id", "tranche_id", "kind", "bid", "amount", "currency"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="allocation_lines")
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="lines")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="allocation_lines")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    bid = models.DecimalField(max_digits=21, decimal_places=4, help_text="The offer as the lead was told it")
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    currency = models.CharField(max_length=3)
    # A line that nobody has answered can be taken back by the lead; its money is free again.
    taken_back_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            *Prepared.Meta.constraints,
            # A line is seen by the lead and by whom it is addressed to, at this level.
            models.CheckConstraint(name="allocation_line_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="allocation_line_kind_is_known", condition=Q(kind__in=[k.value for k in Kind])),
            models.CheckConstraint(
                name="allocation_line_within_the_offer", condition=Q(amount__gt=0, amount__lte=F("bid"))
            ),
            models.UniqueConstraint(name="allocation_line_once", fields=["allocation", "commitment"]),
            # Let an answer hold 'to this institution', 'about this commitment' and 'of this lead' as foreign keys.
            models.UniqueConstraint(name="allocation_line_and_addressee", fields=["id", "institution"]),
            models.UniqueConstraint(name="allocation_line_and_commitment", fields=["id", "commitment"]),
            models.UniqueConstraint(name="allocation_line_and_owner", fields=["id", "owner"]),
        ]

    def __str__(self) -> str:
        return f"Allocation to {self.institution}"


class AllocationAcceptance(Prepared):
    """The answer of a commitment's owner to its line, addressed to the lead. Its reasons stay with its approval."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("line_id"), Parent("commitment_id", mine=True)),
        two_persons=ALWAYS,
        addressed="lead_id",
        # Given back by the database alone, when the commitment leaves what was allocated.
        fixed=("line_id", "answer", "given_back_on"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(AllocationLine, on_delete=models.PROTECT, related_name="answers")
    lead = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=AllocationAnswer)
    given_back_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="allocation_acceptance_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="allocation_answer_is_known", condition=Q(answer__in=AllocationAnswer.values)),
            # Per institution, so that a rejected or waiting answer tells nobody else that it is there.
            models.UniqueConstraint(
                name="allocation_line_answered_once", fields=["owner", "line"], condition=~Q(state="rejected")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer.capitalize()} by {self.owner}"


class AllocationCounter(Confidential):
    """How much of a tranche its lead has allocated: written by the database alone, from the lead's own allocations."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True), Parent("tranche_id", mine=True)),
        fixed=("tranche_id", "ceiling", "allocated", "currency"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    tranche = models.OneToOneField(Tranche, on_delete=models.PROTECT, related_name="counter")
    ceiling = models.DecimalField(max_digits=21, decimal_places=4, editable=False)
    allocated = models.DecimalField(max_digits=21, decimal_places=4, default=0, editable=False)
    currency = models.CharField(max_length=3, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="allocation_counter_stays_own", condition=Q(level=Level.OWN.value)),
            # The guard: of writers who race, those who would go over the tranche's amount are refused.
            models.CheckConstraint(
                name="allocated_within_the_tranche", condition=Q(allocated__gte=0, allocated__lte=F("ceiling"))
            ),
        ]
