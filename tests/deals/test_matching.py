"""Matching by hand: each criterion passed, failed and unknown; ranks; and nothing of what is hidden."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.models import Commitment, Company, CompanyRole, Deal, DealStatus, Mandate, Project, Purpose, Tranche
from deals.money import Money
from deals.selectors.mandates import standing
from deals.selectors.matching import Criterion, Match, Verdict, deals_for, every_match, institutions_for
from deals.services.deals import add_tranche, ask_to_open, register_deal
from deals.services.moves import move_commitment
from deals.services.projects import ProjectDraft, register_project, tell_project
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter
from tests.cast import Cast
from tests.project_acts import decide, mandate, mineral

START = date(2026, 1, 1)


@pytest.fixture
def seeking(cast: Cast) -> Deal:
    """Austral's: USD 100m senior over ten years for a refinery of graphite in Mozambique that is at feasibility."""
    with acting_as(cast.ada):
        draft = ProjectDraft("Refinery", "MZ", chain_stages=("refining",), minerals={mineral(cast): False})
        plant = register_project(by=cast.ada, draft=draft)
        Project.objects.filter(pk=plant.pk).update(development_stage="feasibility")
        deal = register_deal(
            by=cast.ada, network=cast.network, slug="refinery", name="Refinery", code_name="Wren", project=plant,
            target=Money.of("100000000", "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        add_tranche(by=cast.ada, deal=deal, name="Senior", currency="USD", tenor_months=120)
    named(cast, plant, "Kimchi Cells", "KR", "offtaker")
    return deal


def named(cast: Cast, plant: Project, name: str, country: str, role: str) -> None:
    """A company has a role in Austral's project."""
    mine = {"owner": cast.bank("austral"), "network": cast.network}
    with acting_as(cast.ada):
        company = Company.objects.create(name=name, country=country, **mine)
        CompanyRole.objects.create(project=plant, company=company, role=role, **mine)


def verdict(cast: Cast, deal: Deal, of: Criterion, **asks: Any) -> Verdict:
    made = mandate(cast, **asks)
    with acting_as(cast.ada):
        return of_mandate(deal, made).verdicts[of]


def of_mandate(deal: Deal, made: Mandate) -> Match:
    """The match of the two, as whoever acts sees it."""
    (found,) = (each for each in every_match(deal) if each.mandate == made.pk)
    return found


PASSED, FAILED, UNKNOWN = Verdict.PASSED, Verdict.FAILED, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("of", "asks", "said"),
    [
        ("chain_stages", {"chain_stages": ("refining", "recycling")}, PASSED),
        ("chain_stages", {"chain_stages": ("extraction",)}, FAILED),
        ("stage", {"earliest_stage": "feasibility"}, PASSED),
        ("stage", {"earliest_stage": "prefeasibility"}, PASSED),
        ("stage", {"earliest_stage": "construction"}, FAILED),
        ("country", {"countries": ("MZ", "TZ")}, PASSED),
        ("country", {"countries": ("TZ",)}, FAILED),
        ("country", {"countries_out": ("MZ",)}, FAILED),
        ("country", {"countries_out": ("TZ",)}, PASSED),
        ("instruments", {"instruments": ("senior_loan",)}, PASSED),
        ("instruments", {"instruments": ("political_risk_insurance",)}, PASSED),
        ("instruments", {"instruments": ("equity",)}, FAILED),
        ("instruments", {"instruments": ("equity", "prepayment")}, PASSED),
        ("ticket", {"ticket_from": Decimal(100000000), "currency": "USD"}, PASSED),
        ("ticket", {"ticket_from": Decimal(100000001), "currency": "USD"}, FAILED),
        # No rate is published of it.
        ("ticket", {"ticket_from": Decimal(1000), "currency": "MZN"}, UNKNOWN),
        ("tenor", {"longest_tenor_months": 120}, PASSED),
        ("tenor", {"longest_tenor_months": 119}, FAILED),
        ("link", {"link_country": "KR", "links": ("offtaker",)}, PASSED),
        ("link", {"link_country": "JP", "links": ("offtaker",)}, FAILED),
        # Nobody is told to be the sponsor.
        ("link", {"link_country": "JP", "links": ("offtaker", "sponsor")}, UNKNOWN),
        *((of.value, {}, PASSED) for of in Criterion),
    ],
)
def test_each_criterion(cast: Cast, seeking: Deal, of: str, asks: dict[str, Any], said: Verdict) -> None:
    assert verdict(cast, seeking, Criterion(of), **asks) is said


def test_minerals(cast: Cast, seeking: Deal) -> None:
    assert verdict(cast, seeking, Criterion.MINERALS, minerals=(mineral(cast), mineral(cast, "nickel"))) is PASSED
    assert verdict(cast, seeking, Criterion.MINERALS, name="B", minerals=(mineral(cast, "nickel"),)) is FAILED


def test_what_is_not_told_of_the_deal_is_unknown(cast: Cast) -> None:
    """A deal without project, tranche or target; the mandate asks for everything."""
    with acting_as(cast.ada):
        bare = register_deal(by=cast.ada, network=cast.network, slug="bare", name="Bare", code_name="Owl")
    made = mandate(
        cast, minerals=(mineral(cast),), chain_stages=("refining",), earliest_stage="scoping", countries=("MZ",),
        instruments=("senior_loan",), ticket_from=Decimal(1), currency="USD", longest_tenor_months=12,
        link_country="KR", links=("offtaker",),
    )  # fmt: skip
    with acting_as(cast.ada):
        found = of_mandate(bare, made)
    assert set(found.verdicts.values()) == {UNKNOWN}


def test_the_gap_says_how_much_could_be_filled(cast: Cast, seeking: Deal) -> None:
    made = mandate(cast, ticket_from=Decimal(20000000), ticket_to=Decimal(50000000), currency="USD")
    with acting_as(cast.ada):
        (found,) = institutions_for(seeking)
    assert (found.mandate, found.gap, found.smallest, found.fill, found.share) == (
        made.pk, Money.of("100000000", "USD"), Money.of("20000000", "USD"), Money.of("50000000", "USD"), Decimal("0.5"),
    )  # fmt: skip


def test_a_ticket_larger_than_what_is_left_fails_at_the_gap(cast: Cast, seeking: Deal) -> None:
    letter(cast, Level.LEAD, by="ada", approver="abe", deal=seeking, money="90000000")
    with acting_as(cast.ada):
        (own,) = Commitment.objects.filter(deal=seeking)
        move_commitment(by=cast.ada, commitment=own, to="approved", tranche=Tranche.objects.get(deal=seeking))
    confirm_waiting(cast, own, by="abe")
    made = mandate(cast, ticket_from=Decimal(20000000), currency="USD")
    with acting_as(cast.ada):
        found = of_mandate(seeking, made)
    assert (found.verdicts[Criterion.TICKET], found.verdicts[Criterion.GAP], found.fill) == (PASSED, FAILED, None)


def test_the_fittest_come_first_and_each_institution_once(cast: Cast, seeking: Deal) -> None:
    small = mandate(cast, name="Small", ticket_to=Decimal(10000000), currency="USD")
    mandate(cast, name="Elsewhere", countries=("TZ",))
    large = mandate(cast, by="marc", ticket_to=Decimal(80000000), currency="USD")
    unknown = mandate(cast, by="mina", link_country="JP", links=("sponsor",))
    wrong = mandate(cast, by="rolf", countries=("TZ",))
    with acting_as(cast.ada):
        found = institutions_for(seeking)
    assert [each.mandate for each in found] == [large.pk, small.pk, unknown.pk, wrong.pk]
    assert [each.fits for each in found] == [True, True, True, False]


def test_deals_that_fit_come_to_the_institution(cast: Cast, seeking: Deal) -> None:
    mandate(cast, by="marc", level=Level.OWN, countries=("MZ",))
    with acting_as(cast.marc):
        assert seeking.pk not in {each.deal for each in deals_for(cast.marc.institution_id)}
    with acting_as(cast.ada):
        ask_to_open(by=cast.ada, deal=seeking, level=Level.NETWORK)
        assert seeking.project
        tell_project(by=cast.ada, project=seeking.project, level=Level.NETWORK)
    decide(cast, "ada")
    with acting_as(cast.marc):
        (found,) = deals_for(cast.marc.institution_id)
    assert (found.deal, found.fits) == (seeking.pk, True)
    mandate(cast, by="marc", level=Level.OWN, since=START + timedelta(days=1), countries=("TZ",))
    with acting_as(cast.marc):
        assert deals_for(cast.marc.institution_id) == []


def test_nobody_learns_of_a_mandate_that_is_not_told(cast: Cast, seeking: Deal) -> None:
    kept = mandate(cast, level=Level.OWN)
    with acting_as(cast.ada):
        assert institutions_for(seeking) == every_match(seeking) == []
    # And whoever has a mandate learns of no deal that it is not told of, given its id.
    told = mandate(cast, by="marc", name="Told")
    with acting_as(cast.sora):
        assert every_match(seeking) == []
        assert {each.pk for each in standing()} == {kept.pk, told.pk}


def test_a_later_version_stands_in_the_place_of_the_earlier(cast: Cast, seeking: Deal) -> None:
    mandate(cast, countries=("TZ",))
    second = mandate(cast, since=START + timedelta(days=30), countries=("MZ",))
    kept = mandate(cast, level=Level.OWN, since=START + timedelta(days=60), countries=("TZ",))
    mandate(cast, level=Level.NETWORK, since=date.today() + timedelta(days=1), countries=("AU",))
    with acting_as(cast.ada):
        assert [(each.mandate, each.fits) for each in institutions_for(seeking)] == [(second.pk, True)]
    with acting_as(cast.sora):
        assert [each.pk for each in standing()] == [kept.pk]


def test_a_tenor_of_any_tranche_will_do(cast: Cast, seeking: Deal) -> None:
    with acting_as(cast.ada):
        add_tranche(by=cast.ada, deal=seeking, name="Short", currency="USD", tenor_months=24)
        add_tranche(by=cast.ada, deal=seeking, name="Bridge", currency="USD", tenor_months=6, purpose=Purpose.BRIDGE)
    assert verdict(cast, seeking, Criterion.TENOR, longest_tenor_months=36) is PASSED
    assert verdict(cast, seeking, Criterion.TENOR, name="B", longest_tenor_months=12) is FAILED
    with acting_as(cast.ada):
        add_tranche(by=cast.ada, deal=seeking, name="Open", currency="USD")
    assert verdict(cast, seeking, Criterion.TENOR, name="C", longest_tenor_months=12) is UNKNOWN


# Each fails for the deal, and leaves the other criteria as they are.
FAILING: tuple[dict[str, Any], ...] = (
    {"chain_stages": ("extraction",)}, {"earliest_stage": "operating"}, {"countries": ("TZ",)},
    {"instruments": ("equity",)}, {"longest_tenor_months": 6}, {"link_country": "JP", "links": ("offtaker",)},
)  # fmt: skip


@pytest.mark.parametrize("asks", [{}, {"countries": ("MZ",)}, {"ticket_to": Decimal(40000000), "currency": "USD"}])
def test_a_criterion_that_fails_never_raises_a_rank(cast: Cast, seeking: Deal, asks: dict[str, Any]) -> None:
    """Whatever else is asked for, and in whatever order the mandates were stated."""
    made = [mandate(cast, name=f"Narrower {n}", **asks | more) for n, more in enumerate(({}, *FAILING))]
    made.append(mandate(cast, name="Twice", **asks | FAILING[0] | FAILING[1]))
    with acting_as(cast.ada):
        ranks = [of_mandate(seeking, each).rank for each in made]
    assert ranks[0] < min(ranks[1:-1])
    assert max(ranks[1:-1]) < ranks[-1]
