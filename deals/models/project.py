from django.contrib.postgres.fields import ArrayField
from django.db import models

from deals.models.company import Company
from deals.models.mineral import Mineral
from deals.models.origin import Part, Precision, Stated
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Network

# Levels of a row that belongs to no deal.
WITHOUT_DEAL = ["own", "network", "public"]
# What a company can be in a project.
COMPANY_ROLES = ["borrower", "sponsor", "obligor", "offtaker", "exporter", "contractor", "adviser"]


class DevelopmentStage(models.TextChoices):
    EARLY_EXPLORATION = "early_exploration"
    ADVANCED_EXPLORATION = "advanced_exploration"
    SCOPING = "scoping"
    PREFEASIBILITY = "prefeasibility"
    FEASIBILITY = "feasibility"
    PERMITTING = "permitting"
    CONSTRUCTION = "construction"
    COMMISSIONING = "commissioning"
    OPERATING = "operating"
    CARE_AND_MAINTENANCE = "care_and_maintenance"
    CLOSED = "closed"


# In this order a project moves; one at rest or closed stands before or after none.
ON_THE_WAY = tuple(
    stage for stage in DevelopmentStage if stage not in (DevelopmentStage.CARE_AND_MAINTENANCE, DevelopmentStage.CLOSED)
)


def from_stage(earliest: DevelopmentStage) -> tuple[DevelopmentStage, ...]:
    """The stage and those after it; of one at rest or closed itself alone."""
    return ON_THE_WAY[ON_THE_WAY.index(earliest) :] if earliest in ON_THE_WAY else (earliest,)


class ChainStage(models.TextChoices):
    EXTRACTION = "extraction"
    PROCESSING = "processing"
    REFINING = "refining"
    BATTERY_MATERIALS = "battery_materials"
    RECYCLING = "recycling"
    INFRASTRUCTURE = "infrastructure"


class Project(Stated):
    """A mine, plant or recycling site that is financed."""

    wall = Walled(network="network_id", published=True, four_eyes=True)

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=120, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    chain_stages = ArrayField(models.CharField(max_length=30, choices=ChainStage), default=list, blank=True)
    development_stage = models.CharField(max_length=30, choices=DevelopmentStage, blank=True)
    capex_amount = models.DecimalField(max_digits=21, decimal_places=4, null=True, blank=True)
    capex_currency = models.CharField(max_length=3, blank=True)
    capex_as_of = models.DateField(null=True, blank=True)
    capex_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    output_text = models.CharField(max_length=300, blank=True)

    class Meta(Stated.Meta):
        ordering = ["name"]
        constraints = [
            *Stated.Meta.constraints,
            models.UniqueConstraint(name="project_slug_once_per_owner", fields=["owner", "slug"]),
            models.CheckConstraint(name="project_level_is_known", condition=models.Q(level__in=WITHOUT_DEAL)),
            models.CheckConstraint(
                name="project_capex_has_currency",
                condition=models.Q(capex_amount__isnull=True) | ~models.Q(capex_currency=""),
            ),
            models.CheckConstraint(
                name="project_place_is_on_earth",
                condition=models.Q(latitude__isnull=True)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
            ),
        ]
        # Duplicates are looked for in a country.
        indexes = [
            models.Index(name="project_country", fields=["country"]),
            # The order of its list: a page is read from the index, however many there are.
            models.Index(name="project_by_name", fields=["name"]),
        ]

    def __str__(self) -> str:
        return self.name


class ProjectMineral(Part):
    """A mineral that a project yields, primary or as a by-product."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id", mine=True),),
        published=True,
        four_eyes=True,
        fixed=("project_id", "mineral_id"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="minerals")
    mineral = models.ForeignKey(Mineral, on_delete=models.PROTECT, related_name="projects")
    by_product = models.BooleanField(default=False)

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.UniqueConstraint(name="project_mineral_once", fields=["owner", "project", "mineral"]),
        ]


class CompanyRole(Part):
    """What a company is in a project, from one date to another."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id", mine=True), Parent("company_id")),
        published=True,
        four_eyes=True,
        fixed=("project_id", "company_id"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="roles")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="companies")
    role = models.CharField(max_length=20, default="sponsor")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(Part.Meta):
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                name="company_role_is_known",
                condition=models.Q(role__in=COMPANY_ROLES),
            ),
        ]
