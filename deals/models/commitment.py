from django.db import models

from deals.lifecycle import STAGES
from deals.models.deal import Deal, Tranche
from deals.models.origin import Part, Precision, Stated
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Institution


class Instrument(models.TextChoices):
    SENIOR_LOAN = "senior_loan"
    SUBORDINATED_LOAN = "subordinated_loan"
    EQUITY = "equity"
    PREFERRED_EQUITY = "preferred_equity"
    CONVERTIBLE = "convertible"
    ROYALTY_OR_STREAM = "royalty_or_stream"
    PREPAYMENT = "prepayment"
    GRANT = "grant"
    GUARANTEE = "guarantee"
    UNTIED_LOAN_GUARANTEE = "untied_loan_guarantee"
    POLITICAL_RISK_INSURANCE = "political_risk_insurance"
    COMPREHENSIVE_INSURANCE = "comprehensive_insurance"


# Cover is told beside the money and never added to it.
COVER = (
    Instrument.GUARANTEE,
    Instrument.UNTIED_LOAN_GUARANTEE,
    Instrument.POLITICAL_RISK_INSURANCE,
    Instrument.COMPREHENSIVE_INSURANCE,
)


class Qualifier(models.TextChoices):
    EXACT = "exact"
    UP_TO = "up_to"
    APPROXIMATE = "approximate"
    AT_LEAST = "at_least"
    UNKNOWN = "unknown"


class Commitment(Stated):
    """That one institution's money or cover is in one deal, and how far it has come; its size and price are other rows.

    `institution` is whose money it is; `owner` is the same where it is registered, the secretariat where published.
    """

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("tranche_id"),
            Parent("supersedes_id"),
            Parent("renews_id", mine=True),
        ),
        published=True,
        four_eyes=True,
        fixed=("renews_id",),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="commitments")
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=30, choices=Instrument)
    stage = models.CharField(max_length=30, choices=[(code, code) for code in STAGES])
    stage_word = models.CharField(max_length=40, blank=True, help_text="The stage as the source words it")
    account = models.CharField(max_length=80, blank=True, help_text="Own, national interest, or a named facility")
    on_behalf_of = models.CharField(max_length=120, blank=True, help_text="The state that it acts for as an agent")
    borrower_level = models.CharField(max_length=10, default="project")
    via = models.CharField(max_length=120, blank=True, help_text="A vehicle that the money passes through")
    reference = models.CharField(max_length=80, blank=True, help_text="The institution's own")
    valid_until = models.DateField(null=True, blank=True)
    agreement_reference = models.CharField(max_length=80, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    announced_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    note = models.CharField(max_length=400, blank=True)
    # A published row about itself that the institution confirms or replaces.
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    # A lapsed one of the same institution that this one takes up again: what ended stays ended.
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewed_by")

    class Meta(Stated.Meta):
        ordering = ["-told_at", "id"]
        constraints = [
            *Stated.Meta.constraints,
            models.UniqueConstraint(name="commitment_and_owner", fields=["id", "owner"]),
            models.UniqueConstraint(name="commitment_and_deal", fields=["id", "deal"]),
            models.CheckConstraint(
                name="commitment_instrument_is_known", condition=models.Q(instrument__in=Instrument.values)
            ),
            models.CheckConstraint(name="commitment_stage_is_known", condition=models.Q(stage__in=list(STAGES))),
            models.CheckConstraint(
                name="commitment_borrower_level_is_known",
                condition=models.Q(borrower_level__in=["project", "sponsor"]),
            ),
            # Nobody speaks for another institution; published rows are nobody's voice.
            models.CheckConstraint(
                name="commitment_is_registered_by_its_institution",
                condition=models.Q(origin="published") | models.Q(owner=models.F("institution")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.instrument.replace('_', ' ')}, {self.stage.replace('_', ' ')}"


class OfCommitment(Part):
    """A part of a commitment that others may learn separately, with its own audience."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")

    class Meta(Part.Meta):
        abstract = True


class JointAmount(Part):
    """One figure published or promised for several commitments: it counts once and is never split."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"),),
        published=True,
        four_eyes=True,
        # Another figure is another row.
        fixed=("amount", "currency", "qualifier"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="joint_amounts")
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    currency = models.CharField(max_length=3)
    qualifier = models.CharField(max_length=12, choices=Qualifier, default=Qualifier.EXACT)
    note = models.CharField(max_length=300, blank=True)

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="joint_amount_is_known", condition=models.Q(amount__gt=0) & ~models.Q(currency="")
            ),
        ]


