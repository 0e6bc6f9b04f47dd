from django.db import models

from deals.models.company import Company
from deals.models.origin import Part, Precision, Stated
from deals.models.project import Project
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Institution, Network, Prepared


class DealStatus(models.TextChoices):
    DRAFT = "draft"
    IN_MARKET = "in_market"
    ALLOCATING = "allocating"
    DOCUMENTATION = "documentation"
    CLOSED = "closed"
    COMPLETED = "completed"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class RoleKind(models.TextChoices):
    COORDINATOR = "coordinator"
    MANDATED_LEAD_ARRANGER = "mandated_lead_arranger"
    CO_ARRANGER = "co_arranger"
    BOOKRUNNER = "bookrunner"
    PARTICIPANT = "participant"
    FACILITY_AGENT = "facility_agent"
    ECA_AGENT = "eca_agent"
    INTERCREDITOR_AGENT = "intercreditor_agent"
    SECURITY_TRUSTEE = "security_trustee"
    ECA_STRUCTURING_BANK = "eca_structuring_bank"
    INSURER = "insurer"
    REINSURER = "reinsurer"
    GUARANTOR = "guarantor"
    INVESTOR = "investor"
    ADVISER = "adviser"


class Purpose(models.TextChoices):
    BASE = "base"
    COST_OVERRUN = "cost_overrun"
    STANDBY = "standby"
    BRIDGE = "bridge"
    WORKING_CAPITAL = "working_capital"
    BONDING_OR_LC = "bonding_or_lc"
    REFINANCING = "refinancing"


