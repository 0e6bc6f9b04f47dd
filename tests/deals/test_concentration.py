"""How concentrated output is, computed by hand: forms converted, shares, the index and what is planned on top."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.concentration.baseline import Source, World, latest
from deals.concentration.forms import FORMS, factor
from deals.concentration.index import Between, change_of

SOURCE = Source("A summary", "A survey", "", "2025-01")


def world(total: str, **countries: str) -> World:
    shares = {country: Decimal(tonnes) for country, tonnes in countries.items()}
    return World("graphite", "extraction", "graphite", 2024, shares, Decimal(total), True, SOURCE)


def planned(**countries: str) -> Mapping[str, Decimal]:
    return {country: Decimal(tonnes) for country, tonnes in countries.items()}


@pytest.mark.parametrize(
    ("form", "counted", "per_tonne"),
    [
        # By hand from the weights: 2 times 6.94 of 73.888, and so on.
        ("lithium_carbonate", "Li", "0.18785"),
        ("lithium_hydroxide_monohydrate", "Li", "0.16539"),
        ("lithium_oxide", "Li", "0.46454"),
        ("cobalt_hydroxide", "Co", "0.63405"),
        ("cobalt_sulphate_heptahydrate", "Co", "0.20966"),
        ("nickel_sulphate_hexahydrate", "Ni", "0.22330"),
        ("manganese_dioxide", "Mn", "0.63194"),
        ("vanadium_pentoxide", "V", "0.56017"),
        ("tungsten_trioxide", "W", "0.79297"),
        ("niobium_pentoxide", "Nb", "0.69905"),
        ("tantalum_pentoxide", "Ta", "0.81897"),
        ("titanium_dioxide", "Ti", "0.59935"),
        ("contained", "Cu", "1"),
        ("rare_earth_oxide", "REO", "1"),
    ],
)
def test_a_form_holds_what_its_formula_says(form: str, counted: str, per_tonne: str) -> None:
    found = factor(form, counted)
    assert found is not None
    assert found.quantize(Decimal("0.00001")) == Decimal(per_tonne)


def test_lithium_carbonate_equivalent_is_the_published_factor() -> None:
    part = factor("lithium_carbonate", "Li")
    assert part is not None
    assert (1 / part).quantize(Decimal("0.001")) == Decimal("5.323")


def test_what_a_form_does_not_hold_or_nobody_tells_is_unknown() -> None:
    assert factor("lithium_carbonate", "Cu") is None
    assert factor("rare_earth_oxide", "Li") is None
    assert factor("", "Li") is None


def test_the_index_by_hand_before_and_after() -> None:
    # 60² + 30² + 10² = 4,600. With 20 more in AU: (60, 30, 30 of 120) → 50² + 25² + 25² = 3,750.
    found = change_of(world("100", CN="60", US="30", AU="10"), planned(AU="20"))
    assert (found.before, found.after) == (Between(Decimal(4600), Decimal(4600)), Between(Decimal(3750), Decimal(3750)))
    assert found.change == Between(Decimal(-850), Decimal(-850))
    assert (found.top, found.top_before, found.top_after, found.of_world) == (
        "CN",
        Decimal(60),
        Decimal(50),
        Decimal(20),
    )


def test_output_of_the_largest_concentrates() -> None:
    found = change_of(world("100", CN="60", US="40"), planned(CN="100"))
    # (160, 40 of 200) → 80² + 20².
    assert (found.before.low, found.after.low, found.top_after) == (Decimal(5200), Decimal(6800), Decimal(80))


def test_what_is_of_unlisted_countries_makes_a_range() -> None:
    # 60² + 30² = 4,500, and the ten of others between 0 and 10² more.
    found = change_of(world("100", CN="60", US="30"), {})
    assert (found.before, found.change) == (Between(Decimal(4500), Decimal(4600)), Between(Decimal(0), Decimal(0)))
    # A country that is not listed may be the one that has the ten: 10 + 25 of 125 is 28 %.
    more = change_of(world("100", CN="60", US="30"), planned(AU="25"))
    low = Decimal(48) ** 2 + Decimal(24) ** 2 + Decimal(20) ** 2
    assert more.after == Between(low, low - Decimal(20) ** 2 + Decimal(28) ** 2)


def test_rounded_rows_that_come_to_more_than_the_total_are_the_total() -> None:
    found = change_of(world("100", CN="80", US="24"), {})
    assert (found.world.total, found.world.unlisted) == (Decimal(104), Decimal(0))


def test_the_baseline_is_whole() -> None:
    found = latest()
    assert len(found) >= 20
    for (mineral, stage), series in found.items():
        for each in series:
            assert each.countries, (mineral, stage)
            assert each.source.title
            assert each.source.url
            assert sum(each.countries.values()) <= each.total
            # Rounding explains no more than this.
            assert each.total <= each.published_total * Decimal("1.05"), (mineral, stage)
    (rare,) = found["rare-earths", "extraction"]
    assert (rare.counted, rare.year, rare.published_total, rare.countries["CN"]) == (
        "REO",
        2024,
        Decimal(390000),
        Decimal(270000),
    )


def test_every_series_is_counted_as_some_form_says_it() -> None:
    """A symbol that no formula knows, or a mineral, is told as what is contained."""
    assert all(factor("contained", each.counted) == 1 for series in latest().values() for each in series)
    assert len(set(FORMS)) == len(FORMS)


tonnes = st.integers(1, 1000).map(Decimal)
codes = st.sampled_from(["CN", "US", "AU", "KR"])


@given(st.dictionaries(codes, tonnes, min_size=1), st.integers(0, 500), st.dictionaries(codes, tonnes))
def test_an_index_is_one_in_whatever_order(there: dict[str, Decimal], rest: int, more: dict[str, Decimal]) -> None:
    def told(order: list[tuple[str, Decimal]]) -> World:
        total = sum(there.values()) + rest
        return World("graphite", "extraction", "graphite", 2024, dict(order), Decimal(total), True, SOURCE)

    first = change_of(told(list(there.items())), more)
    for each in (first.before, first.after):
        assert 0 < each.low <= each.high <= 10_000 + Decimal("0.001")
    assert first.change.low <= first.change.high
    for order in list(permutations(there.items()))[:6]:
        again = change_of(told(list(order)), dict(reversed(more.items())))
        assert round(again.after.high, 12) == round(first.after.high, 12)
        assert again.top == first.top
