"""Acts about projects that several tests need."""

from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from deals.models import (
    Company,
    EsgCategory,
    EsgScreening,
    FactCode,
    Holding,
    Mandate,
    Mineral,
    Offtake,
    Project,
    ProjectFact,
    ProjectMerge,
    Source,
)
from deals.services.approving import confirm
from deals.services.companies import CompanyDraft, register_company
from deals.services.esg import CategoryDraft, ScreeningDraft, categorise, screen
from deals.services.facts import FactDraft, state_fact
from deals.services.mandates import MandateDraft, state_mandate
from deals.services.offtakes import OfftakeDraft, state_offtake
from deals.services.ownership import HoldingDraft, state_holding
from deals.services.projects import ProjectDraft, register_project
from deals.services.sameness import agree_to_merge, merge_projects
from institutions.isolation.levels import Level
from institutions.isolation.session import System as Job
from institutions.isolation.session import acting_as
from institutions.models import Approval, Confidential
from tests.api import System
from tests.cast import Cast

# What a bank's system needs for all that these tests do over REST.
SCOPES = "registry:read projects:write commitments:write"
T = TypeVar("T", bound=Confidential)
APPROVERS = {"ada": "abe", "mina": "joon", "rolf": "rita", "sora": "shin", "marc": "mary", "dora": "dirk"}


def mineral(cast: Cast, slug: str = "graphite") -> Mineral:
    with acting_as(Job("test", cast.bank("desk").pk)):
        found, _ = Mineral.objects.get_or_create(slug=slug, defaults={"name": slug.title()})
    return found


def decide(cast: Cast, by: str) -> int:
    """The approver of `by`'s institution confirms all that waits there; how many."""
    approver = cast.people[APPROVERS[by]]
    with acting_as(approver):
        waiting = list(Approval.objects.filter(decision=""))
        for approval in waiting:
            confirm(by=approver, approval=approval)
    return len(waiting)


def project(
    cast: Cast, name: str = "Balama North", *, by: str = "marc", level: Level = Level.OWN, country: str = "MZ",
    place: tuple[str, str] | None = None, minerals: tuple[Mineral, ...] = (),
) -> Project:  # fmt: skip
    """A registered project at `level`, confirmed where it needs to be."""
    officer = cast.people[by]
    latitude, longitude = (Decimal(part) for part in place) if place else (None, None)
    draft = ProjectDraft(
        name=name, country=country, latitude=latitude, longitude=longitude, minerals=dict.fromkeys(minerals, False)
    )
    with acting_as(officer):
        made = register_project(by=officer, draft=draft, network=cast.network, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return again(cast, made, by=by)


def curated(cast: Cast, name: str = "Balama", *, country: str = "MZ") -> Project:
    """A published project of the network."""
    desk = cast.bank("desk")
    with acting_as(Job("test", desk.pk)):
        source, _ = Source.objects.get_or_create(title=f"News of {name}", confidence="verified")
        made: Project = Project.objects.create(
            owner=desk, network=cast.network, slug=name.lower().replace(" ", "-"), name=name, country=country,
            origin="published", level="public", source=source, development_stage="construction",
        )  # fmt: skip
    return made


def stage(cast: Cast, about: Project, text: str, as_of: date, *, by: str, level: Level = Level.OWN) -> ProjectFact:
    officer = cast.people[by]
    with acting_as(officer):
        made = state_fact(
            by=officer, project=about, draft=FactDraft(FactCode.DEVELOPMENT_STAGE, as_of, text=text), level=level
        )
    if level is not Level.OWN:
        decide(cast, by)
    return made


def mandate(cast: Cast, *, by: str = "sora", level: Level = Level.NETWORK, **asks: Any) -> Mandate:
    """What `by`'s institution may finance, from the beginning of 2026 on unless another day is given."""
    person = cast.people[by]
    asked: dict[str, Any] = {"name": "Critical minerals", "since": date(2026, 1, 1)} | asks
    draft = MandateDraft(**asked)
    with acting_as(person):
        made = state_mandate(by=person, draft=draft, network=cast.network, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return made


def company(
    cast: Cast, name: str = "Wattle Holdings", *, by: str = "marc", level: Level = Level.NETWORK, **knows: Any
) -> Company:
    """A company of `by`'s institution, of Canada unless another country is given."""
    person = cast.people[by]
    draft = CompanyDraft(**{"name": name, "country": "CA"} | knows)
    with acting_as(person):
        made = register_company(by=person, draft=draft, network=cast.network, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return again(cast, made, by=by)


def holding(
    cast: Cast, held: Project | Company, holder: Company | None, share: str | None, *, by: str = "marc",
    level: Level = Level.NETWORK, as_of: date = date(2026, 1, 1), **says: Any,
) -> Holding:  # fmt: skip
    """What `by`'s institution states of a holding, in percent."""
    person = cast.people[by]
    draft = HoldingDraft(held, holder, as_of, None if share is None else Decimal(share), **says)
    with acting_as(person):
        made = state_holding(by=person, draft=draft, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return made


def offtake(
    cast: Cast, project: Project, buyer: Company, share: str | None = None, *, by: str = "marc",
    level: Level = Level.NETWORK, **says: Any,
) -> Offtake:  # fmt: skip
    """A binding contract for graphite from 2028 to 2030, unless something else is said."""
    person = cast.people[by]
    usual: dict[str, Any] = {"first_year": 2028, "last_year": 2030, "as_of": date(2026, 1, 1), "binding": True}
    if "mineral" not in says:
        usual["mineral"] = mineral(cast)
    draft = OfftakeDraft(project=project, buyer=buyer, share=None if share is None else Decimal(share), **usual | says)
    with acting_as(person):
        made = state_offtake(by=person, draft=draft, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return made


def category(
    cast: Cast, about: Project, letter: str, *, by: str = "marc", level: Level = Level.NETWORK, **says: Any
) -> EsgCategory:
    """The Equator category that `by`'s institution gives a project."""
    usual: dict[str, Any] = {"category": letter, "as_of": date(2026, 1, 1)}
    draft = CategoryDraft(**usual | says)
    with acting_as(cast.people[by]):
        made = categorise(by=cast.people[by], project=about, draft=draft, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return made


def screening(cast: Cast, about: Project, principle: str = "land", *, by: str = "marc", **says: Any) -> EsgScreening:
    """How `by`'s institution finds a principle kept; its own."""
    usual: dict[str, Any] = {"outcome": "met", "evidence": "Minutes of the meetings", "as_of": date(2026, 1, 1)}
    with acting_as(cast.people[by]):
        return screen(by=cast.people[by], project=about, draft=ScreeningDraft(principle, **usual | says))


def merge(cast: Cast, old: Project, survivor: Project, *, by: str, other: str) -> None:
    """Two owners merge: one proposes, the other agrees, each with two persons."""
    with acting_as(cast.people[by]):
        merge_projects(by=cast.people[by], project=old, survivor=survivor)
    decide(cast, by)
    with acting_as(cast.people[other]):
        agree_to_merge(by=cast.people[other], proposal=ProjectMerge.objects.get(project=old))
    decide(cast, other)


def again(cast: Cast, row: T, *, by: str) -> T:
    with acting_as(cast.people[by]):
        row.refresh_from_db()
    return row


def made(system: System, path: str, sent: dict[str, object], status: int = 201) -> dict[str, Any]:
    """Made over REST, or at least answered as told by `status`."""
    answer = system.post(path, sent)
    assert answer.status == status, answer.raw
    found: dict[str, Any] = answer.body
    return found
