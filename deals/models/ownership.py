"""Who holds what: an institution's, or a public source's, statement of one holding as of a day."""

from django.db import models
from django.db.models import F, Q

from deals.models.company import Company
from deals.models.origin import Precision, Stated
from deals.models.project import WITHOUT_DEAL, Project
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Network


class Control(models.TextChoices):
    """How a holder controls, beside or without shares."""

    BOARD = "board_majority"
    VOTES = "voting_rights"
    GOLDEN_SHARE = "golden_share"
    CONTRACT = "control_contract"


class Holding(Stated):
    """One holding in a project or a company. A share of 0 says that it is one no more.

    A later statement of the same maker supersedes it, for whoever sees both (sql/ownership.sql, decision 0024). Those
    of different makers stand side by side; where they disagree, the share is the range that they span.
    """

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"), Parent("company_id"), Parent("holder_id")),
        published=True,
        four_eyes=True,
        fixed=("project_id", "company_id", "holder_id", "share", "control", "as_of", "precision", "basis", "source_id"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    # What is held.
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="holdings")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="held_by")
    # None: many small holders together.
    holder = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    share = models.DecimalField("share in percent", max_digits=9, decimal_places=6, null=True, blank=True)
    control = models.CharField(max_length=20, choices=Control, blank=True)
    as_of = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    basis = models.CharField(max_length=300, blank=True, help_text="Where its institution has it from, in its words")

    class Meta(Stated.Meta):
        ordering = ["-as_of", "id"]
        constraints = [
            *Stated.Meta.constraints,
            # So that of two of one day one is the later. Among one institution's own rows alone.
            models.UniqueConstraint(
                name="holding_stated_once_at_a_time",
                fields=["owner", "project", "company", "holder", "as_of", "created_at"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="holding_is_of_one_thing",
                condition=Q(project__isnull=False, company__isnull=True)
                | Q(project__isnull=True, company__isnull=False),
            ),
            models.CheckConstraint(
                name="holding_is_by_another",
                condition=Q(holder__isnull=True) | Q(company__isnull=True) | ~Q(holder=F("company")),
            ),
            models.CheckConstraint(
                name="holding_share_is_a_share", condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100)
            ),
            models.CheckConstraint(
                name="holding_of_many_has_a_share",
                condition=Q(holder__isnull=False) | Q(share__isnull=False, control=""),
            ),
            models.CheckConstraint(name="holding_control_is_known", condition=Q(control__in=["", *Control.values])),
            models.CheckConstraint(name="holding_precision_is_known", condition=Q(precision__in=Precision.values)),
            models.CheckConstraint(name="holding_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]
        indexes = [
            models.Index(name="holding_of_project", fields=["project"]),
            models.Index(name="holding_of_company", fields=["company"]),
        ]

    def __str__(self) -> str:
        return f"holding in {self.project or self.company}"
