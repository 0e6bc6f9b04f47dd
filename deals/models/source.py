from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Curated


class Source(models.Model):
    """Where a published fact was read: title, address, date as far as known, and how sure the compiler was."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=400)
    url = models.URLField(max_length=600, blank=True)
    # A reduced ISO date: YYYY, YYYY-MM or YYYY-MM-DD.
    date = models.CharField(max_length=10, blank=True)
    confidence = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="source_once", fields=["title", "url", "date", "confidence"]),
            models.CheckConstraint(
                name="source_date_is_reduced_iso",
                condition=models.Q(date="") | models.Q(date__regex=r"^\d{4}(-\d{2}(-\d{2})?)?$"),
            ),
        ]

    def __str__(self) -> str:
        return self.title
