"""Due-diligence reports: who commissioned which workstream, from whom, and who may rely on it."""

from django.db import models
from django.db.models import Q

from deals.models.company import Company
from deals.models.document import Document
from deals.models.room import InDeal
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Institution


class Workstream(models.TextChoices):
    TECHNICAL = "technical"
    ENVIRONMENTAL_SOCIAL = "environmental_social"
    LEGAL = "legal"
    MARKET = "market"
    INSURANCE = "insurance"
    TAX_MODEL = "tax_model"
    GEOLOGY = "geology"
    OTHER = "other"


class ReportStatus(models.TextChoices):
    COMMISSIONED = "commissioned"
    DELIVERED = "delivered"


class Report(InDeal):
    """A due-diligence report that an institution commissioned from an adviser, for one workstream."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("adviser_id"), Parent("document_id", mine=True)),
        four_eyes=True,
        fixed=("workstream", "scope", "adviser_id", "commissioned_on"),
    )

    workstream = models.CharField(max_length=30, choices=Workstream)
    scope = models.CharField(max_length=300, blank=True)
    adviser = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    commissioned_on = models.DateField()
    status = models.CharField(max_length=20, choices=ReportStatus, default=ReportStatus.COMMISSIONED)
    delivered_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(InDeal.Meta):
        constraints = [
            models.UniqueConstraint(name="report_and_owner", fields=["id", "owner", "deal"]),
            models.CheckConstraint(name="report_workstream_is_known", condition=Q(workstream__in=Workstream.values)),
            models.CheckConstraint(
                name="report_is_delivered_on_a_day",
                condition=Q(status="commissioned", delivered_on__isnull=True, document__isnull=True)
                | Q(status="delivered", delivered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workstream.replace('_', ' ')} report"


class Reliance(InDeal):
    """An institution that may rely on a report, and until when; told no further than the report."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id"), Parent("report_id", mine=True)),
        four_eyes=True,
        fixed=("report_id", "institution_id"),
    )

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="reliances")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(null=True, blank=True, help_text="The last day")

    class Meta(InDeal.Meta):
        constraints = [models.UniqueConstraint(name="reliance_once", fields=["report", "institution"])]

    def __str__(self) -> str:
        return f"reliance of {self.institution}"
