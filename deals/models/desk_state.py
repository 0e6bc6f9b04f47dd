from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models import Staff

_MINE = "person_id = ANY ((SELECT wall.myself())::uuid[])"


class DeskState(models.Model):
    """How far a person has read on the desk, and whether they closed the guide of the first days. Nobody else's."""

    wall = Machinery(read=_MINE, write=_MINE, rights=("SELECT", "INSERT", "UPDATE"))

    person = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True, related_name="+")
    # A position of the log, and when it was read; 0 before anything was.
    xact = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    guided_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"desk of {self.person_id}"
