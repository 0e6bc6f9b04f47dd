from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Curated


class Mineral(models.Model):
    """A mineral or material that the network finances."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    symbol = models.CharField(max_length=40, blank=True)
    hs_hint = models.CharField(max_length=120, blank=True, help_text="Chapters of the Harmonized System to look in")
    source = models.TextField(blank=True)
    confidence = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Listing(models.Model):
    """A mineral's place on one official list, in one version of it: criticality is never a yes or no."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mineral = models.ForeignKey(Mineral, on_delete=models.PROTECT, related_name="listings")
    list = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    place = models.CharField(max_length=40, default="listed")

    class Meta:
        ordering = ["list", "version"]
        constraints = [models.UniqueConstraint(name="listing_once", fields=["mineral", "list", "version", "place"])]

    def __str__(self) -> str:
        return f"{self.list} {self.version}: {self.place}"
