"""The five files as values, checked against each other; nothing here touches the database."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from stdnum import lei

from deals.demo import notes, words
from deals.demo.rows import DATA, BrokenFile, Dated, Row, SourceFact, rows
from deals.lifecycle import STAGES
from deals.models import ChainStage, DealStatus, DevelopmentStage, Instrument, RoleKind
from deals.money import Money
from institutions.models import Kind

_T = TypeVar("_T")
# Published stages are of the lifecycle, but for 'closed', which is the day on which money may flow.
_STAGE_WORDS = {code: code for code in STAGES} | {"closed": "effective"}


@dataclass(frozen=True)
class InstitutionFact:
    line: int
    slug: str
    name: str
    native_name: str
    short_name: str
    country: str
    kind: Kind
    website: str
    lei: str
    lei_basis: str
    home_in_network: bool
    source: str
    confidence: str


@dataclass(frozen=True)
class MineralFact:
    slug: str
    name: str
    symbol: str
    hs_hint: str
    listings: tuple[tuple[str, str, str], ...]
    source: str
    confidence: str


@dataclass(frozen=True)
class ProjectFact:
    line: int
    slug: str
    name: str
    country: str
    region: str
    place: tuple[Decimal | None, Decimal | None]
    minerals: tuple[str, ...]
    chain_stage: ChainStage
    development_stage: DevelopmentStage
    sponsor: str
    capex: Money | None
    capex_as_of: Dated
    output_text: str
    source: SourceFact


@dataclass(frozen=True)
class DealFact:
    slug: str
    project: str
    name: str
    status: DealStatus
    status_word: str
    announced: Dated
    target: Money | None
    source: SourceFact


@dataclass(frozen=True)
class CommitmentFact:
    line: int
    deal: str
    institution: str
    instrument: Instrument
    role: RoleKind
    stage: str
    stage_word: str
    money: Money | None
    announced: Dated
    note: str
    superseded: bool
    source: SourceFact


@dataclass(frozen=True)
class Facts:
    """All five files."""

    institutions: tuple[InstitutionFact, ...]
    minerals: tuple[MineralFact, ...]
    projects: tuple[ProjectFact, ...]
    deals: tuple[DealFact, ...]
    commitments: tuple[CommitmentFact, ...]


_SOURCE = ("source_title", "source_url", "source_date", "confidence")


def read(folder: Path = DATA) -> Facts:
    """Raises BrokenFile with every fault of the first file that has any."""
    institutions = _read(
        folder, "institutions.csv", _institution,
        ("slug", "name", "native_name", "short_name", "country", "kind", "website", "lei", "lei_basis", "msfn_role",
         "msp_country", "source", "confidence"),
    )  # fmt: skip
    minerals = _read(
        folder, "minerals.csv", _mineral,
        ("code", "name", "symbol", "hs_chapter_hint", *words.LISTS, "on_australia", "source", "confidence"),
    )  # fmt: skip
    known = {mineral.slug for mineral in minerals}
    projects = _read(
        folder, "projects.csv", lambda row: _project(row, known),
        ("slug", "name", "country", "admin_region", "latitude", "longitude", "minerals", "supply_chain_stage",
         "development_stage", "sponsor", "capex_amount", "capex_currency", "capex_as_of", "capex_as_of_precision",
         "annual_output_text", *_SOURCE),
    )  # fmt: skip
    sites = {project.slug for project in projects}
    deals = _read(
        folder, "deals.csv", lambda row: _deal(row, sites),
        ("slug", "project_slug", "name", "status", "announced_on", "announced_on_precision", "target_amount",
         "currency", *_SOURCE),
    )  # fmt: skip
    named, banks = {deal.slug for deal in deals}, {institution.slug for institution in institutions}
    commitments = _read(
        folder, "commitments.csv", lambda row: _commitment(row, named, banks),
        ("deal_slug", "institution_slug", "instrument", "role", "stage", "amount", "currency", "announced_on",
         "announced_on_precision", "notes", "superseded", *_SOURCE),
    )  # fmt: skip
    return Facts(institutions, minerals, projects, deals, commitments)


def _read(folder: Path, file: str, make: Callable[[Row], _T], columns: tuple[str, ...]) -> tuple[_T, ...]:
    faults: list[str] = []
    facts = tuple(make(row) for row in rows(file, columns, faults, folder))
    once: dict[str, int] = {}
    for number, fact in enumerate(facts, start=1):
        slug = getattr(fact, "slug", "")
        if slug and once.setdefault(slug, number) != number:
            faults.append(f"'{slug}' is there twice; give one of them another name.")
    if faults:
        raise BrokenFile(file, faults)
    return facts


def _named(row: Row, column: str, known: Collection[str], where: str) -> str:
    value = row.text(column, required=True)
    if value and value not in known:
        row.fault(column, f"'{value}' is not in {where}.")
    return value


def _institution(row: Row) -> InstitutionFact:
    code = row.text("lei")
    if code and not lei.is_valid(code):
        row.fault("lei", f"'{code}' has wrong check digits (ISO 17442).")
    return InstitutionFact(
        line=row.line,
        slug=row.text("slug", required=True),
        name=row.text("name", required=True),
        native_name=row.text("native_name"),
        short_name=row.text("short_name", required=True),
        country=row.country("country"),
        kind=row.one_of("kind", words.KINDS),
        website=row.text("website"),
        lei=code,
        lei_basis=row.one_of("lei_basis", words.LEI_BASES),
        home_in_network=row.yes("msp_country"),
        source=row.text("source", required=True),
        confidence=row.text("confidence", required=True),
    )


def _mineral(row: Row) -> MineralFact:
    listings = [place for column, place in words.LISTS.items() if row.yes(column)]
    if place := row.one_of("on_australia", {"none": "", "critical": "critical", "strategic": "strategic"}):
        listings.append((*words.AUSTRALIA, place))
    return MineralFact(
        slug=row.text("code", required=True),
        name=row.text("name", required=True),
        symbol=row.text("symbol"),
        hs_hint=row.text("hs_chapter_hint"),
        listings=tuple(listings),
        source=row.text("source", required=True),
        confidence=row.text("confidence", required=True),
    )


def _project(row: Row, minerals: Collection[str]) -> ProjectFact:
    yields = tuple(row.text("minerals", required=True).split(";"))
    for mineral in yields:
        if mineral not in minerals:
            row.fault("minerals", f"'{mineral}' is not in minerals.csv.")
    return ProjectFact(
        line=row.line,
        slug=row.text("slug", required=True),
        name=row.text("name", required=True),
        country=row.country("country"),
        region=row.text("admin_region"),
        place=(row.degrees("latitude"), row.degrees("longitude")),
        minerals=yields,
        chain_stage=row.one_of("supply_chain_stage", words.CHAIN_STAGES),
        development_stage=row.one_of("development_stage", words.DEVELOPMENT_STAGES),
        sponsor=row.text("sponsor", required=True),
        capex=row.money("capex_amount", "capex_currency"),
        capex_as_of=row.dated("capex_as_of", "capex_as_of_precision"),
        output_text=row.text("annual_output_text"),
        source=row.source(),
    )


def _deal(row: Row, projects: Collection[str]) -> DealFact:
    return DealFact(
        slug=row.text("slug", required=True),
        project=_named(row, "project_slug", projects, "projects.csv"),
        name=row.text("name", required=True),
        status=row.one_of("status", words.DEAL_STATUSES),
        status_word=row.text("status"),
        announced=row.dated("announced_on", "announced_on_precision"),
        target=row.money("target_amount", "currency"),
        source=row.source(),
    )


def _commitment(row: Row, deals: Collection[str], institutions: Collection[str]) -> CommitmentFact:
    institution = _named(row, "institution_slug", institutions, "institutions.csv")
    note = row.text("notes")
    return CommitmentFact(
        line=row.line,
        deal=_named(row, "deal_slug", deals, "deals.csv"),
        institution=institution,
        instrument=notes.instrument(row.one_of("instrument", words.INSTRUMENTS), institution=institution, note=note),
        role=row.one_of("role", words.ROLES),
        stage=row.one_of("stage", _STAGE_WORDS),
        stage_word=row.text("stage"),
        money=row.money("amount", "currency"),
        announced=row.dated("announced_on", "announced_on_precision"),
        note=note,
        superseded=row.yes("superseded"),
        source=row.source(),
    )
