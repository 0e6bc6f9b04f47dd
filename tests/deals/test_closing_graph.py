"""Who waits for whom: circles are found where they are, and what blocks is the least that frees everything."""

import random
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.closing import How, OpenCondition, Wait, breaks, circle_through, closing
from deals.closing.blocking import held_by_conditions, reached
from deals.lifecycle import STAGES

pytestmark = pytest.mark.slow

Graph = dict[int, list[int]]


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> Graph:
    nodes = list(range(draw(st.integers(1, most))))
    return {node: draw(st.lists(st.sampled_from(nodes), unique=True, max_size=4)) for node in nodes}


def has_circle(graph: Graph) -> bool:
    """By taking away whoever waits for nobody, until none is left."""
    left = dict(graph)
    while free := [node for node, following in left.items() if not any(nxt in left for nxt in following)]:
        for node in free:
            del left[node]
    return bool(left)


def without(graph: Graph, gone: tuple[int, ...]) -> Graph:
    return {node: following for node, following in graph.items() if node not in gone}


@given(graphs())
def test_a_circle_is_found_where_there_is_one_and_only_there(graph: Graph) -> None:
    assert bool(breaks(graph)) is has_circle(graph)
    for node in graph:
        way = circle_through(graph, node)
        for here, there in zip(way, (*way[1:], *way[:1]), strict=True):
            assert there in graph[here]
        assert len(set(way)) == len(way)


@given(graphs())
def test_what_breaks_the_circles_is_the_fewest(graph: Graph) -> None:
    found = breaks(graph)
    assert not has_circle(without(graph, found))
    for size in range(len(found)):
        assert all(has_circle(without(graph, fewer)) for fewer in combinations(graph, size))


@given(graphs(most=9))
def test_a_search_that_is_cut_short_still_names_none_in_vain(graph: Graph) -> None:
    found = breaks(graph, most_steps=0)
    assert not has_circle(without(graph, found))
    for node in found:
        assert has_circle(without(graph, tuple(other for other in found if other != node)))


def test_a_graph_that_is_drawn_to_keep_a_server_busy_is_answered() -> None:
    everyone = list(range(120))
    found = breaks({node: [other for other in everyone if other != node] for node in everyone})
    assert len(found) == 119


