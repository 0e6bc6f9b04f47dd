"""What institutions find of a project's environmental and social side: a category that can be told, screening that
cannot, and the owner's answers to doubts."""

from django.db import models
from django.db.models import Q

from deals.models.deal import Deal
from deals.models.project import WITHOUT_DEAL, Project
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential, Network


class Category(models.TextChoices):
    """Of the Equator Principles; A is the strictest, and the first."""

    A = "A"
    B = "B"
    C = "C"


class Principle(models.TextChoices):
    """The six principles of the Minerals Security Partnership (statement of February 2023)."""

    ENVIRONMENT = "environment"
    LAND = "land"
    CONSULTATION = "consultation"
    WORK = "work"
    BENEFIT = "benefit"
    BUSINESS = "business"


class Screened(models.TextChoices):
    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"


class EsgCategory(Confidential):
    """An institution's Equator category of a project. A later one of its own supersedes it, for whoever sees both."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"),),
        four_eyes=True,
        fixed=("project_id", "category", "as_of", "basis"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="esg_categories")
    category = models.CharField(max_length=1, choices=Category)
    as_of = models.DateField()
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-as_of", "id"]
        verbose_name = "ESG category"
        verbose_name_plural = "ESG categories"
        constraints = [
            # So that of two of one day one is the later. Among one institution's own rows alone.
            models.UniqueConstraint(
                name="esg_category_once_at_a_time", fields=["owner", "project", "as_of", "created_at"]
            ),
            models.CheckConstraint(name="esg_category_is_known", condition=Q(category__in=Category.values)),
            models.CheckConstraint(name="esg_category_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]

    def __str__(self) -> str:
        return f"category {self.category} of {self.project}"


class EsgScreening(Confidential):
    """How an institution finds one of the six principles kept in a project, with its evidence: its own, for ever."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"),),
        fixed=("project_id", "principle", "outcome", "evidence", "as_of", "level"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="esg_screenings")
    principle = models.CharField(max_length=20, choices=Principle)
    outcome = models.CharField(max_length=10, choices=Screened)
    evidence = models.CharField(max_length=600)
    as_of = models.DateField()

    class Meta:
        ordering = ["principle", "-as_of", "id"]
        verbose_name = "ESG screening"
        constraints = [
            models.UniqueConstraint(
                name="esg_screening_once_at_a_time", fields=["owner", "project", "principle", "as_of", "created_at"]
            ),
            # What is found of others' conduct stays with whoever found it (domain: screening results are `own`).
            models.CheckConstraint(name="esg_screening_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="esg_principle_is_known", condition=Q(principle__in=Principle.values)),
            models.CheckConstraint(name="esg_outcome_is_known", condition=Q(outcome__in=Screened.values)),
            models.CheckConstraint(name="esg_screening_has_evidence", condition=~Q(evidence="")),
        ]

    def __str__(self) -> str:
        return f"{self.principle} in {self.project}"


class CheckAnswer(Confidential):
    """Why what a consistency check doubts is so, by the owner of what is doubted. It answers what was found then
    (`finding`, a keyed hash of its sentences), and nothing that is found later."""

    code = models.CharField(max_length=60)
    finding = models.CharField(max_length=32)
    reason = models.CharField(max_length=600)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.code


class ProjectCheckAnswer(CheckAnswer):
    """Of a project, by whoever keeps it."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id", mine=True),),
        four_eyes=True,
        fixed=("project_id", "code", "finding", "reason"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="check_answers")

    class Meta(CheckAnswer.Meta):
        ordering = ["-told_at", "id"]
        constraints = [
            *CheckAnswer.Meta.constraints,
            models.CheckConstraint(name="project_check_answer_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]


class DealCheckAnswer(CheckAnswer):
    """Of a deal, by its registrar."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True),),
        four_eyes=True,
        fixed=("deal_id", "code", "finding", "reason"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="check_answers")

    class Meta(CheckAnswer.Meta):
        ordering = ["-told_at", "id"]
