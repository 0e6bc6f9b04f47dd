"""Which open conditions hold up financial close, by what each waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from deals.closing.graph import breaks, circle_through
from deals.lifecycle import STAGES

_CONDITIONAL = STAGES["conditional_approval"].order or 0
_APPROVED = STAGES["approved"].order or 0
_EFFECTIVE = STAGES["effective"].order or 0


@dataclass(frozen=True)
class Wait:
    """A commitment that has to reach a stage, or a condition of the deal; neither where the asker can't see it."""

    commitment: UUID | None = None
    stage: str = ""
    shared: UUID | None = None

    @property
    def unseen(self) -> bool:
        return self.commitment is None and self.shared is None


@dataclass(frozen=True)
class OpenCondition:
    """An open condition, of a commitment or of the deal."""

    id: UUID
    commitment: UUID | None = None
    waits: tuple[Wait, ...] = ()


class How(StrEnum):
    """What has to happen to a condition that holds up others."""

    NOW = "now"  # its owner can clear it now
    STAGE = "stage"  # another's commitment has to move first, and nothing that the asker sees holds that up
    CIRCLE = "circle"  # it waits for itself: one of the circle has to be waived, or to wait no more
    UNSEEN = "unseen"  # it waits for something that its owner can't see


@dataclass(frozen=True)
class Blocker:
    """One of the fewest conditions that hold up all others; `waits` are those not met."""

    condition: UUID
    how: How
    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class Follower:
    """A condition that waits for others; `waits` are those not met."""

    condition: UUID
    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class Circle:
    """Conditions each of which waits for the next, the last for the first, and what each waits for."""

    conditions: tuple[UUID, ...]
    waits: tuple[Wait, ...]


@dataclass(frozen=True)
class Closing:
    """Once `blocking` is cleared, everything in `following` can be, one after the other."""

    blocking: tuple[Blocker, ...]
    following: tuple[Follower, ...]
    circles: tuple[Circle, ...]
    # Each open condition with those that hold it up.
    held_up_by: Mapping[UUID, tuple[UUID, ...]]


def reached(here: str, wanted: str) -> bool:
    """Whether a commitment at one stage has come as far as another. What ended on the way never does."""
    order = STAGES[here].order
    return order is not None and order >= (STAGES[wanted].order or 0)


def held_by_conditions(here: str, wanted: str) -> bool:
    """Whether a commitment's own open conditions keep it from a stage.

    None is effective with one open; and a conditional approval becomes firm when its conditions are met.
    """
    order = STAGES[wanted].order or 0
    return order >= _EFFECTIVE or (order > _CONDITIONAL and (STAGES[here].order or 0) < _APPROVED)


def closing(conditions: Iterable[OpenCondition], stages: Mapping[UUID, str]) -> Closing:
    """From the open conditions that are seen, and the stages of the commitments that are seen."""
    open_ = {condition.id: condition for condition in sorted(conditions, key=lambda known: str(known.id))}
    of: dict[UUID, list[UUID]] = {}
    for condition in open_.values():
        if condition.commitment:
            of.setdefault(condition.commitment, []).append(condition.id)
    waits = {
        key: {wait: _held_up_by(wait, open_, of, stages) for wait in sorted(set(found.waits), key=str) if
              not _met(wait, open_, stages)}
        for key, found in open_.items()
    }  # fmt: skip
    graph = {key: sorted({nxt for held in unmet.values() for nxt in held}, key=str) for key, unmet in waits.items()}
    broken = breaks(graph)
    first = [key for key in open_ if not graph[key]]
    return Closing(
        blocking=tuple(Blocker(key, _how(key, waits[key], graph), tuple(waits[key])) for key in (*first, *broken)),
        following=tuple(Follower(key, tuple(waits[key])) for key in open_ if key not in broken and key not in first),
        circles=tuple(_circle(key, broken, graph, waits) for key in broken),
        held_up_by={key: tuple(following) for key, following in graph.items()},
    )


def _met(wait: Wait, open_: Mapping[UUID, OpenCondition], stages: Mapping[UUID, str]) -> bool:
    if wait.shared:
        return wait.shared not in open_
    return wait.commitment is not None and reached(stages[wait.commitment], wait.stage)


def _held_up_by(
    wait: Wait,
    open_: Mapping[UUID, OpenCondition],
    of: Mapping[UUID, list[UUID]],
    stages: Mapping[UUID, str],
) -> list[UUID]:
    """The open conditions that keep what is awaited from coming."""
    if wait.shared:
        return [wait.shared] if wait.shared in open_ else []
    if wait.commitment and held_by_conditions(stages[wait.commitment], wait.stage):
        return of.get(wait.commitment, [])
    return []


def _how(key: UUID, unmet: Mapping[Wait, list[UUID]], graph: Mapping[UUID, list[UUID]]) -> How:
    if graph[key]:
        return How.CIRCLE
    if any(wait.unseen for wait in unmet):
        return How.UNSEEN
    return How.STAGE if unmet else How.NOW


def _circle(
    key: UUID,
    broken: tuple[UUID, ...],
    graph: Mapping[UUID, list[UUID]],
    waits: Mapping[UUID, Mapping[Wait, list[UUID]]],
) -> Circle:
    """The circle that only `key` breaks: each chosen one has such a circle, else it would not be needed."""
    rest = {node: graph[node] for node in graph if node == key or node not in broken}
    way = circle_through(rest, key)
    following = (*way[1:], *way[:1])
    why = tuple(
        next(wait for wait, held in waits[node].items() if nxt in held)
        for node, nxt in zip(way, following, strict=True)
    )
    return Circle(way, why)
