from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery
from institutions.models import Staff
from network.models.follow import MINE


class Watch(models.Model):
    """A project, a mineral or a country whose deals a person wants to hear of, also of those that come. Nobody else
    learns of it."""

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE (ended_at)"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey("deals.Project", on_delete=models.PROTECT, null=True, related_name="+")
    mineral = models.ForeignKey("deals.Mineral", on_delete=models.PROTECT, null=True, related_name="+")
    # ISO 3166-1, two letters; empty for a project or a mineral.
    country = models.CharField(max_length=2, blank=True, default="")
    since = models.DateTimeField(db_default=TransactionNow())
    # Where the log was when it began, written by the database: what happened before is not told.
    since_xact = models.BigIntegerField(editable=False, db_default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="watch_once_at_a_time",
                fields=["person", "project", "mineral", "country"],
                condition=models.Q(ended_at__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="watch_is_of_one_thing",
                condition=models.Q(project__isnull=False, mineral__isnull=True, country="")
                | models.Q(project__isnull=True, mineral__isnull=False, country="")
                | models.Q(project__isnull=True, mineral__isnull=True, country__regex=r"^[A-Z]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.project_id or self.mineral_id or self.country}"
