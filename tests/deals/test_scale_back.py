"""Sharing an amount among offers: what always holds, and what is refused with the constraint that binds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.allocation import Bid, Kind, NotAllocable, Outcome, Rule, allocate
from deals.money import Money

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def usd(millions: int | str) -> Money:
    return Money(Decimal(millions) * 1_000_000, "USD")


def minor(count: int) -> Money:
    return Money(Decimal(count).scaleb(-2), "USD")


def shared(outcome: Outcome) -> dict[object, Decimal]:
    return {line.bid.key: line.amount.amount for line in outcome.lines}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Money, list[Bid], Rule, Money]:
    """An amount, offers with all that they can have, a rule and a lot; small numbers, so that bounds are met."""
    bids = []
    for key in range(draw(st.integers(1, 7))):
        amount = draw(st.integers(1, 60))
        kind = draw(st.sampled_from([Kind.SCALABLE] * 4 + [Kind.FIXED]))
        floor = cap = None
        if kind is Kind.SCALABLE:
            floor = draw(st.none() | st.integers(1, max(1, amount // 3)))
            cap = draw(st.none() | st.integers(max(floor or 1, amount // 2), amount + 5))
        bids.append(
            Bid(
                key=f"bank {key}",
                amount=minor(amount),
                kind=kind,
                floor=minor(floor) if floor else None,
                cap=minor(max(cap, 1)) if cap else None,
                order=draw(st.integers(1, 4)),
                offered=draw(st.none() | st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours))),
            )
        )
    total = sum(int(bid.amount.amount * 100) for bid in bids)
    lot = draw(st.sampled_from([1, 1, 1, 2, 5]))
    amount = draw(st.integers(1, total + 10))
    return minor(amount), bids, draw(st.sampled_from(Rule)), minor(lot)


def outcome_of(case: tuple[Money, list[Bid], Rule, Money]) -> Outcome | str:
    """The outcome, or the code of the refusal."""
    amount, bids, rule, lot = case
    try:
        return allocate(amount, bids, rule=rule, lot=lot)
    except NotAllocable as refusal:
        return refusal.code


@given(cases())
def test_it_adds_up_exactly_and_no_bound_is_crossed(case: tuple[Money, list[Bid], Rule, Money]) -> None:
    outcome = outcome_of(case)
    if isinstance(outcome, str):
        return
    amount, bids, _, lot = case
    offers = sum(bid.amount.amount for bid in bids)
    assert sum(line.amount.amount for line in outcome.lines) == min(amount.amount, offers)
    assert outcome.offers.amount == offers
    scaled = any(line.amount != line.bid.amount for line in outcome.lines)
    for bid, line in zip(bids, outcome.lines, strict=True):
        assert line.bid == bid
        assert line.steps
        assert 0 <= line.amount.amount <= bid.amount.amount
        if bid.kind is Kind.FIXED:
            assert line.amount == bid.amount
        elif scaled:
            assert line.amount.amount % lot.amount == 0
        assert line.amount.amount >= (bid.floor.amount if bid.floor else 0)
        assert line.amount.amount <= (bid.cap.amount if bid.cap else bid.amount.amount)


@given(cases(), st.randoms(use_true_random=False))
def test_neither_order_nor_names_decide_anything(case: tuple[Money, list[Bid], Rule, Money], chance: Random) -> None:
    amount, bids, rule, lot = case
    first = outcome_of(case)
    mixed = chance.sample(bids, len(bids))
    names = dict(zip((bid.key for bid in bids), chance.sample(range(100), len(bids)), strict=True))
    renamed = [replace(bid, key=names[bid.key]) for bid in mixed]
    second = outcome_of((amount, renamed, rule, lot))
    if isinstance(first, str) or isinstance(second, str):
        assert first == second
        return
    assert {names[key]: share for key, share in shared(first).items()} == shared(second)
    steps = {line.bid.key: line.steps for line in second.lines}
    assert all(steps[names[line.bid.key]] == line.steps for line in first.lines)


@given(cases())
def test_what_is_refused_can_not_be_met(case: tuple[Money, list[Bid], Rule, Money]) -> None:
    """No refusal out of convenience: a sum that whole lots within the bounds can reach is reached, but for ties."""
    outcome = outcome_of(case)
    if not isinstance(outcome, str) or outcome == "tie":
        return
    amount, bids, _, lot = case
    counted = {bid: int(bid.amount.amount * 100) for bid in bids}
    free = [bid for bid in bids if bid.kind is Kind.SCALABLE]
    left = int(amount.amount * 100) - sum(counted[bid] for bid in bids if bid.kind is Kind.FIXED)
    if sum(counted[bid] for bid in free) <= left:
        # Offers that fit are taken in full: only a cap can stand against it.
        assert any(bid.cap and bid.cap.amount < bid.amount.amount for bid in free)
        return
    reached = {0}
    for bid in free:
        least = int(bid.floor.amount * 100) if bid.floor else 0
        most = min(counted[bid], int(bid.cap.amount * 100)) if bid.cap else counted[bid]
        parts = [part for part in range(least, most + 1) if part % int(lot.amount * 100) == 0]
        reached = {so_far + part for so_far in reached for part in parts}
    assert left not in reached


@given(cases())
def test_by_size_nobody_with_the_larger_offer_gets_less_unless_bounded(
    case: tuple[Money, list[Bid], Rule, Money],
) -> None:
    amount, bids, _, lot = case
    plain = [replace(bid, floor=None, cap=None) for bid in bids]
    for rule in (Rule.PRO_RATA, Rule.EQUAL):
        outcome = outcome_of((amount, plain, rule, lot))
        if isinstance(outcome, str):
            continue
        free = [line for line in outcome.lines if line.bid.kind is Kind.SCALABLE]
        for one in free:
            for other in free:
                if one.bid.amount.amount > other.bid.amount.amount:
                    assert one.amount.amount >= other.amount.amount - (0 if rule is Rule.EQUAL else lot.amount)


def test_two_banks_are_scaled_back_with_their_arithmetic() -> None:
    cba, ing = Bid("cba", usd(95)), Bid("ing", usd(85))
    outcome = allocate(usd(155), [cba, ing], rule=Rule.PRO_RATA, lot=usd(1))
    assert shared(outcome) == {"cba": Decimal(82_000_000), "ing": Decimal(73_000_000)}
    assert outcome.lines[0].steps == (
        "95,000,000 × 155,000,000 / 180,000,000 = 81,805,555.55…",
        "rounded down to lots of 1,000,000: 81,000,000",
        "+ 1,000,000 by its remainder: 82,000,000",
    )


def test_fixed_offers_come_off_the_top_and_floors_and_caps_hold() -> None:
    bids = [
        Bid("eca", usd(50), Kind.FIXED),
        Bid("capped", usd(95), cap=usd(30)),
        Bid("free", usd(85)),
        Bid("floored", usd(50), floor=usd(40)),
    ]
    outcome = allocate(usd(155), bids, rule=Rule.PRO_RATA)
    assert shared(outcome) == {
        "eca": Decimal(50_000_000),
        "capped": Decimal(30_000_000),
        "free": Decimal(35_000_000),
        "floored": Decimal(40_000_000),
    }
    assert [line.steps[0] for line in outcome.lines] == [
        "fixed: 50,000,000 off the top, in full",
        "its cap: 30,000,000",
        "85,000,000 × 35,000,000 / 85,000,000 = 35,000,000",
        "its floor: 40,000,000",
    ]


def test_by_priority_the_first_is_filled_before_the_next_but_floors_are_kept() -> None:
    bids = [
        Bid("third", usd(50), order=3, floor=usd(5)),
        Bid("first", usd(60), order=1),
        Bid("second", usd(40), order=2),
        Bid("also second", usd(20), order=2),
    ]
    outcome = allocate(usd(95), bids, rule=Rule.PRIORITY)
    assert shared(outcome) == {
        "first": Decimal(60_000_000),
        "second": Decimal(20_000_000),
        "also second": Decimal(10_000_000),
        "third": Decimal(5_000_000),
    }


def test_equal_shares_end_where_an_offer_does() -> None:
    outcome = allocate(usd(100), [Bid("a", usd(10)), Bid("b", usd(90)), Bid("c", usd(60))], rule=Rule.EQUAL)
    assert shared(outcome) == {"a": Decimal(10_000_000), "b": Decimal(45_000_000), "c": Decimal(45_000_000)}


def test_offers_that_fit_are_taken_in_full_whatever_the_lot() -> None:
    outcome = allocate(usd(155), [Bid("a", usd("10.5")), Bid("b", usd(20))], rule=Rule.EQUAL, lot=usd(1))
    assert shared(outcome) == {"a": Decimal(10_500_000), "b": Decimal(20_000_000)}


@pytest.mark.parametrize(
    ("better", "why"),
    [({"amount": usd(31)}, "larger"), ({"order": 1}, "first in order"), ({"offered": NOON}, "earlier")],
)
def test_the_last_lot_of_equals_goes_by_the_stated_rule(better: dict[str, object], why: str) -> None:
    late = NOON + timedelta(days=1)
    alike = Bid("other", usd(30), order=2 if "order" in better else None, offered=late)
    bids = [alike, replace(alike, key="best", **better), replace(alike, key="third")]  # type: ignore[arg-type]
    outcome = allocate(usd(31), bids, rule=Rule.EQUAL, lot=usd(1))
    assert shared(outcome)["best"] == Decimal(11_000_000), why


def test_the_last_lot_of_offers_alike_in_everything_is_the_leads_to_decide() -> None:
    bids = [Bid("a", usd(30)), Bid("b", usd(30)), Bid("c", usd(30))]
    with pytest.raises(NotAllocable, match=r"1 × USD 1,000,000.00 is left over .* a, b, c") as refused:
        allocate(usd(31), bids, rule=Rule.PRO_RATA, lot=usd(1))
    assert refused.value.code == "tie"
    ordered = [replace(bid, order=place) for place, bid in enumerate(bids)]
    assert shared(allocate(usd(31), ordered, rule=Rule.PRO_RATA, lot=usd(1)))["a"] == Decimal(11_000_000)


def test_yen_are_shared_in_whole_yen() -> None:
    bids = [Bid("a", Money.of("50", "JPY")), Bid("b", Money.of("51", "JPY"))]
    assert shared(allocate(Money.of("99", "JPY"), bids, rule=Rule.PRO_RATA)) == {"a": Decimal(49), "b": Decimal(50)}


BANK = Bid("CBA", usd(95))
REFUSED: dict[str, tuple[Money, list[Bid], dict[str, Any]]] = {
    "fixed_exceed_amount": (usd(100), [Bid("EFA", usd(80), Kind.FIXED), Bid("EDC", usd(40), Kind.FIXED)], {}),
    "floors_exceed_amount": (usd(100), [replace(BANK, floor=usd(60)), Bid("ING", usd(85), floor=usd(50))], {}),
    "caps_fall_short": (usd(100), [replace(BANK, cap=usd(30)), Bid("ING", usd(60))], {}),
    "lot_does_not_divide": (usd("100.5"), [BANK, Bid("ING", usd(85))], {"lot": usd(1)}),
    "no_lot_between_floor_and_cap": (
        usd(100), [replace(BANK, floor=usd(6), cap=usd(9)), Bid("ING", usd(99))], {"lot": usd(10)},
    ),
    "lots_fall_short": (usd(100), [Bid("A", usd(59)), Bid("B", usd(49))], {"lot": usd(10)}),
    "order_missing": (usd(100), [BANK, Bid("ING", usd(85), order=1)], {"rule": Rule.PRIORITY}),
    "bounds_contradict": (usd(100), [replace(BANK, floor=usd(96))], {}),
    "fixed_has_bounds": (usd(100), [replace(BANK, kind=Kind.FIXED, cap=usd(5))], {}),
    "mixed_currencies": (usd(100), [Bid("JBIC", Money.of("5000", "JPY"))], {}),
    "not_positive": (usd(0), [BANK], {}),
}  # fmt: skip
SAYS = {
    "fixed_exceed_amount": "The fixed offers add up to USD 120,000,000.00, above the USD 100,000,000.00 to allocate."
    " Make some of them scalable: EDC, EFA.",
    "floors_exceed_amount": "The floors add up to USD 110,000,000.00, above the USD 100,000,000.00 left after the "
    "fixed offers. Lower some of them: CBA, ING.",
    "caps_fall_short": "Under their caps the scalable offers take USD 90,000,000.00, below the USD 100,000,000.00 to "
    "be shared. Raise some caps: CBA.",
    "lot_does_not_divide": "Lots of USD 1,000,000.00 don't divide the USD 100,500,000.00 left after the fixed offers. "
    "Choose another lot or amount.",
    "lots_fall_short": "In whole lots of USD 10,000,000.00 the scalable offers take USD 90,000,000.00 at most, below "
    "the USD 100,000,000.00 to be shared. Choose a smaller lot or amount, or raise some caps.",
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_names_the_constraint_that_binds(code: str) -> None:
    amount, bids, more = REFUSED[code]
    with pytest.raises(NotAllocable) as refused:
        allocate(amount, bids, **{"rule": Rule.PRO_RATA, **more})
    assert refused.value.code == code
    assert refused.value.detail == SAYS.get(code, refused.value.detail)


def test_floors_in_lots_can_be_too_much_where_floors_are_not() -> None:
    bids = [Bid("A", usd(50), floor=usd(41)), Bid("B", usd(50), floor=usd(41))]
    with pytest.raises(NotAllocable, match=r"Rounded up to lots of USD 10,000,000.00, the floors add up to USD 100,"):
        allocate(usd(90), bids, rule=Rule.PRO_RATA, lot=usd(10))
