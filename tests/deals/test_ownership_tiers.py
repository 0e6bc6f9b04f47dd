"""Holdings looked through their tiers, computed by hand."""

import itertools
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.ownership import Concern, Holder, Link, Pack, PackError, Ranged, Tiers, Verdict, find, packs_on
from deals.ownership.packs import all_packs, parsed
from deals.ownership.tiers import MOST_STEPS, MOST_TIERS

TODAY = date(2026, 1, 1)


def holders(*told: str) -> dict[str, Holder]:
    """'A:CN*' is A of China, a state; 'B' is of no told country."""
    found = {}
    for one in told:
        key, _, country = one.partition(":")
        found[key] = Holder(key, key, country.rstrip("*"), country.endswith("*"))
    return found


def tiers(people: dict[str, Holder], *links: tuple[Any, ...]) -> Tiers:
    """Links as (held, holder, share, control)."""
    told = [
        Link(held, holder, None if share is None else Decimal(str(share)), *rest)
        for held, holder, share, *rest in links
    ]
    return Tiers.of("P", people, told)


def pack(threshold: str, concern: Concern = Concern.STATES, **more: Any) -> Pack:
    countries = () if concern is Concern.EACH else ("CN",)
    return Pack("rule", "1", "Rule", TODAY, Decimal(threshold), concern, "", "", countries, **more)


def ranged(low: str, high: str) -> Ranged:
    return Ranged(Decimal(low), Decimal(high))


# 20 % direct, and 60 % of B, which holds 50 % of C, which holds 20 %: 6 % through two tiers.
TWO_TIERS = tiers(
    holders("S:CN*", "B:AU", "C:AU", "M:AU"),
    ("P", "S", 20), ("P", "C", 20), ("P", "M", 60), ("C", "B", 50), ("B", "S", 60), ("C", None, 50), ("B", None, 40),
)  # fmt: skip


def test_shares_are_multiplied_along_a_way_and_added_over_all_ways() -> None:
    assert TWO_TIERS.shares()["S"] == ranged("26", "26")
    assert TWO_TIERS.shares()["B"] == ranged("10", "10")


def test_twenty_direct_and_six_through_two_tiers_is_flagged_at_25_and_clear_at_50() -> None:
    flagged, clear = find(TWO_TIERS, pack("25")), find(TWO_TIERS, pack("50"))
    assert flagged
    assert clear
    assert (flagged.verdict, clear.verdict) == (Verdict.FLAGGED, Verdict.CLEAR)
    assert flagged.share == ranged("26", "26")
    assert [(path.holders, path.share.low) for path in flagged.paths] == [
        (("S",), Decimal(20)),
        (("S", "B", "C"), Decimal(6)),
    ]


def test_a_circle_of_holdings_ends() -> None:
    circle = tiers(holders("A", "B", "C"), ("P", "A", 50), ("A", "B", 50), ("B", "C", 50), ("C", "A", 50))
    assert circle.shares() == {"A": ranged("50", "50"), "B": ranged("25", "25"), "C": ranged("12.5", "12.5")}


def test_a_share_that_is_not_told_is_a_range_up_to_what_nobody_else_is_told_to_hold() -> None:
    told = tiers(holders("S:CN*", "M:AU"), ("P", "S", None), ("P", "M", 70))
    assert told.shares()["S"] == ranged("0", "30")
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.UNKNOWN, ranged("0", "30"))
    above = find(told, pack("31"))
    assert above
    assert above.verdict is Verdict.CLEAR


def test_what_nobody_is_told_to_hold_may_be_anybodys() -> None:
    told = tiers(holders("M:AU"), ("P", "M", 70))
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.UNKNOWN, ranged("0", "30"))
    spread = tiers(holders("M:AU"), ("P", "M", 70), ("P", None, 30))
    clear = find(spread, pack("25"))
    assert clear
    assert clear.verdict is Verdict.CLEAR


def test_makers_who_disagree_span_a_range() -> None:
    told = tiers(holders("S:CN*", "M:AU"), ("P", "S", 20), ("P", "S", 30), ("P", "M", 70))
    assert told.shares()["S"] == ranged("20", "30")
    found = find(told, pack("25"))
    assert found
    assert found.verdict is Verdict.UNKNOWN


