from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery
from institutions.models import Staff

# The acting person; clients and jobs are nobody here (network/sql/1_people.sql).
MINE = "person_id = (SELECT network.person())"


class Follow(models.Model):
    """A person who wants to hear of a deal. Nobody else learns of it, not even a colleague."""

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE (ended_at)"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    deal = models.ForeignKey("deals.Deal", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=TransactionNow())
    # Where the log was when it began, written by the database: what happened before is not told.
    since_xact = models.BigIntegerField(editable=False, db_default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="follow_once_at_a_time", fields=["person", "deal"], condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.deal_id}"