class Size(OfCommitment):
    """A commitment's amount. `unknown` has none."""

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("commitment_id", mine=True),
            Parent("joint_id", mine=True),
        ),
        published=True,
        four_eyes=True,
    )

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="size")
    amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    qualifier = models.CharField(max_length=12, choices=Qualifier, default=Qualifier.EXACT)
    joint = models.ForeignKey(JointAmount, on_delete=models.PROTECT, null=True, blank=True, related_name="sizes")

    class Meta(OfCommitment.Meta):
        constraints = [
            *OfCommitment.Meta.constraints,
            models.CheckConstraint(
                name="size_is_known_or_unknown",
                condition=models.Q(qualifier="unknown", amount__isnull=True)
                # Nothing is left of it where all was transferred. Of nothing, a comparison is neither true nor false,
                # and what is not false would pass.
                | (
                    models.Q(amount__isnull=False, amount__gte=0)
                    & ~models.Q(qualifier="unknown")
                    & ~models.Q(currency="")
                ),
            ),
            models.CheckConstraint(name="size_qualifier_is_known", condition=models.Q(qualifier__in=Qualifier.values)),
            # Its own or the one that it shares: the stack would count the latter, whatever the former says.
            models.CheckConstraint(
                name="size_is_stated_once", condition=models.Q(joint__isnull=True) | models.Q(amount__isnull=True)
            ),
        ]


class Price(OfCommitment):
    """A commitment's margin, fees and premium."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id", mine=True)),
        published=True,
        four_eyes=True,
    )

    commitment = models.OneToOneField(Commitment, on_delete=models.PROTECT, related_name="price")
    margin_bps = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    fees = models.CharField(max_length=200, blank=True)
    premium = models.CharField(max_length=200, blank=True)

    class Meta(OfCommitment.Meta):
        constraints = [
            *OfCommitment.Meta.constraints,
            # Exchanging prices between lenders touches competition law.
            models.CheckConstraint(
                name="price_goes_no_further_than_the_lead",
                condition=models.Q(level__in=[Level.OWN.value, Level.LEAD.value]),
            ),
        ]


class Step(OfCommitment):
    """A stage that a commitment entered, with its date; the reason of an ending stays with its institution."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("commitment_id", mine=True)),
        published=True,
        four_eyes=True,
        # History is not rewritten.
        fixed=("stage", "effective_on", "precision", "valid_until", "amount", "currency", "reason", "note"),
    )

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="steps")
    stage = models.CharField(max_length=30, choices=[(code, code) for code in STAGES])
    effective_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, blank=True)
    # Until when the paper of this step holds; a renewal is a new step.
    valid_until = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta(OfCommitment.Meta):
        ordering = ["effective_on", "told_at"]
        constraints = [
            *OfCommitment.Meta.constraints,
            # What others are told is the commitment; its steps are the institution's own file.
            models.CheckConstraint(
                name="step_stays_own", condition=models.Q(origin="published") | models.Q(level=Level.OWN.value)
            ),
            models.CheckConstraint(
                name="step_reason_stays_own", condition=models.Q(reason="") | models.Q(level=Level.OWN.value)
            ),
        ]


class CoverLink(OfCommitment):
    """Which commitment or tranche a cover protects, and how much of it: a covered loan's money counts once."""

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("cover_id", mine=True),
            Parent("covered_id"),
            Parent("covered_tranche_id"),
        ),
        published=True,
        four_eyes=True,
        fixed=("cover_id", "covered_id", "covered_tranche_id"),
    )

    cover = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="covers")
    covered = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="covered_by")
    covered_tranche = models.ForeignKey(
        Tranche, on_delete=models.PROTECT, null=True, blank=True, related_name="covered_by"
    )
    political_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    commercial_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta(OfCommitment.Meta):
        constraints = [
            *OfCommitment.Meta.constraints,
            models.CheckConstraint(
                name="cover_names_what_it_covers",
                condition=models.Q(covered__isnull=False) | models.Q(covered_tranche__isnull=False),
            ),
            models.CheckConstraint(
                name="cover_amount_has_currency",
                condition=models.Q(amount__isnull=True) | (models.Q(amount__gt=0) & ~models.Q(currency="")),
            ),
            models.CheckConstraint(
                name="cover_is_at_most_whole",
                condition=(models.Q(political_percent__isnull=True) | models.Q(political_percent__range=(0, 100)))
                & (models.Q(commercial_percent__isnull=True) | models.Q(commercial_percent__range=(0, 100))),
            ),
        ]
