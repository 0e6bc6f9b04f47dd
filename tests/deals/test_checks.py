"""Consistency checks: each finds what it is for, and says nothing of what fits or is not known."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.checks import CODES, SeenDeal, SeenProject, check_deal, check_project
from deals.checks.seen import SeenCommitment, SeenCondition, SeenTranche, Stated
from deals.money import Money

TODAY = date(2026, 11, 29)
PAST, LATER = TODAY - timedelta(days=400), TODAY + timedelta(days=400)


def usd(millions: int) -> Money:
    return Money.of(f"{millions}000000", "USD")


def fact(code: str, by: str = "EFA", as_of: date = TODAY, **says: Any) -> Stated:
    return Stated(code, by, as_of, **says)


def estimate(code: str, category: str, number: int, *, person: str = "A. Geologist", unit: str = "mt") -> Stated:
    return fact(code, category=category, number=Decimal(number), unit=unit, mineral="Lithium", competent_person=person)


# Whatever fits together.
MINE = SeenProject(
    TODAY,
    stage="feasibility",
    minerals={"Lithium": False, "Tantalum": True},
    chain_stages=("extraction",),
    companies=(("Arafura", "AU"),),
    facts=(
        fact("first_production", day=LATER + timedelta(days=700)),
        fact("fid_date", day=LATER),
        fact("capex", money=usd(1000)),
        fact("study_type", text="feasibility_study"),
        fact("mine_life", number=Decimal(20), unit="years"),
        fact("planned_output", number=Decimal(100), unit="kt_per_year", mineral="Lithium"),
        estimate("resource", "measured_and_indicated", 100),
        estimate("reserve", "probable", 60),
    ),
)
SENIOR = SeenTranche("Senior", "USD", usd(600), tenor_months=180, grace_months=36, availability_ends_on=LATER)
LOAN = SeenCommitment("EFA", "firm", amount=usd(400), tranche=SENIOR, signed_on=TODAY)
COVER = SeenCommitment("UFK", "firm", cover=True, amount=usd(200), covers=((usd(200), usd(400)),))
DEAL = SeenDeal(
    TODAY, "in_market", target=usd(600), firm=usd(400), announced_on=PAST, tranches=(SENIOR,),
    commitments=(LOAN, COVER), conditions=(SeenCondition("Licence", TODAY, is_open=True),), project=MINE,
    sought=usd(600),
)  # fmt: skip


def without(*codes: str) -> tuple[Stated, ...]:
    return tuple(each for each in MINE.facts if each.code not in codes)


def plus(*more: Stated, without_: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"facts": (*without(*without_), *more)}


PROJECTS: list[tuple[str, dict[str, Any]]] = [
    ("production_before_decision", plus(fact("first_production", day=TODAY + timedelta(days=9)),
                                        without_=("first_production",))),
    ("production_is_past", plus(fact("first_production", day=PAST), without_=("first_production", "fid_date"))),
    ("operates_before_production", {"stage": "operating", "facts": without("fid_date")}),
    ("decided_but_not_built", plus(fact("fid_date", day=PAST), without_=("fid_date",))),
    ("built_before_decision", {"stage": "construction"}),
    ("study_behind_stage", {"stage": "construction", **plus(fact("study_type", text="scoping_study"),
                                                            without_=("study_type", "fid_date"))}),
    ("makers_disagree_on_stage", plus(fact("development_stage", text="scoping"),
                                      fact("development_stage", "JBIC", text="feasibility"))),
    ("makers_disagree_on_cost", plus(fact("capex", "JBIC", money=usd(1300)))),
    ("cost_is_old", plus(fact("capex", as_of=TODAY - timedelta(days=1200), money=usd(1000)), without_=("capex",))),
    ("no_mineral", {"minerals": {}, "facts": without("planned_output")}),
    ("no_primary_mineral", {"minerals": {"Lithium": True}}),
    ("no_chain_stage", {"chain_stages": ()}),
    ("output_of_another_mineral", plus(fact("planned_output", number=Decimal(1), unit="t_per_year", mineral="Tin"))),
    ("company_without_country", {"companies": (("Arafura", ""),)}),
    ("reserve_without_resource", plus(estimate("resource", "inferred", 100), without_=("resource",))),
    ("reserve_beyond_resource", plus(estimate("reserve", "probable", 101), without_=("reserve",))),
    ("output_beyond_reserve", plus(fact("planned_output", number=Decimal(4), unit="mt_per_year", mineral="Lithium"),
                                   without_=("planned_output",))),
    ("estimate_without_person", plus(estimate("reserve", "proved", 60, person=""), without_=("reserve",))),
    ("life_without_reserve", {"facts": without("reserve")}),
]  # fmt: skip
DEALS: list[tuple[str, dict[str, Any]]] = [
    ("no_target", {"target": None}),
    ("no_lead", {"leads": False}),
    ("tranches_differ_from_target", {"target": usd(700)}),
    ("firm_beyond_target", {"firm": usd(601)}),
    ("closed_with_a_gap", {"status": "closed"}),
    ("sought_beyond_cost", {"sought": usd(1001)}),
    ("grace_beyond_tenor", {"tranches": (replace(SENIOR, grace_months=180),)}),
    ("tenor_beyond_mine_life", {"tranches": (replace(SENIOR, tenor_months=241),)}),
    ("availability_ended", {"tranches": (replace(SENIOR, availability_ends_on=PAST),), "conditions": ()}),
    ("condition_after_availability", {"conditions": (SeenCondition("Licence", LATER + timedelta(days=1), True),)}),
    ("closed_with_open_conditions", {"status": "completed", "firm": usd(600)}),
    ("cover_beyond_covered", {"commitments": (replace(COVER, covers=((usd(401), usd(400)),)),)}),
    ("cover_of_nothing", {"commitments": (replace(COVER, covers=()),)}),
    ("other_currency_than_tranche", {"commitments": (replace(LOAN, amount=Money.of("1", "EUR")),)}),
    ("more_than_tranche", {"commitments": (replace(LOAN, amount=usd(601)),)}),
    ("signed_before_announced", {"announced_on": LATER}),
    ("money_for_what_is_closed", {"project": replace(MINE, stage="closed")}),
]  # fmt: skip


def test_what_fits_is_not_doubted() -> None:
    assert check_project(MINE) == check_deal(DEAL) == []


def test_what_is_not_known_is_not_doubted() -> None:
    """But for what a project or a deal lacks altogether."""
    assert {each.code for each in check_project(SeenProject(TODAY))} == {"no_mineral", "no_chain_stage"}
    assert check_deal(SeenDeal(TODAY, "draft")) == []


@pytest.mark.parametrize(("code", "change"), PROJECTS, ids=[code for code, _ in PROJECTS])
def test_each_check_of_projects_finds_its_own(code: str, change: dict[str, Any]) -> None:
    found = check_project(replace(MINE, **change))
    assert [each.code for each in found] == [code]
    assert found[0].says.endswith(".")


@pytest.mark.parametrize(("code", "change"), DEALS, ids=[code for code, _ in DEALS])
def test_each_check_of_deals_finds_its_own(code: str, change: dict[str, Any]) -> None:
    found = check_deal(replace(DEAL, **change))
    assert [each.code for each in found] == [code]
    assert found[0].says.endswith(".")


def test_each_check_is_tested_here() -> None:
    assert list(CODES) == [code for code, _ in (*PROJECTS, *DEALS)]
