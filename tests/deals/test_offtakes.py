"""Offtakes: by the buyer's country and year, what is sold twice, and the binding part against a condition."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from deals.models import Condition, Deal, FactCode, Offtake, Project
from deals.offtaking import Contract, contracted
from deals.selectors.offtakes import contracted_of, offtakes_of
from deals.services.facts import FactDraft, state_fact
from deals.services.offtakes import OfftakeDraft, state_offtake
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.refusals import Unmet
from tests.acts import signed
from tests.api import system_of
from tests.cast import Cast
from tests.project_acts import company, curated, decide, mineral, offtake, project
from tests.web import Web

LEI = "5493001KJTIIGC8Y1R12"


def contract(country: str, first: int, last: int | None, share: str | None = None, **more: Any) -> Contract:
    return Contract(
        "graphite", country, first, last, more.get("binding", True), None if share is None else Decimal(share),
        more.get("tonnes"),
    )  # fmt: skip


def test_shares_are_added_by_country_and_year() -> None:
    (found,) = contracted(
        [contract("KR", 2028, 2029, "30"), contract("KR", 2029, 2030, "20"), contract("JP", 2029, 2029, "10")], {}
    )
    assert {year: taken.binding for year, taken in found.years.items()} == {2028: 30, 2029: 60, 2030: 20}
    assert {year: taken.binding for year, taken in found.countries["KR"].items()} == {2028: 30, 2029: 50, 2030: 20}
    assert found.countries["JP"][2028].binding == 0
    assert found.least_binding == 20


def test_an_amount_is_a_share_of_what_is_planned_and_else_unknown() -> None:
    sold = [contract("KR", 2028, 2028, tonnes=Decimal(2500)), contract("KR", 2028, 2028)]
    (known,) = contracted(sold, {"graphite": Decimal(10000)})
    assert (known.years[2028].binding, known.years[2028].unknown) == (Decimal(25), 1)
    (unknown,) = contracted(sold, {})
    assert (unknown.years[2028].binding, unknown.years[2028].unknown_binding) == (Decimal(0), 2)


def test_more_than_all_is_found_where_it_is_binding() -> None:
    (found,) = contracted([contract("KR", 2028, 2029, "70"), contract("JP", 2029, 2030, "40")], {})
    assert [year for year, taken in found.years.items() if taken.over] == [2029]
    (willing,) = contracted([contract("KR", 2028, 2028, "70"), contract("JP", 2028, 2028, "40", binding=False)], {})
    taken = willing.years[2028]
    assert (taken.over, taken.binding, taken.other) == (False, Decimal(70), Decimal(40))


def test_an_amount_beside_a_tiny_plan_is_no_endless_figure() -> None:
    huge = contract("KR", 2028, 2028, tonnes=Decimal(10) ** 21)
    (found,) = contracted([huge], {"graphite": Decimal("0.000000001")})
    assert found.years[2028].binding == 100_000


def table(cast: Cast, who: str, about: Project) -> dict[int, tuple[str, str]]:
    with acting_as(cast.people[who]):
        found = contracted_of([about.pk], offtakes_of([about.pk]))
    return {
        year: (f"{taken.binding.normalize():f}", f"{taken.other.normalize():f}")
        for each in found
        for year, taken in each.years.items()
    }


def test_each_reader_adds_what_it_is_told(cast: Cast) -> None:
    mine, buyer = curated(cast), company(cast, "Buyer", country="KR")
    offtake(cast, mine, buyer, "30")
    offtake(cast, mine, buyer, "40", contract="Second", level=Level.OWN, binding=False)
    assert table(cast, "ada", mine)[2028] == ("30", "0")
    assert table(cast, "marc", mine)[2028] == ("30", "40")


def test_several_makers_statements_of_one_contract_count_once(cast: Cast) -> None:
    mine = curated(cast)
    theirs, ours = company(cast, "Buyer", lei=LEI), company(cast, "BUYER LTD", by="rolf", lei=LEI)
    offtake(cast, mine, theirs, "30")
    offtake(cast, mine, ours, "35", by="rolf", as_of=date(2026, 2, 1))
    assert table(cast, "ada", mine)[2028] == ("35", "0")
    # That it is no more is said of one's own statement, and takes away nobody else's.
    offtake(cast, mine, ours, "0", by="rolf", as_of=date(2026, 3, 1))
    assert table(cast, "ada", mine)[2028] == ("30", "0")
    offtake(cast, mine, theirs, "0", as_of=date(2026, 3, 1))
    assert table(cast, "ada", mine) == {}


def test_whoever_keeps_the_project_is_shown_before_others(cast: Cast) -> None:
    mine = project(cast, level=Level.NETWORK)
    theirs, ours = company(cast, "Buyer", lei=LEI), company(cast, "BUYER LTD", by="rolf", lei=LEI)
    offtake(cast, mine, theirs, "60")
    offtake(cast, mine, ours, "1", by="rolf", as_of=date(2026, 3, 1))
    assert table(cast, "ada", mine)[2028] == ("60", "0")


def test_an_amount_is_compared_with_the_planned_output_that_is_shown(cast: Cast) -> None:
    mine, buyer, graphite = curated(cast), company(cast, "Buyer"), mineral(cast)
    with acting_as(cast.marc):
        planned = FactDraft(
            FactCode.PLANNED_OUTPUT, date(2026, 1, 1), number=Decimal(20), unit="kt_per_year", mineral=graphite
        )
        state_fact(by=cast.marc, project=mine, draft=planned, level=Level.NETWORK)
    decide(cast, "marc")
    offtake(cast, mine, buyer, number=Decimal(5000), unit="t_per_year")
    assert table(cast, "ada", mine)[2028] == ("25", "0")


@pytest.mark.parametrize(
    ("says", "pointer"),
    [
        ({"share": Decimal(101)}, "/share"),
        ({"share": Decimal(10), "number": Decimal(1), "unit": "t_per_year"}, "/share"),
        ({"number": Decimal(0), "unit": "t_per_year"}, "/quantity"),
        ({"number": Decimal(1)}, "/quantity/unit"),
        ({"last_year": 2020}, "/last_year"),
        ({"first_year": 20}, "/first_year"),
        ({"as_of": date(2999, 1, 1)}, "/as_of"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_kept(cast: Cast, says: dict[str, Any], pointer: str) -> None:
    usual: dict[str, Any] = {
        "project": curated(cast), "buyer": company(cast, "Buyer"), "mineral": mineral(cast), "first_year": 2028,
        "as_of": date(2026, 1, 1), "binding": True,
    }  # fmt: skip
    with acting_as(cast.marc):
        with pytest.raises(Unmet) as refused:
            state_offtake(by=cast.marc, draft=OfftakeDraft(**usual | says))
        assert pointer in refused.value.unmet
        assert not Offtake.objects.exists()


@pytest.mark.parametrize(
    "row", [{"share": 101}, {"quantity": 5}, {"share": 5, "quantity": 5, "unit": "t_per_year"}, {"last_year": 2020}]
)
def test_the_table_refuses_what_comes_past_the_services(cast: Cast, row: dict[str, Any]) -> None:
    sound: dict[str, Any] = {
        "owner": cast.bank("maple"), "network": cast.network, "project": curated(cast), "mineral": mineral(cast),
        "buyer": company(cast, "Buyer"), "first_year": 2028, "binding": True, "as_of": date(2026, 1, 1),
    }  # fmt: skip
    with acting_as(cast.marc):
        with pytest.raises(DatabaseError), transaction.atomic():
            Offtake.objects.create(**sound | row)
        Offtake.objects.create(**sound)


@pytest.mark.slow
@pytest.mark.usefixtures("second_factor_is_free")
@pytest.mark.parametrize(
    ("sold", "says"), [("40", "not reached Graphite"), ("60", "reached Graphite"), (None, "unknown Graphite")]
)
def test_a_condition_tells_how_far_the_binding_part_reaches_it(cast: Cast, sold: str | None, says: str) -> None:
    mine, buyer = curated(cast), company(cast, "Buyer")
    with acting_as(cast.ada):
        Deal.objects.filter(pk=cast.deal.pk).update(project=mine)
    offtake(cast, mine, buyer, sold)
    offtake(cast, mine, buyer, "50", binding=False, contract="Memorandum")
    web = Web(cast.ada)
    sent = {"kind": "offtake", "text": "Half is sold", "least_offtake": "50", "level": "own"}
    assert web.post("deals_deal_condition", cast.deal.pk, **sent).status == 200
    with acting_as(cast.ada):
        row = Condition.objects.get(text="Half is sold")
    assert row.least_offtake == 50
    page = web.get("deals_condition_change", row.pk)
    assert "50.00 % of the output in each year that is told" in page.seen
    assert says in page.seen


@pytest.mark.slow
def test_a_least_offtake_is_of_a_condition_about_offtake_and_is_seen_by_both_persons(cast: Cast) -> None:
    bank = system_of("austral", "registry:read commitments:write")
    made = signed(cast, by="ada", approver="abe", stage="approved")
    wrong = {"commitment": str(made.pk), "kind": "permitting", "text": "The permit", "least_offtake": "50"}
    assert bank.post("conditions", wrong).status == 422
    sent = bank.post("conditions", wrong | {"kind": "offtake"})
    assert sent.status == 202, sent.body
    decide(cast, "ada")
    with acting_as(cast.ada):
        row = Condition.objects.get()
        assert row.least_offtake == 50
        with pytest.raises(DatabaseError), transaction.atomic():
            Condition.objects.filter(pk=row.pk).update(least_offtake=10)
