"""What the projects that the network finances are planned to yield, beside what the world produces today.

Read as everybody in the network reads it. A project counts where a deal of it has firm money; one that operates is in
the world's output already. Its output counts at each stage of the supply chain that it stands for, and what stands at
two stages is not added together.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from deals.concentration.baseline import latest
from deals.concentration.forms import factor
from deals.concentration.index import Change, change_of
from deals.models import DevelopmentStage, FactCode, Mineral, Project, ProjectFact
from deals.offtaking import MASS
from deals.selectors.facts import SHOWN_FIRST, current_facts
from deals.selectors.projects import stage_now
from institutions.isolation.session import seeing_as_network

IN_THE_WORLD = (DevelopmentStage.OPERATING, DevelopmentStage.CARE_AND_MAINTENANCE, DevelopmentStage.CLOSED)


@dataclass
class Output:
    """A mineral at a stage. `change`: one for each series of the world's output, none where there is no baseline.

    Of the projects those are counted whose output is known and convertible; the others are `unknown`, and those that
    operate are `there`, being in the world's output already.
    """

    mineral: str
    name: str
    stage: str
    counted: int = 0
    unknown: int = 0
    there: int = 0
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class _Planned:
    country: str
    tonnes: Decimal | None
    form: str


def concentration(financed: Collection[UUID]) -> list[Output]:
    """By mineral and stage, what these projects are planned to yield and what it changes; `financed` as the network's
    picture has them. Four questions, and two to change who asks."""
    with seeing_as_network():
        projects = list(
            Project.objects.filter(pk__in=list(financed))
            .annotate(stage_is=stage_now())
            .prefetch_related("minerals__mineral")
            .order_by("name", "id")
        )
        facts = _outputs([project.pk for project in projects])
    lines: dict[tuple[str, str], list[_Planned]] = defaultdict(list)
    found: dict[tuple[str, str], Output] = {}
    for project in projects:
        for link in project.minerals.all():
            for stage in project.chain_stages:
                key = (link.mineral.slug, stage)
                output = found.setdefault(key, Output(*_named(link.mineral), stage))
                if project.stage_is in IN_THE_WORLD:
                    output.there += 1
                    continue
                fact = facts.get((project.pk, link.mineral_id))
                lines[key].append(_planned(project, fact))
    for key, output in found.items():
        _compare(output, lines[key])
    return sorted(found.values(), key=lambda each: (not each.changes, each.name, each.stage))


def _named(mineral: Mineral) -> tuple[str, str]:
    return mineral.slug, mineral.name


def _outputs(projects: list[UUID]) -> dict[tuple[UUID, UUID | None], ProjectFact]:
    """The planned output that is shown of each project and mineral."""
    rows = current_facts().filter(project__in=projects, code=FactCode.PLANNED_OUTPUT).order_by(*SHOWN_FIRST)
    found: dict[tuple[UUID, UUID | None], ProjectFact] = {}
    for row in rows:
        found.setdefault((row.project_id, row.mineral_id), row)
    return found


def _planned(project: Project, fact: ProjectFact | None) -> _Planned:
    if fact is None or fact.quantity is None or fact.unit not in MASS:
        return _Planned(project.country, None, "")
    return _Planned(project.country, fact.quantity * MASS[fact.unit], fact.form)


def _compare(output: Output, planned: list[_Planned]) -> None:
    """Sets what is counted and what it changes, for each series of the world's output."""
    worlds = latest().get((output.mineral, output.stage), ())
    for world in worlds:
        countries: dict[str, Decimal] = defaultdict(Decimal)
        # Of two series of one mineral (platinum, palladium) a plain amount is of neither.
        for each in planned if len(worlds) == 1 else ():
            part = factor(each.form, world.counted)
            if part is not None and each.tonnes is not None:
                countries[each.country] += each.tonnes * part
                output.counted += 1
        output.changes.append(change_of(world, dict(countries)))
    output.unknown = len(planned) - output.counted