@given(graphs(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order(graph: Graph, dice: random.Random) -> None:
    nodes = list(graph)
    dice.shuffle(nodes)
    assert breaks({node: dice.sample(graph[node], len(graph[node])) for node in nodes}) == breaks(graph)


# Conditions of a deal: letters are lenders, and each lender has one commitment.
LENDERS = [UUID(int=100 + i) for i in range(4)]
STAGES_ON_THE_WAY = [stage.code for stage in STAGES.values() if stage.order and stage.cls != "ended"]


@st.composite
def packages(draw: st.DrawFn) -> tuple[list[OpenCondition], dict[UUID, str]]:
    stages = {lender: draw(st.sampled_from(STAGES_ON_THE_WAY)) for lender in LENDERS}
    shared = [OpenCondition(UUID(int=1))] if draw(st.booleans()) else []
    waits = st.one_of(
        st.builds(Wait, commitment=st.sampled_from(LENDERS), stage=st.sampled_from(STAGES_ON_THE_WAY)),
        st.just(Wait(shared=UUID(int=1))),
        st.just(Wait(stage="approved")),
    )
    made = [
        OpenCondition(UUID(int=10 + i), draw(st.sampled_from(LENDERS)), tuple(draw(st.lists(waits, max_size=2))))
        for i in range(draw(st.integers(0, 5)))
    ]
    return shared + made, stages


def held_up_by(wait: Wait, cleared: set[UUID], conditions: list[OpenCondition], stages: dict[UUID, str]) -> bool:
    """Whether an open condition still keeps it from coming: told anew here, without the graph."""
    if wait.shared:
        return any(c.id == wait.shared and c.id not in cleared for c in conditions)
    if wait.commitment is None or reached(stages[wait.commitment], wait.stage):
        return False
    return held_by_conditions(stages[wait.commitment], wait.stage) and any(
        c.commitment == wait.commitment and c.id not in cleared for c in conditions
    )


def frees(cleared: set[UUID], conditions: list[OpenCondition], stages: dict[UUID, str]) -> bool:
    """Whether all others can be cleared in turn: each waits for something, and at last for nothing that is open."""
    waiting = {c.id: c for c in conditions if any(held_up_by(wait, set(), conditions, stages) for wait in c.waits)}
    done = set(cleared)
    while free := [
        key for key, c in waiting.items()
        if key not in done and not any(held_up_by(wait, done, conditions, stages) for wait in c.waits)
    ]:  # fmt: skip
        done |= set(free)
    return done == {c.id for c in conditions}


@settings(max_examples=200)
@given(packages())
def test_what_blocks_is_enough_and_nothing_less_is(package: tuple[list[OpenCondition], dict[UUID, str]]) -> None:
    conditions, stages = package
    found = closing(conditions, stages)
    blocking = {blocker.condition for blocker in found.blocking}
    assert frees(blocking, conditions, stages)
    for size in range(len(blocking)):
        assert not any(
            frees(set(fewer), conditions, stages) for fewer in combinations([c.id for c in conditions], size)
        )
    assert blocking | {follower.condition for follower in found.following} == {c.id for c in conditions}
    assert len(found.circles) == sum(blocker.how is How.CIRCLE for blocker in found.blocking)


@given(packages(), st.randoms(use_true_random=False))
def test_what_blocks_does_not_depend_on_the_order(
    package: tuple[list[OpenCondition], dict[UUID, str]], dice: random.Random
) -> None:
    conditions, stages = package
    assert closing(dice.sample(conditions, len(conditions)), stages) == closing(conditions, stages)


KEXIM, EDC = LENDERS[:2]


def test_two_lenders_who_wait_for_each_others_approval_are_a_circle() -> None:
    first = OpenCondition(UUID(int=1), KEXIM, (Wait(EDC, "approved"),))
    second = OpenCondition(UUID(int=2), EDC, (Wait(KEXIM, "approved"),))
    found = closing([first, second], {KEXIM: "conditional_approval", EDC: "letter_of_interest"})
    assert [blocker.how for blocker in found.blocking] == [How.CIRCLE]
    (circle,) = found.circles
    assert circle.conditions == (first.id, second.id)
    assert circle.waits == (Wait(EDC, "approved"), Wait(KEXIM, "approved"))


def test_what_has_been_reached_is_waited_for_no_more() -> None:
    first = OpenCondition(UUID(int=1), KEXIM, (Wait(EDC, "approved"),))
    second = OpenCondition(UUID(int=2), EDC, (Wait(KEXIM, "approved"),))
    found = closing([first, second], {KEXIM: "conditional_approval", EDC: "approved"})
    assert [(blocker.condition, blocker.how) for blocker in found.blocking] == [(first.id, How.NOW)]
    assert [follower.condition for follower in found.following] == [second.id]
    assert found.circles == ()


def test_approved_lenders_who_wait_for_each_others_signature_are_none_but_for_effectiveness_they_are() -> None:
    for stage, how in (("signed", [How.STAGE, How.STAGE]), ("effective", [How.CIRCLE])):
        first = OpenCondition(UUID(int=1), KEXIM, (Wait(EDC, stage),))
        second = OpenCondition(UUID(int=2), EDC, (Wait(KEXIM, stage),))
        found = closing([first, second], {KEXIM: "approved", EDC: "approved"})
        assert [blocker.how for blocker in found.blocking] == how


def test_one_threshold_that_all_lenders_share_is_the_one_thing_to_clear() -> None:
    offtake = OpenCondition(UUID(int=1))
    theirs = [OpenCondition(UUID(int=10 + i), lender, (Wait(shared=offtake.id),)) for i, lender in enumerate(LENDERS)]
    stages = dict.fromkeys(LENDERS, "approved")
    found = closing([offtake, *theirs], stages)
    assert [(blocker.condition, blocker.how) for blocker in found.blocking] == [(offtake.id, How.NOW)]
    assert len(found.following) == len(LENDERS)
    # Once it is cleared, each lender can clear its own.
    assert [blocker.how for blocker in closing(theirs, stages).blocking] == [How.NOW] * len(LENDERS)


def test_a_commitment_that_ended_on_the_way_reaches_nothing() -> None:
    first = OpenCondition(UUID(int=1), KEXIM, (Wait(EDC, "approved"),))
    (blocker,) = closing([first], {KEXIM: "approved", EDC: "lapsed"}).blocking
    assert blocker.how is How.STAGE
    assert reached("repaid", "approved")


def test_what_its_owner_cannot_see_is_said_to_be_unseen() -> None:
    (blocker,) = closing([OpenCondition(UUID(int=1), KEXIM, (Wait(stage="approved"),))], {KEXIM: "approved"}).blocking
    assert blocker.how is How.UNSEEN
