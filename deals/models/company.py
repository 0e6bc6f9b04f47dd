from django.contrib.postgres.fields import ArrayField
from django.db import models

from deals.models.origin import Stated
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Network


class Company(Stated):
    """A borrower, sponsor, obligor, offtaker, exporter, contractor or adviser; it has no log-in."""

    wall = Walled(network="network_id", published=True, four_eyes=True)

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, blank=True)
    lei = models.CharField("LEI", max_length=20, blank=True)
    register_number = models.CharField(max_length=60, blank=True)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta(Stated.Meta):
        ordering = ["name"]
        verbose_name_plural = "companies"
        constraints = [
            *Stated.Meta.constraints,
            models.UniqueConstraint(name="company_once_per_owner", fields=["owner", "name", "country"]),
        ]

    def __str__(self) -> str:
        return self.name
