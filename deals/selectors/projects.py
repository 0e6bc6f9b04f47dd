"""Minerals, companies and projects as the asker sees them."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, JSONObject

from deals.models import Company, CompanyRole, Listing, Mineral, Project, ProjectFact, ProjectMineral, SameAs
from deals.selectors.facts import capex_of, shown_capex, shown_stage
from deals.selectors.parts import SOURCE, decimal, source, texts
from deals.selectors.sameness import absorbed, survivor
from institutions.selectors.reading import Reading, Row, Rows, Shape, instant, versioned

_MINERAL = ("id", "slug", "name", "symbol", "hs_hint")


def _minerals() -> Rows:
    listings = Listing.objects.filter(mineral=OuterRef("pk")).order_by("list", "version", "place")
    found: Rows = Mineral.objects.values(
        *_MINERAL,
        on_lists=ArraySubquery(listings.values(json=JSONObject(list="list", version="version", place="place"))),
    )
    return found


def _mineral(row: Row) -> Shape:
    return versioned(texts(row, *_MINERAL) | {"listings": row["on_lists"]})


_COMPANY = ("id", "name", "country", "lei", "register_number", "aliases", "is_state", "origin", "level",
            "demo")  # fmt: skip


def _companies() -> Rows:
    found: Rows = Company.objects.values(*_COMPANY, *SOURCE, "network_id", "told_at", "updated_at")
    return found


def _company(row: Row) -> Shape:
    return versioned(
        texts(row, *_COMPANY)
        | {"network": row["network_id"], "source": source(row), "updated_at": instant(row["updated_at"])}
    )


_PROJECT = ("id", "slug", "name", "aliases", "country", "region", "chain_stages", "development_stage", "output_text",
            "capex_as_of", "capex_precision", "origin", "level", "demo")  # fmt: skip


def stage_now() -> Coalesce:
    """A project's development stage: as the shown statement has it, else as the project's own row does."""
    return Coalesce(shown_stage(), F("development_stage"))


def standing_at(rows: QuerySet[Any, Any], stages: list[str]) -> QuerySet[Any, Any]:
    """The projects whose development stage is one of these, as it is shown to the asker."""
    found: QuerySet[Any, Any] = rows.alias(standing=stage_now())
    return found.filter(standing__in=stages)


def _latest(model: type[Model]) -> Subquery:
    """When the newest visible part of a project was changed."""
    parts = model._default_manager.filter(project=OuterRef("pk")).order_by()
    return Subquery(parts.values("project").annotate(at=Max("updated_at")).values("at"))


def _projects() -> Rows:
    yields = ProjectMineral.objects.filter(project=OuterRef("pk")).order_by("by_product", "mineral__slug")
    # Companies that the asker does not see fall out of the join.
    sponsors = CompanyRole.objects.filter(project=OuterRef("pk")).order_by("role", "company__name", "id")
    # A link is told on the pages of both; who does not see the other project is told of none.
    links = SameAs.objects.filter(ended_at__isnull=True, project__name__isnull=False, other__name__isnull=False)
    found: Rows = Project.objects.values(
        *_PROJECT,
        *SOURCE,
        "network_id", "owner_id", "latitude", "longitude", "capex_amount", "capex_currency", "told_at",
        stage_shown=shown_stage(),
        capex_shown=ArraySubquery(shown_capex()),
        merged_into=survivor(),
        absorbed=absorbed(),
        same_as_theirs=ArraySubquery(links.filter(project=OuterRef("pk")).order_by("other_id").values("other_id")),
        same_as_ours=ArraySubquery(links.filter(other=OuterRef("pk")).order_by("project_id").values("project_id")),
        yields=ArraySubquery(
            yields.values(json=JSONObject(mineral="mineral_id", slug="mineral__slug", by_product="by_product"))
        ),
        sponsors=ArraySubquery(
            sponsors.values(json=JSONObject(id="id", company="company_id", role="role", since="since", until="until"))
        ),
        changed_at=Greatest(
            F("updated_at"), _latest(ProjectMineral), _latest(CompanyRole), _latest(ProjectFact), _latest(SameAs)
        ),
    )  # fmt: skip
    return found


def _project(row: Row) -> Shape:
    return versioned(
        {
            **texts(row, *_PROJECT[:6]),
            "latitude": decimal(row["latitude"]),
            "longitude": decimal(row["longitude"]),
            "network": row["network_id"],
            "institution": row["owner_id"],
            "chain_stages": row["chain_stages"],
            "development_stage": row["stage_shown"] or row["development_stage"],
            "output_text": row["output_text"],
            **capex_of(row),
            "minerals": row["yields"],
            "companies": row["sponsors"],
            "same_as": sorted({*row["same_as_theirs"], *row["same_as_ours"]}),
            "merged_into": row["merged_into"],
            "absorbed": row["absorbed"] or [],
            **texts(row, "origin", "level"),
            "source": source(row),
            "demo": row["demo"],
            "updated_at": instant(row["changed_at"]),
        }
    )


MINERALS = Reading("mineral", _minerals, _mineral, order=("id",))
COMPANIES = Reading("company", _companies, _company)
PROJECTS = Reading("project", _projects, _project)
