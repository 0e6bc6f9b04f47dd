"""The cases themselves: three of each risk, and none that would be green whatever stands in its way."""

import pytest

from tests.asvs_report import RISKS, cases
from tests.cast import Cast
from tests.security.api_top_ten.removing import IN_PLACE, TAKEN_AWAY, Succeeded, case, held_off


def test_each_of_the_ten_risks_has_three_cases() -> None:
    found = cases()
    assert len(RISKS) == 10
    assert {risk: len(of_it) for risk, of_it in found.items()} == dict.fromkeys(range(1, 11), 3)


def test_a_case_that_its_guard_does_not_decide_fails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def attack(_: Cast) -> None:
        held_off(True, "nothing")

    made = case(without=lambda patch: None)(attack)
    made(cast, monkeypatch, IN_PLACE)
    with pytest.raises(pytest.fail.Exception):
        made(cast, monkeypatch, TAKEN_AWAY)


def test_a_case_whose_attack_comes_through_fails(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def attack(_: Cast) -> None:
        held_off(False, "all of it")

    with pytest.raises(Succeeded, match="all of it"):
        case(without=lambda patch: None)(attack)(cast, monkeypatch, IN_PLACE)
