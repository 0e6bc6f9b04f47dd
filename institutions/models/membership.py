from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Curated
from institutions.models.institution import Institution
from institutions.models.network import Network


class MembershipStatus(models.TextChoices):
    APPLICANT = "applicant"
    MEMBER = "member"
    OBSERVER = "observer"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class Membership(models.Model):
    """An institution in a network, from one date to another; only members and observers are told 'the network'."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="memberships")
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="memberships")
    status = models.CharField(max_length=20, choices=MembershipStatus)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True, help_text="Why we believe it, where no list is public")

    class Meta:
        ordering = ["network", "institution", "since"]
        constraints = [
            models.UniqueConstraint(
                name="membership_once_at_a_time",
                fields=["institution", "network"],
                condition=models.Q(until__isnull=True),
            ),
            models.CheckConstraint(
                name="membership_status_is_known", condition=models.Q(status__in=MembershipStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} in {self.network}: {self.status}"
