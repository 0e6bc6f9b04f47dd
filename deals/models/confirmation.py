from django.db import models

from deals.models.commitment import Commitment
from deals.models.deal import Deal
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential


class Confirmation(Confidential):
    """An institution's own word that what is published of its commitment is right, as of a day.

    There may be several: no uniqueness here, since colleagues outside a deal team must not run into hidden ones.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id")),
        four_eyes=True,
        fixed=("as_of", "note"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="confirmations")
    as_of = models.DateField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-as_of", "-told_at", "id"]

    def __str__(self) -> str:
        return f"{self.commitment}, confirmed as of {self.as_of}"