def test_holders_of_more_than_the_whole_have_at_least_what_the_others_leave() -> None:
    """A rival that states another holder beside a whole that is told makes it unknown, and flags nothing."""
    told = tiers(holders("S:CN*", "M:AU"), ("P", "M", 100), ("P", "S", 26))
    assert told.shares() == {"M": ranged("74", "100"), "S": ranged("0", "26")}
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.UNKNOWN, ranged("0", "26"))


def test_holders_whose_least_goes_into_the_whole_contradict_nobody() -> None:
    told = tiers(holders("A:AU", "B:AU"), ("P", None, 0), ("P", None, 7), ("P", "A", 53), ("P", "B", 41))
    assert told.shares() == {"A": ranged("53", "53"), "B": ranged("41", "41")}


def test_a_control_that_others_do_not_tell_may_be() -> None:
    told = tiers(
        holders("S:CN*", "M:AU"), ("P", "M", 90), ("P", "S", 10, "board_majority"), ("P", "S", 10, ""),
    )  # fmt: skip
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.UNKNOWN, ranged("10", "100"))


def test_who_is_told_differently_may_be_of_the_country_asked_for() -> None:
    people = holders("M:AU") | {"X": Holder("X", "X", "CN", state=True, unsure=True)}
    told = tiers(people, ("P", "X", 30), ("P", "M", 70))
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.UNKNOWN, ranged("0", "30"))


def test_a_maker_who_does_not_know_takes_nothing_from_one_who_does() -> None:
    told = tiers(holders("S:CN*", "M:AU"), ("P", "S", 20), ("P", "S", None), ("P", "M", 80))
    assert told.shares()["S"] == ranged("20", "20")


def test_a_holder_of_no_told_country_may_be_of_the_one_asked_for() -> None:
    told = tiers(holders("X", "M:AU"), ("P", "X", 40), ("P", "M", 60))
    companies = find(told, pack("25", Concern.COMPANIES))
    assert companies
    assert (companies.verdict, companies.share) == (Verdict.UNKNOWN, ranged("0", "40"))
    states = find(told, pack("25"))
    assert states
    assert states.verdict is Verdict.CLEAR


def test_control_counts_for_the_whole_where_the_pack_counts_it() -> None:
    told = tiers(holders("S:CN*", "M:AU"), ("P", "M", 100), ("M", "S", 10, "golden_share"), ("M", None, 90))
    found, without = find(told, pack("25")), find(told, pack("25", counts_control=False))
    assert found
    assert without
    assert (found.verdict, found.share.low, found.paths[0].by_control) == (Verdict.FLAGGED, Decimal(100), True)
    assert (without.verdict, without.share) == (Verdict.CLEAR, ranged("10", "10"))


def test_a_state_behind_its_own_company_counts_once() -> None:
    told = tiers(holders("S:CN*", "G:CN*", "M:AU"), ("P", "G", 20), ("P", "M", 80), ("G", "S", 100))
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.share) == (Verdict.CLEAR, ranged("20", "20"))


def test_the_largest_holder_is_found_whoever_it_is() -> None:
    told = tiers(holders("A:AU", "B:JP"), ("P", "A", 50), ("P", "B", 50), ("A", "B", 10), ("A", None, 90))
    found = find(told, pack("50", Concern.EACH))
    assert found
    assert (found.verdict, found.holder, found.share.low) == (Verdict.FLAGGED, "B", Decimal(55))


def test_a_majority_that_may_be_hidden_is_unknown() -> None:
    told = tiers(holders("A:AU"), ("P", "A", 45))
    found = find(told, pack("50", Concern.EACH))
    assert found
    assert found.verdict is Verdict.UNKNOWN


def test_a_filler_of_anothers_takes_no_room_from_a_holder_of_unknown_share() -> None:
    told = [
        Link("P", "M", Decimal(60), by="Maple"), Link("P", "S", None, by="Maple"),
        Link("P", "F", Decimal(40), by="Rival"),
    ]  # fmt: skip
    found = find(Tiers.of("P", holders("S:CN*", "M:AU", "F:AU"), told), pack("25"))
    assert found
    assert found.verdict is Verdict.UNKNOWN


def test_a_long_chain_is_left_unread_and_said_to_be() -> None:
    names = [f"N{number}" for number in range(60)]
    links = [("P", names[0], 100), *((one, other, 100) for one, other in itertools.pairwise(names))]
    paths, whole = tiers(holders(*names), *links).paths()
    assert (len(paths), whole) == (MOST_TIERS, False)


