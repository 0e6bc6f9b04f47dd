"""Two projects that are one: an institution's own link, and the owners' words that merge them."""

from django.db import models
from django.db.models import F, Q

from deals.models.project import WITHOUT_DEAL, Project
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential, Network


class SameAs(Confidential):
    """An institution's own word that its project is another one that it sees; told no further than either."""

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id", mine=True), Parent("other_id")),
        four_eyes=True,
        fixed=("project_id", "other_id"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="same_as")
    other = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="named_by")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "same as"
        verbose_name_plural = "same as"
        ordering = ["-told_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="same_as_once", fields=["owner", "project", "other"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="same_as_another", condition=~Q(project=F("other"))),
            models.CheckConstraint(name="same_as_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]

    def __str__(self) -> str:
        return f"{self.project} is {self.other}"


class ProjectMerge(Confidential):
    """An owner's word that `project` is from now on `survivor`; of two owners each gives its own.

    In effect for whoever sees both projects and the word of each of their owners: then the old id is an alias.
    """

    wall = Walled(
        network="network_id",
        parents=(Parent("project_id"), Parent("survivor_id")),
        four_eyes=True,
        fixed=("project_id", "survivor_id"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="absorbs")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="merge_once_per_owner", fields=["owner", "project"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(name="merge_into_another", condition=~Q(project=F("survivor"))),
            models.CheckConstraint(name="merge_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
        ]

    def __str__(self) -> str:
        return f"{self.project} into {self.survivor}"
