"""The published rows: companies, projects with their minerals and sponsors, deals with their roles."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from deals.demo import sponsors
from deals.demo.facts import DealFact, Facts, ProjectFact
from deals.demo.outputs import OUTPUTS
from deals.demo.reference import FORGE, institution_id, mineral_id, network_id, source_id
from deals.demo.report import Report
from deals.demo.rows import Dated
from deals.demo.writing import add_missing, fixed_id, prepare_public, published, published_part
from deals.models import Company, CompanyRole, Deal, DealRole, FactCode, Holding, Project, ProjectMineral
from deals.models import ProjectFact as Statement


def project_id(slug: str) -> UUID:
    return fixed_id("project", slug)


def company_id(name: str) -> UUID:
    return fixed_id("company", name)


def deal_id(slug: str) -> UUID:
    return fixed_id("deal", slug)


def load_published(facts: Facts, report: Report, *, owner: UUID) -> None:
    """Run as the secretariat `owner`. All rows are kept in the network of today, whenever they were announced."""
    prepare_public([(None, network_id(FORGE))])
    _companies(facts, report, owner)
    add_missing(report, [_project(fact, owner) for fact in facts.projects])
    _parts_of_projects(facts, report, owner)
    add_missing(report, [one for fact in facts.projects for one in _statements(fact, owner)])
    prepare_public([(deal_id(fact.slug), network_id(FORGE)) for fact in facts.deals])
    add_missing(report, [_deal(fact, owner) for fact in facts.deals])
    _roles(facts, report, owner)


def _companies(facts: Facts, report: Report, owner: UUID) -> None:
    """Each sponsor once, with the source of the first project that names it."""
    first: dict[str, Company] = {}
    for fact in facts.projects:
        for name in sponsors.names(fact):
            first.setdefault(
                name,
                Company(
                    id=company_id(name),
                    name=name,
                    network_id=network_id(FORGE),
                    **published(source_id(fact.source), owner),
                ),
            )
    add_missing(report, list(first.values()))


def _project(fact: ProjectFact, owner: UUID) -> Project:
    latitude, longitude = fact.place
    return Project(
        id=project_id(fact.slug),
        network_id=network_id(FORGE),
        slug=fact.slug,
        name=fact.name,
        country=fact.country,
        region=fact.region,
        latitude=latitude,
        longitude=longitude,
        chain_stages=[fact.chain_stage],
        development_stage=fact.development_stage,
        capex_amount=fact.capex.amount if fact.capex else None,
        capex_currency=fact.capex.currency if fact.capex else "",
        capex_as_of=fact.capex_as_of.day,
        capex_precision=fact.capex_as_of.precision,
        output_text=fact.output_text,
        **published(source_id(fact.source), owner),
    )


def _statements(fact: ProjectFact, owner: UUID) -> Iterator[Statement]:
    """The development stage, as of the day of its source; the capital cost as of its own day, else of its source's."""
    read = fact.source.dated
    if fact.development_stage:
        yield from _statement(fact, FactCode.DEVELOPMENT_STAGE, read, owner, text=fact.development_stage)
    if fact.capex:
        money: dict[str, Any] = {"amount": fact.capex.amount, "currency": fact.capex.currency}
        as_of = fact.capex_as_of if fact.capex_as_of.day else read
        yield from _statement(fact, FactCode.CAPEX, as_of, owner, **money)
    for output in OUTPUTS.get(fact.slug, ()):
        amount: dict[str, Any] = {"quantity": output.tonnes, "unit": "t_per_year", "form": output.form}
        amount["mineral_id"] = mineral_id(output.mineral)
        yield from _statement(fact, FactCode.PLANNED_OUTPUT, read, owner, of=output.mineral, **amount)


def _statement(
    fact: ProjectFact, code: FactCode, on: Dated, owner: UUID, *, of: str = "", **says: Any
) -> Iterator[Statement]:
    """One statement, `of` what where the project has several of the code; none where no day is known for it."""
    if on.day is None:
        return
    yield Statement(
        id=fixed_id("fact", fact.slug, code, *([of] if of else [])),
        network_id=network_id(FORGE),
        project_id=project_id(fact.slug),
        code=code,
        as_of=on.day,
        precision=on.precision,
        **says,
        **published(source_id(fact.source), owner),
    )


def _parts_of_projects(facts: Facts, report: Report, owner: UUID) -> None:
    common = {"network_id": network_id(FORGE)} | published_part(owner)
    add_missing(
        report,
        [
            ProjectMineral(
                id=fixed_id("project mineral", fact.slug, mineral),
                project_id=project_id(fact.slug),
                mineral_id=mineral_id(mineral),
                **common,
            )
            for fact in facts.projects
            for mineral in fact.minerals
        ],
    )
    add_missing(
        report,
        [
            CompanyRole(
                id=fixed_id("sponsor", fact.slug, name),
                project_id=project_id(fact.slug),
                company_id=company_id(name),
                role="sponsor",
                **common,
            )
            for fact in facts.projects
            for name in sponsors.names(fact)
        ],
    )
    add_missing(report, [row for fact in facts.projects for row in _holdings(fact, owner)])
    for fact in facts.projects:
        sponsors.report_the_rest(fact, report)


def _holdings(fact: ProjectFact, owner: UUID) -> Iterator[Holding]:
    """The shares of sponsors, as of the day of the source that tells them."""
    for name, share in sponsors.shares(fact):
        if fact.source.dated.day:
            yield Holding(
                id=fixed_id("holding", fact.slug, name),
                network_id=network_id(FORGE),
                project_id=project_id(fact.slug),
                holder_id=company_id(name),
                share=share,
                as_of=fact.source.dated.day,
                precision=fact.source.dated.precision,
                **published(source_id(fact.source), owner),
            )


def _deal(fact: DealFact, owner: UUID) -> Deal:
    return Deal(
        id=deal_id(fact.slug),
        network_id=network_id(FORGE),
        project_id=project_id(fact.project),
        slug=fact.slug,
        name=fact.name,
        status=fact.status,
        source_word=fact.status_word,
        target_amount=fact.target.amount if fact.target else None,
        target_currency=fact.target.currency if fact.target else "",
        announced_on=fact.announced.day,
        announced_precision=fact.announced.precision,
        **published(source_id(fact.source), owner),
    )


def _roles(facts: Facts, report: Report, owner: UUID) -> None:
    """Roles of the rows that stand; one institution may have several, a deal none."""
    named = dict.fromkeys((fact.deal, fact.institution, fact.role) for fact in facts.commitments if not fact.superseded)
    add_missing(
        report,
        [
            DealRole(
                id=fixed_id("role", deal, institution, role),
                deal_id=deal_id(deal),
                institution_id=institution_id(institution),
                role=role,
                **published_part(owner),
            )
            for deal, institution, role in named
        ],
    )