class Deal(Stated):
    """One financing. Its owner is its registrar; who is told 'the lead' is who holds the role of coordinator."""

    wall = Walled(
        deal="id",
        parents=(Parent("project_id"), Parent("borrower_id"), Parent("supersedes_id")),
        published=True,
        four_eyes=True,
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="deals", null=True, blank=True)
    borrower = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    code_name = models.CharField(max_length=60, blank=True, help_text="Used before the NDA and in mail subjects")
    status = models.CharField(max_length=20, choices=DealStatus, default=DealStatus.DRAFT)
    source_word = models.CharField(max_length=40, blank=True, help_text="The status as the source words it")
    target_amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    target_currency = models.CharField(max_length=3, blank=True)
    announced_on = models.DateField(null=True, blank=True)
    announced_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    # A published deal that this registered one takes over.
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="taken_over")

    class Meta(Stated.Meta):
        ordering = ["name"]
        # The order of its list: a page is read from the index, however many there are.
        indexes = [models.Index(name="deal_by_name", fields=["name"])]
        constraints = [
            *Stated.Meta.constraints,
            # Once among its owner's deals that whoever writes it sees (sql/deals.sql): a unique index would tell a
            # colleague outside a deal's team that there is one.
            # Lets the deal's own rows hold 'of this registrar' as a foreign key.
            models.UniqueConstraint(name="deal_and_owner", fields=["id", "owner"]),
            models.CheckConstraint(name="deal_status_is_known", condition=models.Q(status__in=DealStatus.values)),
            models.CheckConstraint(
                name="deal_target_has_currency",
                condition=models.Q(target_amount__isnull=True) | ~models.Q(target_currency=""),
            ),
            models.CheckConstraint(
                name="deal_has_a_borrower_before_documentation",
                condition=~models.Q(origin="registered", borrower__isnull=True)
                | models.Q(status__in=["draft", "in_market", "allocating", "suspended", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DealStep(Part):
    """A status that a deal took, with its date; a reason stays with its registrar."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True),),
        published=True,
        fixed=("status", "effective_on", "reason"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="steps")
    status = models.CharField(max_length=20, choices=DealStatus)
    effective_on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)

    class Meta(Part.Meta):
        ordering = ["effective_on", "told_at"]
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(name="deal_step_stays_own", condition=models.Q(level=Level.OWN.value)),
            models.CheckConstraint(name="deal_step_status_is_known", condition=models.Q(status__in=DealStatus.values)),
        ]


class OfDeal(Part):
    """A row that the registrar keeps about its deal; a constraint in the database holds it to the deal's owner."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="%(class)s_set")

    class Meta(Part.Meta):
        abstract = True


class DealRole(OfDeal, Prepared):
    """What an institution is in a deal, from one date to another."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True), Parent("tranche_id", mine=True)),
        published=True,
        # A role of another institution is an invitation.
        two_persons="institution_id",
        # Another institution or role is another row: who was let in by this one is let out with it.
        fixed=("institution_id", "role", "since"),
    )

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    tranche = models.ForeignKey("Tranche", on_delete=models.PROTECT, null=True, blank=True, related_name="roles")
    role = models.CharField(max_length=30, choices=RoleKind)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(OfDeal.Meta):
        constraints = [
            *OfDeal.Meta.constraints,
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="deal_role_is_known", condition=models.Q(role__in=RoleKind.values)),
            models.CheckConstraint(
                name="role_ends_after_it_began",
                condition=models.Q(until__isnull=True)
                | models.Q(since__isnull=True)
                | models.Q(until__gte=models.F("since")),
            ),
            models.UniqueConstraint(
                name="deal_role_once",
                fields=["deal", "institution", "role", "tranche", "since"],
                nulls_distinct=False,
                condition=~models.Q(state="rejected"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_role_display()}"


class Tranche(OfDeal):
    """A part of a deal with its own currency, seniority and purpose; only `base` money closes the gap."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True),),
        published=True,
        # Others' money stands in it: another currency or purpose is another tranche.
        fixed=("currency", "purpose", "seniority"),
    )

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    seniority = models.CharField(max_length=20, default="senior")
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.BASE)
    tenor_months = models.PositiveIntegerField(null=True, blank=True, help_text="Signing to final maturity")
    grace_months = models.PositiveIntegerField(null=True, blank=True)
    repayment = models.CharField(max_length=60, blank=True)
    availability_ends_on = models.DateField(null=True, blank=True)
    pricing_note = models.CharField(max_length=300, blank=True)

    class Meta(OfDeal.Meta):
        ordering = ["name"]
        constraints = [
            *OfDeal.Meta.constraints,
            models.UniqueConstraint(name="tranche_name_once_per_deal", fields=["deal", "name"]),
            # Lets a commitment hold 'a tranche of my deal' as a foreign key.
            models.UniqueConstraint(name="tranche_and_deal", fields=["id", "deal"]),
            models.CheckConstraint(
                name="tranche_amount_has_currency",
                condition=models.Q(amount__isnull=True) | (models.Q(amount__gt=0) & ~models.Q(currency="")),
            ),
            models.CheckConstraint(name="tranche_purpose_is_known", condition=models.Q(purpose__in=Purpose.values)),
            models.CheckConstraint(
                name="tranche_seniority_is_known",
                condition=models.Q(seniority__in=["senior", "subordinated", "mezzanine", "equity"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Party(OfDeal, Prepared):
    """An institution in a deal: invited, under an NDA from one date to another, left."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True),),
        published=True,
        two_persons="institution_id",
        fixed=("institution_id", "invited_on"),
    )

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    invited_on = models.DateField()
    nda_company = models.CharField(max_length=200, blank=True)
    nda_version = models.CharField(max_length=40, blank=True)
    nda_signed_on = models.DateField(null=True, blank=True)
    nda_expires_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta(OfDeal.Meta):
        verbose_name_plural = "parties"
        constraints = [
            *OfDeal.Meta.constraints,
            *Prepared.Meta.constraints,
            # One that is ended on the day on which it was signed was in force on no day.
            models.CheckConstraint(
                name="nda_expires_after_it_was_signed",
                condition=models.Q(nda_expires_on=None) | models.Q(nda_expires_on__gte=models.F("nda_signed_on")),
            ),
            models.UniqueConstraint(
                name="party_once_at_a_time",
                fields=["deal", "institution"],
                condition=models.Q(left_on__isnull=True) & ~models.Q(state="rejected"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.institution)
