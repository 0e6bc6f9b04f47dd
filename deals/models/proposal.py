from django.db import models

from deals.models.commitment import Commitment
from deals.models.deal import Deal
from deals.money import Money
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential, Institution


class MovementProposal(Confidential):
    """What a facility agent's notice says of one lender's share, addressed to that lender; it moves nothing.

    The lender confirms with a movement of its own that names it. One notice to several lenders is as many rows, so that
    none sees another's.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id")),
        addressed="to_id",
        while_in_deal=True,
        fixed=("notice", "kind", "amount", "currency", "effective_on", "reference"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    # Where the agent sees it.
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    notice = models.UUIDField(help_text="The rows of one notice share it")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    currency = models.CharField(max_length=3)
    effective_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True, help_text="The notice's own")
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["effective_on", "told_at"]
        constraints = [
            models.CheckConstraint(name="proposal_has_an_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="proposal_kind_is_known",
                condition=models.Q(kind__in=["drawdown", "repayment", "prepayment", "partial_cancellation"]),
            ),
            models.CheckConstraint(name="proposal_stays_between_two", condition=models.Q(level=Level.OWN.value)),
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} of {Money(self.amount, self.currency)} by {self.to}"
