from django.db import models
from django.db.models import F, Q

from deals.lifecycle import STAGES
from deals.models.commitment import Commitment, OfCommitment
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent

# Stages that a commitment can be waited for to reach.
AWAITED = tuple(stage.code for stage in STAGES.values() if stage.order is not None)


class ConditionKind(models.TextChoices):
    CORPORATE_APPROVAL = "corporate_approval"
    DOCUMENTATION = "documentation"
    LEGAL_OPINION = "legal_opinion"
    PERMITTING = "permitting"
    ENVIRONMENTAL_SOCIAL = "environmental_social"
    OFFTAKE = "offtake"
    EQUITY_FUNDED = "equity_funded"
    SECURITY = "security"
    INSURANCE = "insurance"
    OTHER_LENDERS = "other_lenders"
    TECHNICAL = "technical"
    OTHER = "other"


class ConditionState(models.TextChoices):
    OPEN = "open"
    SATISFIED = "satisfied"
    WAIVED = "waived"
    LAPSED = "lapsed"


class Condition(OfCommitment):
    """What must be so before a commitment's money flows; without a commitment it is the deal's, kept by its registrar.

    Decided once: what comes up again is a new row that `reopens` the old one. Who decided it stands in the log.
    """

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("commitment_id", mine=True),
            Parent("reopens_id", mine=True),
        ),
        published=True,
        four_eyes=True,
        fixed=("reopens_id", "least_offtake"),
    )

    commitment = models.ForeignKey(
        Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="conditions"
    )
    kind = models.CharField(max_length=30, choices=ConditionKind)
    text = models.CharField(max_length=400)
    responsible = models.CharField(max_length=120, blank=True, help_text="Who has to bring it, such as the borrower")
    # Of the project's output, in each year that is told: what binding contracts must take.
    least_offtake = models.DecimalField(
        "least binding offtake in percent", max_digits=5, decimal_places=2, null=True, blank=True
    )
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ConditionState, default=ConditionState.OPEN)
    decided_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    evidence_reference = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=400, blank=True, help_text="Why it was waived or lapsed")
    reopens = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reopened_by")

    class Meta(OfCommitment.Meta):
        ordering = ["due_on", "told_at", "id"]
        constraints = [
            *OfCommitment.Meta.constraints,
            # Let dependencies hold 'of my owner' and 'of my deal' as foreign keys.
            models.UniqueConstraint(name="condition_and_owner", fields=["id", "owner"]),
            models.UniqueConstraint(name="condition_and_deal", fields=["id", "deal"]),
            models.CheckConstraint(name="condition_kind_is_known", condition=Q(kind__in=ConditionKind.values)),
            models.CheckConstraint(name="condition_state_is_known", condition=Q(state__in=ConditionState.values)),
            models.CheckConstraint(
                name="condition_of_offtake_is_a_share",
                condition=Q(least_offtake__isnull=True)
                | Q(kind="offtake", least_offtake__gt=0, least_offtake__lte=100),
            ),
            models.CheckConstraint(name="condition_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="condition_decided_with_its_day",
                condition=Q(state="open", decided_on__isnull=True) | (~Q(state="open") & Q(decided_on__isnull=False)),
            ),
            # What is satisfied can be shown; what is waived has its reason.
            models.CheckConstraint(
                name="condition_satisfied_with_evidence",
                condition=~Q(state="satisfied") | ~Q(evidence="") | ~Q(evidence_reference=""),
            ),
            models.CheckConstraint(name="condition_waived_with_reason", condition=~Q(state="waived") | ~Q(reason="")),
        ]
        indexes = [
            models.Index(name="condition_due", fields=["due_on"], condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.text


class Dependency(OfCommitment):
    """What a condition waits for: another commitment reaching a stage, or a condition that the registrar keeps for all.

    A row of its own: what is awaited may be told to fewer than the condition, and may go out of its writer's sight.
    """

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("condition_id", mine=True),
            # Named while it could be seen; whoever can't see it any more must still be able to drop it.
            Parent("awaited_id", once=True),
            Parent("shared_id", once=True),
        ),
        published=True,
        four_eyes=True,
        fixed=("condition_id", "awaited_id", "stage", "shared_id"),
    )

    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="dependencies")
    awaited = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=30, blank=True)
    shared = models.ForeignKey(Condition, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dropped_on = models.DateField(null=True, blank=True)

    class Meta(OfCommitment.Meta):
        verbose_name_plural = "dependencies"
        constraints = [
            *OfCommitment.Meta.constraints,
            models.CheckConstraint(
                name="dependency_names_one_thing",
                condition=Q(awaited__isnull=False, shared__isnull=True, stage__in=AWAITED)
                | Q(awaited__isnull=True, shared__isnull=False, stage=""),
            ),
            models.CheckConstraint(
                name="dependency_is_on_another", condition=Q(shared__isnull=True) | ~Q(shared=F("condition"))
            ),
            models.UniqueConstraint(
                name="dependency_once",
                fields=["condition", "awaited", "stage", "shared"],
                nulls_distinct=False,
                condition=Q(dropped_on__isnull=True),
            ),
        ]
