from django.db import models

from deals.models.commitment import Commitment
from deals.models.condition import Condition
from deals.models.deal import Deal
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential

# Days before the end on which an institution is warned; 0 is when it has happened.
WARNED = (30, 7, 1, 0)


class Running(models.TextChoices):
    """What runs out."""

    VALIDITY = "validity"
    AVAILABILITY = "availability"
    CONDITION = "condition"


class ExpiryNotice(Confidential):
    """That something of an institution's runs out soon, or did: its own row, made once by the clock."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id", mine=True), Parent("condition_id", mine=True)),
        fixed=("condition_id", "kind", "due_on", "days"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, related_name="notices")
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(max_length=15, choices=Running)
    due_on = models.DateField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            # The job that makes them may run as often as it likes.
            models.UniqueConstraint(
                name="expiry_notice_once",
                fields=["owner", "commitment", "condition", "kind", "due_on", "days"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="expiry_notice_kind_is_known", condition=models.Q(kind__in=Running.values)),
            models.CheckConstraint(name="expiry_notice_days_are_known", condition=models.Q(days__in=WARNED)),
            models.CheckConstraint(
                name="expiry_notice_is_of_something",
                condition=models.Q(kind="condition", condition__isnull=False)
                | (~models.Q(kind="condition") & models.Q(commitment__isnull=False, condition__isnull=True)),
            ),
            # That one's own paper runs out is nobody else's business.
            models.CheckConstraint(name="expiry_notice_stays_own", condition=models.Q(level=Level.OWN.value)),
        ]
