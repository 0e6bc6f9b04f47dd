from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Curated


class Network(models.Model):
    """A partnership of institutions; a row, not a constant, since partnerships end and go on under other names."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    founded_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    predecessor = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )

    class Meta:
        ordering = ["founded_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="network_ends_after_its_founding",
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("founded_on")),
            )
        ]

    def __str__(self) -> str:
        return self.name
