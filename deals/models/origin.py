from django.db import models

from deals.models.source import Source
from institutions.models import Confidential


class Origin(models.TextChoices):
    REGISTERED = "registered"
    PUBLISHED = "published"


class Precision(models.TextChoices):
    """How exactly a published date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Part(Confidential):
    """A row that belongs to a stated one and is of the same origin."""

    origin = models.CharField(max_length=10, choices=Origin, default=Origin.REGISTERED)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_published_is_public",
                condition=models.Q(origin=Origin.REGISTERED) | models.Q(origin=Origin.PUBLISHED, level="public"),
            ),
        ]


class Stated(Confidential):
    """A row that its institution registered, or that was compiled from a public source."""

    origin = models.CharField(max_length=10, choices=Origin, default=Origin.REGISTERED)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_published_has_source_and_is_public",
                condition=models.Q(origin=Origin.REGISTERED)
                | models.Q(origin=Origin.PUBLISHED, source__isnull=False, level="public"),
            ),
        ]
