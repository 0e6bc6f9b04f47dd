"""Circles in a graph, and the fewest nodes that break them all. What comes out never depends on the nodes' order."""

from collections.abc import Collection, Mapping
from typing import TypeVar

N = TypeVar("N")
Graph = Mapping[N, Collection[N]]

# Steps along edges that the search for the very fewest may take; beyond it the answer is still one from which none can
# be left out. A graph that anyone may draw must not keep a server busy.
MOST_STEPS = 300_000


class _TooLong(Exception):
    pass


def breaks(graph: Graph[N], most_steps: int = MOST_STEPS) -> tuple[N, ...]:
    """The fewest nodes without which the graph has no circle, each knot by itself; none where there is no circle."""
    found: list[N] = []
    for knot in _knots(graph, None):
        found += _fewest(_only(graph, knot), most_steps)
    return tuple(_sorted(found))


def circle_through(graph: Graph[N], start: N) -> tuple[N, ...]:
    """The shortest circle that `start` is on, from it onwards; empty where it is on none."""
    before: dict[N, N] = {}
    row = [start]
    while row:
        following: list[N] = []
        for node in row:
            for nxt in _sorted(graph.get(node, ())):
                if nxt == start:
                    return _back(before, start, node)
                if nxt not in before and nxt in graph:
                    before[nxt] = node
                    following.append(nxt)
        row = following
    return ()


def _back(before: Mapping[N, N], start: N, last: N) -> tuple[N, ...]:
    way = [last]
    while way[-1] != start:
        way.append(before[way[-1]])
    return tuple(reversed(way))


def _fewest(graph: Graph[N], most_steps: int) -> list[N]:
    left = [most_steps]
    try:
        for size in range(1, len(graph) + 1):
            found = _within(graph, size, left)
            if found is not None:
                return found
    except _TooLong:
        pass
    return _irreducible(graph)


def _within(graph: Graph[N], size: int, left: list[int]) -> list[N] | None:
    """At most `size` nodes that break all circles, or None. One of every circle's nodes is among them: so try each."""
    knots = _knots(graph, left)
    if not knots:
        return []
    if size == 0 or len(knots) > size:
        return None
    knot = _only(graph, knots[0])
    for node in _sorted(circle_through(knot, _sorted(knot)[0])):
        found = _within(_without(graph, {node}), size - 1, left)
        if found is not None:
            return [node, *found]
    return None


def _irreducible(graph: Graph[N]) -> list[N]:
    """Nodes that break all circles, none of which can be left out; perhaps not the fewest."""
    chosen: list[N] = []
    rest = graph
    while knots := _knots(rest, None):
        knot = _only(rest, knots[0])
        into = {node: sum(node in known for known in knot.values()) for node in knot}
        busiest = max(_sorted(knot), key=lambda node: into[node] * len(knot[node]))
        chosen.append(busiest)
        rest = _without(rest, {busiest})
    kept = list(chosen)
    for node in chosen:
        fewer = [other for other in kept if other != node]
        if not _knots(_without(graph, set(fewer)), None):
            kept = fewer
    return kept


def _knots(graph: Graph[N], left: list[int] | None) -> list[frozenset[N]]:
    """The parts in which every node leads to every other and back (Tarjan's, without recursion), first nodes first."""
    index: dict[N, int] = {}
    low: dict[N, int] = {}
    stack: list[N] = []
    on: set[N] = set()
    found: list[frozenset[N]] = []
    for root in _sorted(graph):
        if root in index:
            continue
        work = [(root, iter(_sorted(graph[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, following = work[-1]
            _spend(left)
            for nxt in following:
                if nxt not in graph:
                    continue
                if nxt not in index:
                    index[nxt] = low[nxt] = len(index)
                    stack.append(nxt)
                    on.add(nxt)
                    work.append((nxt, iter(_sorted(graph[nxt]))))
                    break
                if nxt in on:
                    low[node] = min(low[node], index[nxt])
                _spend(left)
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part = _pop_down_to(node, stack, on)
                    if len(part) > 1 or node in graph[node]:
                        found.append(part)
    return sorted(found, key=lambda part: str(_sorted(part)[0]))


def _pop_down_to(node: N, stack: list[N], on: set[N]) -> frozenset[N]:
    part: set[N] = set()
    while node not in part:
        top = stack.pop()
        on.discard(top)
        part.add(top)
    return frozenset(part)


def _spend(left: list[int] | None) -> None:
    if left is not None:
        left[0] -= 1
        if left[0] < 0:
            raise _TooLong


def _only(graph: Graph[N], nodes: Collection[N]) -> dict[N, list[N]]:
    return {node: [nxt for nxt in graph[node] if nxt in nodes] for node in graph if node in nodes}


def _without(graph: Graph[N], gone: Collection[N]) -> dict[N, list[N]]:
    return _only(graph, [node for node in graph if node not in gone])


def _sorted(nodes: Collection[N]) -> list[N]:
    return sorted(nodes, key=str)
