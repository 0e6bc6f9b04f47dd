"""The smallest sets that close a gap, computed by hand and compared with trying every set."""

from decimal import Decimal
from itertools import combinations
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from deals.money import Money
from deals.selectors.closing_sets import Candidate, smallest
from deals.selectors.matching import Criterion, Match, Verdict

GAP = Money.of("100", "USD")


def bank(number: int, least: int, most: int) -> Candidate:
    match = Match(UUID(int=0), UUID(int=number), {Criterion.MINERALS: Verdict.PASSED})
    return Candidate(UUID(int=number), match, Decimal(least), Decimal(most))


def names(found: list[object]) -> list[list[int]]:
    return [sorted(each.institution.int for each in one.members) for one in found]  # type: ignore[attr-defined]


def test_one_that_can_fill_it_alone_comes_before_any_two() -> None:
    assert names([*smallest([bank(1, 0, 60), bank(2, 0, 50), bank(3, 10, 100)], GAP, set())]) == [[3]]


def test_of_two_pairs_the_one_that_has_worked_together_comes_first() -> None:
    banks = [bank(1, 0, 70), bank(2, 0, 60), bank(3, 0, 50), bank(4, 0, 30)]
    met = {frozenset((UUID(int=2), UUID(int=3)))}
    assert names([*smallest(banks, GAP, met)]) == [[2, 3], [1, 2], [1, 3], [1, 4]]


def test_smallest_tickets_that_are_too_large_together_are_no_set() -> None:
    assert smallest([bank(1, 60, 90), bank(2, 60, 90)], GAP, set()) == []


def test_out_of_reach_is_no_set() -> None:
    assert smallest([bank(1, 0, 10), bank(2, 0, 20)], GAP, set()) == []


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60)), max_size=7),
    st.integers(0, 2**16),
)
def test_it_finds_what_trying_all_finds_in_any_order(tickets: list[tuple[int, int]], seed: int) -> None:
    banks = [bank(n, least, least + more) for n, (least, more) in enumerate(tickets, 1)]
    found = smallest(banks, GAP, set())
    closing = [
        size
        for size in range(1, 6)
        for chosen in combinations(banks, size)
        if sum(each.most for each in chosen) >= 100 >= sum(each.least for each in chosen)
    ]
    assert [len(each.members) for each in found[:1]] == closing[:1]
    shuffled = list(banks)
    Random(seed).shuffle(shuffled)
    assert names([*smallest(shuffled, GAP, set())]) == names([*found])
