from django.db import models

from deals.models.commitment import Commitment, OfCommitment
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent


class ParticipationKind(models.TextChoices):
    B_LOAN = "b_loan"
    FUNDED = "funded"
    RISK = "risk"


class Participation(OfCommitment):
    """That a commitment is a share in another's loan, whose lender of record it names.

    Funded ones (`b_loan`, `funded`) are money within that loan and count once; a `risk` participation is never money.
    """

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id", mine=True), Parent("lender_id")),
        published=True,
        four_eyes=True,
        fixed=("lender_id", "kind"),
    )

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="participation")
    lender = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="participations")
    kind = models.CharField(max_length=10, choices=ParticipationKind)

    class Meta(OfCommitment.Meta):
        constraints = [
            *OfCommitment.Meta.constraints,
            models.CheckConstraint(
                name="participation_kind_is_known", condition=models.Q(kind__in=ParticipationKind.values)
            ),
            models.CheckConstraint(
                name="participation_is_in_anothers_loan", condition=~models.Q(commitment=models.F("lender"))
            ),
        ]
