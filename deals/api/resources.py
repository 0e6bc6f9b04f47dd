"""Minerals, companies, projects, deals, tranches, parties, commitments and approvals over REST."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from deals.api import shapes
from deals.api.project_shapes import ProjectShape
from deals.lifecycle import STAGES, Class
from deals.models import (
    ChainStage,
    Commitment,
    Deal,
    DealStatus,
    DevelopmentStage,
    Instrument,
    Mineral,
    Origin,
    Project,
    ProjectMineral,
    Purpose,
    Tranche,
)
from deals.selectors import commitments, deals, projects
from deals.selectors.ledger import undrawn_past_availability
from deals.selectors.sameness import families
from institutions.api.conventions.filters import After, Codes, Filters, Related
from institutions.api.conventions.resources import Resource
from institutions.api.shapes import ApprovalShape
from institutions.isolation.levels import CHOICES
from institutions.models import Approval, Decision, Institution, Network
from institutions.selectors.approvals import APPROVALS
from institutions.selectors.reading import Row


def of_family(project: str) -> QuerySet[Any, Any]:
    """A project by id or slug, old ids included, with all that was merged into it."""
    return families(Related(Project, field_name="pk").filter(Project.objects.all(), project))


class MineralFilters(Filters):
    slug = django_filters.CharFilter()


class ToldFilters(Filters):
    """What every list of institutions' rows can be asked."""

    origin = django_filters.ChoiceFilter(choices=Origin.choices)
    level = Codes(choices=CHOICES)
    demo = django_filters.BooleanFilter()


class CompanyFilters(ToldFilters):
    name = django_filters.CharFilter()
    country = django_filters.CharFilter()
    lei = django_filters.CharFilter()
    network = Related(Network, slug="code")
    updated_after = After()


class ProjectFilters(ToldFilters):
    slug = django_filters.CharFilter()
    country = django_filters.CharFilter()
    network = Related(Network, slug="code")
    mineral = Related(Mineral, method="with_mineral")
    chain_stage = django_filters.ChoiceFilter(choices=ChainStage.choices, method="with_chain_stage")
    development_stage = Codes(choices=DevelopmentStage.choices, method="at_stage")
    merged = django_filters.BooleanFilter(method="that_merged")
    updated_after = After("changed_at")

    def with_mineral(self, rows: QuerySet[Project, Row], _name: str, value: str) -> QuerySet[Project, Row]:
        minerals = Related(Mineral, field_name="mineral").filter(ProjectMineral.objects.all(), value)
        return rows.filter(pk__in=minerals.values("project"))

    def at_stage(self, rows: QuerySet[Project, Row], _name: str, value: list[str]) -> QuerySet[Project, Row]:
        return projects.standing_at(rows, value)

    def that_merged(self, rows: QuerySet[Any, Any], _name: str, value: bool) -> QuerySet[Any, Any]:
        """Whether the project was merged into another, as the asker sees it."""
        return rows.filter(merged_into__isnull=not value)

    def with_chain_stage(self, rows: QuerySet[Project, Row], _name: str, value: str) -> QuerySet[Project, Row]:
        return rows.filter(chain_stages__contains=[value])


class DealFilters(ToldFilters):
    slug = django_filters.CharFilter()
    project = Related(Project, method="of_project")
    network = Related(Network, slug="code")
    registrar = Related(Institution, field_name="owner")
    status = Codes(choices=DealStatus.choices)
    updated_after = After("changed_at")

    def of_project(self, rows: QuerySet[Deal, Row], _name: str, value: str) -> QuerySet[Deal, Row]:
        return rows.filter(project__in=of_family(value))


class TrancheFilters(ToldFilters):
    deal = Related(Deal)
    currency = django_filters.CharFilter()
    purpose = Codes(choices=Purpose.choices)
    updated_after = After()


class PartyFilters(ToldFilters):
    deal = Related(Deal)
    institution = Related(Institution)
    updated_after = After()


class CommitmentFilters(ToldFilters):
    deal = Related(Deal)
    tranche = Related(Tranche, slug="name")
    institution = Related(Institution)
    project = Related(Project, method="of_project")
    instrument = Codes(choices=Instrument.choices)
    stage = Codes(choices=[(code, code) for code in STAGES])
    class_ = django_filters.ChoiceFilter(choices=[(cls.value, cls.value) for cls in Class], method="of_class")
    reference = django_filters.CharFilter()
    undrawn_past_availability = django_filters.BooleanFilter(method="left_undrawn")
    updated_after = After("changed_at")

    def left_undrawn(self, rows: QuerySet[Commitment, Row], _name: str, value: bool) -> QuerySet[Commitment, Row]:
        late = [commitment.pk for commitment, _ in undrawn_past_availability(Commitment.objects.all())]
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)

    def of_class(self, rows: QuerySet[Commitment, Row], _name: str, value: str) -> QuerySet[Commitment, Row]:
        return rows.filter(stage__in=[stage.code for stage in STAGES.values() if stage.cls.value == value])

    def of_project(self, rows: QuerySet[Commitment, Row], _name: str, value: str) -> QuerySet[Commitment, Row]:
        return rows.filter(deal__in=Deal.objects.filter(project__in=of_family(value)).order_by().values("pk"))


class ApprovalFilters(Filters):
    state = django_filters.ChoiceFilter(choices=[("waiting", "waiting"), *Decision.choices], method="in_state")

    def in_state(self, rows: QuerySet[Approval, Row], _name: str, value: str) -> QuerySet[Approval, Row]:
        return rows.filter(decision="" if value == "waiting" else value)


PROJECTS = Resource("projects", "project", projects.PROJECTS, ProjectFilters, ProjectShape)
COMMITMENTS = Resource("commitments", "commitment", commitments.COMMITMENTS, CommitmentFilters, shapes.CommitmentShape)
WAITING = Resource("approvals", "approval", APPROVALS, ApprovalFilters, ApprovalShape)
DEALS = Resource("deals", "deal", deals.DEALS, DealFilters, shapes.DealShape)
TRANCHES = Resource("tranches", "tranche", deals.TRANCHES, TrancheFilters, shapes.TrancheShape)
PARTIES = Resource("parties", "party", deals.PARTIES, PartyFilters, shapes.PartyShape)
COMPANIES = Resource("companies", "company", projects.COMPANIES, CompanyFilters, shapes.CompanyShape)
RESOURCES = (
    Resource("minerals", "mineral", projects.MINERALS, MineralFilters, shapes.MineralShape),
    DEALS,
    TRANCHES,
    PARTIES,
    WAITING,
)