def test_who_holds_nothing_any_more_is_no_holder() -> None:
    assert tiers(holders("A:AU"), ("P", "A", 0), ("P", None, 100)).shares() == {}


def test_of_what_nothing_is_told_nothing_is_found() -> None:
    assert find(tiers(holders()), pack("25")) is None


def test_a_thicket_is_left_unread_and_said_to_be() -> None:
    names = [f"N{number}" for number in range(12)]
    links = [("P", name, 1) for name in names] + [(one, other, 1) for one in names for other in names if one != other]
    told = tiers(holders(*names), *links)
    paths, whole = told.paths()
    assert not whole
    assert sum(len(path.holders) for path in paths) <= MOST_STEPS
    found = find(told, pack("25"))
    assert found
    assert (found.verdict, found.whole) == (Verdict.UNKNOWN, False)


def test_the_packs_of_the_registry_are_sound_and_dated() -> None:
    assert {item.code for item in packs_on(TODAY)} >= {"majority_control", "foreign_entity_of_concern"}
    assert "foreign_entity_of_concern" not in {item.code for item in packs_on(date(2024, 5, 5))}
    assert all(item.source and item.name for item in all_packs())


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": "0"}, {"threshold": "101"}, {"threshold": "x"}, {"concern": "nobody"}, {"countries": []},
        {"countries": ["China"]}, {"since": "2024"}, {"speed": "1"},
        {"concern": "each", "countries": ["CN"]},
    ],
)  # fmt: skip
def test_a_pack_that_is_none_is_refused_by_name(wrong: dict[str, Any]) -> None:
    sound = {
        "code": "a", "version": "1", "name": "A", "since": TODAY, "threshold": "25", "concern": "states",
        "countries": ["CN"], "source": "s", "url": "",
    }  # fmt: skip
    assert parsed({"pack": [sound]})
    with pytest.raises(PackError, match="a 1"):
        parsed({"pack": [sound | wrong]})
    with pytest.raises(PackError):
        parsed({"pack": [sound, sound]})


names = st.sampled_from(["A", "B", "C", "D"])
percent = st.one_of(st.none(), st.integers(0, 60).map(Decimal))
linked = st.tuples(st.one_of(st.just("P"), names), st.one_of(st.none(), names), percent).filter(
    lambda link: link[0] != link[1] and (link[1] is not None or link[2] is not None)
)
PEOPLE = holders("A:CN*", "B:AU", "C", "D:CN")


@given(st.lists(linked, max_size=8))
def test_no_share_leaves_the_whole_and_no_order_changes_one(
    links: list[tuple[str, str | None, Decimal | None]],
) -> None:
    told = [Link(*link) for link in links]
    first = Tiers.of("P", PEOPLE, told)
    for share in first.shares().values():
        assert 0 <= share.low <= share.high <= 100
    for again in list(permutations(told))[:6]:
        other = Tiers.of("P", PEOPLE, again)
        assert other.shares() == first.shares()
        assert find(other, pack("25")) == find(first, pack("25"))


@given(st.lists(linked, max_size=6), st.integers(0, 5), st.integers(0, 60).map(Decimal))
def test_what_becomes_known_only_narrows_a_finding(
    links: list[tuple[str, str | None, Decimal | None]], which: int, share: Decimal
) -> None:
    """A share that is told where none was lies within what was thought possible before."""
    told = [Link(*link) for link in links]
    unknown = [place for place, link in enumerate(told) if link.share is None]
    if not unknown:
        return
    place = unknown[which % len(unknown)]
    before = Tiers.of("P", PEOPLE, told)
    others = [link for link in told if link.held == told[place].held]
    if any(link.holder == told[place].holder and link is not told[place] for link in others):
        return
    share = min(share, before.untold.get(told[place].held, Decimal(0)))
    after = Tiers.of(
        "P", PEOPLE, [*told[:place], Link(told[place].held, told[place].holder, share), *told[place + 1 :]]
    )
    for rule in (pack("25"), pack("25", Concern.COMPANIES)):
        was, now = find(before, rule), find(after, rule)
        if was and now:
            assert was.share.low <= now.share.low
            assert now.share.high <= was.share.high
