from django.db import models

from deals.models.commitment import Commitment
from deals.models.deal import Deal
from deals.money import Money
from institutions.isolation.levels import Level
from institutions.isolation.walls import ALWAYS, Parent
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Institution, Prepared


class Transfer(Prepared):
    """An offer to hand a part of one's signed money to another institution, which alone is told of it.

    It moves nothing by itself: the money is reserved until the other takes it up with a movement of its own, in whose
    transaction the database writes the one that answers it, or until the offer is withdrawn.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id", mine=True)),
        two_persons=ALWAYS,
        addressed="to_id",
        while_in_deal=True,
        fixed=("amount", "currency", "effective_on", "reference"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="transfers")
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    currency = models.CharField(max_length=3)
    effective_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True, help_text="The transfer certificate or agreement")
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["effective_on", "told_at"]
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="transfer_has_an_amount", condition=models.Q(amount__gt=0)),
            # Two institutions deal with each other here; what came of it, each tells with its own ledger.
            models.CheckConstraint(name="transfer_stays_between_two", condition=models.Q(level=Level.OWN.value)),
        ]

    def __str__(self) -> str:
        return f"{Money(self.amount, self.currency)} to {self.to}"
