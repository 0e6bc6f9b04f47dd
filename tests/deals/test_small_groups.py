"""The one rule of what is told of money that its reader may not open, written again and asked at random."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deals.book import run

pytestmark = pytest.mark.slow

ENTRY = st.tuples(st.integers(0, 6), st.integers(-40, 400), st.booleans(), st.booleans())
BOOK = st.lists(ENTRY, max_size=8, unique_by=lambda entry: entry[0])


def book(entries: list[tuple[int, int, bool, bool]]) -> list[dict[str, Any]]:
    return [
        {"by": _bank(n), "among": [_bank(n)], "open": is_open, "known": known, "currency": "USD", "amount": money,
         "worth": money}
        for n, money, is_open, known in entries
    ]  # fmt: skip


def _bank(number: int) -> str:
    return f"00000000-0000-4000-8000-0000000000{number:02d}"


def hides(unknown: dict[int, int], protects: set[int], grain: int) -> bool:
    """The rule again, plainly: three stand before what is told, and nobody is above 85 % of those and itself."""
    cover = {n: abs(money) // grain * grain for n, money in unknown.items() if n in protects}
    cover = {n: money for n, money in cover.items() if money}
    whole = sum(cover.values())
    return len(cover) >= 3 and all(
        100 * abs(money) <= 85 * (whole + (0 if n in cover else abs(money))) for n, money in unknown.items()
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(now=BOOK, before=st.none() | BOOK, grain=st.sampled_from([1, 10]))
def test_a_figure_is_told_only_where_three_closed_ones_hide_each_other(db, now, before, grain) -> None:
    (row,) = run(
        "SELECT deals.others_have(%s, %s, %s, %s)", json.dumps(book(now)),
        None if before is None else json.dumps(book(before)), _bank(0), grain,
    )  # fmt: skip
    both = [*now, *(before or [])]
    known = {n for n, _, _, is_known in both if is_known}
    opened = {n for n, _, is_open, _ in both if is_open}
    is_ = {n: money for n, money, is_open, _ in now if n and not is_open}
    allowed = hides(is_, set(is_) - known, grain)
    if before is not None:
        was = {n: money for n, money, is_open, _ in before if n and not is_open}
        change = {n: is_.get(n, 0) - was.get(n, 0) for n in {*is_, *was}}
        allowed = allowed and hides(change, set(change) - known - opened, grain)
    assert row[0] == (sum(money for n, money, _, _ in now if n) if allowed else None)
