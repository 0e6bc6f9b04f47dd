"""Who takes what of a project's output: an institution's, or a public source's, statement of one contract."""

from django.db import models
from django.db.models import F, Q

from deals.models.company import Company
from deals.models.fact import UNITS, FactCode
from deals.models.mineral import Mineral
from deals.models.origin import Precision, Stated
from deals.models.project import WITHOUT_DEAL, Project
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Network

# By mass; whoever sells cells by capacity states a share.
TONNAGE = tuple(unit for unit in UNITS[FactCode.PLANNED_OUTPUT] if unit != "gwh_per_year")


class Offtake(Stated):
    """What a buyer takes in each of its years: a share of what the project yields of a mineral, or an amount; neither
    where that is not told. A share of 0 says that the contract is no more.

    A later statement of the same maker about the same contract supersedes it, for whoever sees both (decision 0024).
    """

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"), Parent("buyer_id")),
        published=True,
        four_eyes=True,
        fixed=(
            "project_id", "buyer_id", "mineral_id", "contract", "share", "quantity", "unit", "first_year", "last_year",
            "binding", "as_of", "precision", "basis", "source_id",
        ),
    )  # fmt: skip

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="offtakes")
    buyer = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="takes")
    mineral = models.ForeignKey(Mineral, on_delete=models.PROTECT, related_name="+")
    contract = models.CharField(max_length=60, blank=True, help_text="Its name, where a buyer has several")
    share = models.DecimalField("share in percent", max_digits=9, decimal_places=6, null=True, blank=True)
    quantity = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    first_year = models.PositiveSmallIntegerField()
    # None: no end is told.
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    binding = models.BooleanField()
    as_of = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.DAY)
    basis = models.CharField(max_length=300, blank=True, help_text="Where its institution has it from, in its words")

    class Meta(Stated.Meta):
        ordering = ["-as_of", "id"]
        constraints = [
            *Stated.Meta.constraints,
            # So that of two of one day one is the later. Among one institution's own rows alone.
            models.UniqueConstraint(
                name="offtake_stated_once_at_a_time",
                fields=["owner", "project", "buyer", "mineral", "contract", "as_of", "created_at"],
            ),
            models.CheckConstraint(
                name="offtake_is_a_share_or_an_amount",
                condition=Q(share__isnull=True, quantity__isnull=True, unit="")
                | Q(share__isnull=False, share__gte=0, share__lte=100, quantity__isnull=True, unit="")
                | Q(share__isnull=True, quantity__isnull=False, quantity__gt=0, unit__in=TONNAGE),
            ),
            models.CheckConstraint(
                name="offtake_years_are_in_order",
                condition=Q(first_year__range=(1990, 2150))
                & (Q(last_year__isnull=True) | Q(last_year__gte=F("first_year"), last_year__lte=2150)),
            ),
            models.CheckConstraint(name="offtake_precision_is_known", condition=Q(precision__in=Precision.values)),
            models.CheckConstraint(name="offtake_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]
        indexes = [models.Index(name="offtake_of_project", fields=["project"])]

    def __str__(self) -> str:
        return f"offtake of {self.mineral} from {self.project}"
