from django.db import models
from django.db.models import F, Q

from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.models.client import Client
from institutions.models.confidential import Confidential
from institutions.models.staff import Staff


class Decision(models.TextChoices):
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class Approval(Confidential):
    """Four eyes: what an officer prepared and another person of the same institution confirms or rejects.

    `asks` is {"levels": {row id: level}, "stage": …}; the database lets a row take that level or stage only in the
    transaction in which the approval is confirmed, and only while the subject still is what was prepared.
    """

    wall = Walled(deal="deal_id")

    # Of a walled deal, so that colleagues outside the team see no approval of it.
    deal_id = models.UUIDField(null=True)
    table = models.CharField(max_length=60)
    row_id = models.UUIDField(db_index=True)
    asks = models.JSONField()
    summary = models.CharField(max_length=300)
    # Hash of the subject as it was prepared: a change in between voids the approval.
    prepared_from = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    prepared_client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    decided_client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    decided_xact = models.BigIntegerField(null=True, editable=False)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            # The same person in two roles, or two clients of one person, are not two persons.
            models.CheckConstraint(
                name="approval_needs_a_second_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")),
            ),
            models.CheckConstraint(
                name="approval_decided_as_a_whole",
                condition=Q(decision="", decided_by__isnull=True, decided_at__isnull=True)
                | Q(decision__in=Decision.values, decided_by__isnull=False, decided_at__isnull=False),
            ),
            # What waits inside an institution is nobody else's business: no act of widening can be a mistake here.
            models.CheckConstraint(name="approval_stays_own", condition=Q(level=Level.OWN.value)),
            models.UniqueConstraint(
                name="approval_one_open_per_row", fields=["owner", "row_id"], condition=Q(decision="")
            ),
        ]

    def __str__(self) -> str:
        return self.summary
