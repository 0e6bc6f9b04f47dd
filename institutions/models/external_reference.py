"""What partners call the registry's objects in their own systems."""

from django.db import models
from django.db.models import Q

from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models.confidential import Confidential


class ExternalReference(Confidential):
    """An institution's own name, of a scheme of its own, for an object that it sees. Nobody else is ever told.

    It stands in the deal of its object, so that a deal team keeps it from colleagues (sql/8_references.sql). One name
    may be of several objects: a unique name would tell a colleague that the team uses it.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("object_id", once=True),),
        fixed=("scheme", "value", "table", "object_id"),
    )

    scheme = models.CharField(max_length=40, help_text="Such as loan-system")
    value = models.CharField(max_length=200)
    table = models.CharField(max_length=63, editable=False)
    object_id = models.UUIDField(editable=False)
    # Its object's, which the database puts here. A deal is only an id: institutions know no deals.
    deal_id = models.UUIDField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken off")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="external_reference_once",
                fields=["owner", "scheme", "value", "object_id"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(name="external_reference_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(
                name="external_reference_is_plain",
                condition=Q(scheme__regex=r"^[a-z0-9][a-z0-9._-]*$") & Q(value__regex=r"^\S(.*\S)?$"),
            ),
        ]
        indexes = [models.Index(name="external_reference_named", fields=["owner", "scheme", "value"])]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
