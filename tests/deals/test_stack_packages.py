"""Stacks computed by hand, of financings that are put together as real ones are."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from deals.lifecycle import Class
from deals.money import Money
from deals.selectors.figures import Block
from deals.selectors.stack import Stack, deal_stack, project_stack, tranche_stack
from deals.services.deals import register_deal
from institutions.isolation.session import acting_as
from tests.cast import Cast
from tests.packages import FRIDAY, Package, load_rates, m, site

FIRM, CONDITIONAL, INDICATIVE = Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE


def of(package: Package, *, currency: str | None = None, on: date | None = None) -> Stack:
    """As everybody sees it: all of it is published."""
    with acting_as(None):
        return deal_stack(package.deal, currency=currency, on=on)


def sources(block: Block) -> dict[tuple[str, str, str], tuple[str, int, int]]:
    """(seniority, instrument, currency): (stated, how many, of them unknown)."""
    return {
        (f.seniority, f.instrument, f.currency): (str(f.money) if f.money else "", f.all.rows, f.all.unknown)
        for f in block.figures
    }


def test_a_guarantee_that_includes_a_loan_counts_the_loan_once_and_stands_beside(cast: Cast) -> None:
    """As Quebrada Blanca 2: a loan of 'up to' 900, an untied loan guarantee of 300 which includes a loan of about 155.

    Target 2,500. Firm: 900 (up to) + 155 (about) = 1,055; two banks' loans are unknown. Short 1,445; at most
    1,445 + 900 = 2,345 if nothing of the 'up to' comes. Cover 300, of which 155 protect the loan they include.
    """
    qb2 = Package(cast, "copper", target=m(2500))
    qb2.commit("sakura", m(900), qualifier="up_to")
    loan = qb2.commit("rhein", m(155), qualifier="approximate")
    guarantee = qb2.commit("maple", m(300), instrument="untied_loan_guarantee")
    qb2.cover(guarantee, loan, money=m(155))
    qb2.commit("hanok")
    qb2.commit("corner")
    stack = of(qb2)
    base = stack.block(FIRM)
    assert sources(base) == {
        ("senior", "senior_loan", "USD"): ("USD 1,055,000,000.00", 2, 0),
        ("senior", "senior_loan", ""): ("", 2, 2),
    }
    assert base.total == base.signed == m(1055)
    assert stack.block(FIRM, "cover").total == m(300)
    assert base.parts.covered == {"political": m(155), "commercial": m(155)}
    assert base.parts.direct == m(900)
    for gap in (stack.to_firm, stack.to_signed):
        assert (gap.short, gap.bound, gap.low, gap.high) == (m(1445), "between", m(0), m(2345))
    assert str(stack.to_firm) == (
        "at most USD 2,345,000,000.00 (2 of unknown amount; 1 of about an amount; USD 1,445,000,000.00 if what is"
        " 'up to' USD 900,000,000.00 comes in full)"
    )


def test_standby_overrun_sponsor_and_bridge_stand_apart_in_two_currencies(cast: Cast) -> None:
    """As Nolans: base 855 sought. Firm base 125 + 300 (up to) = 425; AUD 200 at 1.25 / 2.00 = USD 125 of it more.

    Short 855 - 550 = 305, at least, since 300 are 'up to'. Signed: the AUD alone, 855 - 125 = 730. Standby 200,
    overrun 80, bridge 50 and a loan to the sponsor of 40 close nothing.
    """
    load_rates()
    nolans = Package(cast, "rare-earths", target=m(855))
    base = nolans.tranche("Base senior", amount=m(700))
    standby = nolans.tranche("Standby", amount=m(200), purpose="standby", seniority="subordinated")
    overrun = nolans.tranche("Overrun", amount=m(80), purpose="cost_overrun")
    bridge = nolans.tranche("Bridge", purpose="bridge")
    nolans.commit("austral", m(125), stage="approved", tranche=base)
    nolans.commit("maple", m(300), stage="approved", qualifier="up_to", tranche=base)
    aud = nolans.commit("fjord", m(200, "AUD"), instrument="equity")
    nolans.commit("austral", m(200), instrument="subordinated_loan", tranche=standby)
    nolans.commit("maple", m(80), tranche=overrun)
    nolans.commit("corner", m(50), tranche=bridge)
    nolans.commit("sakura", m(40), borrower_level="sponsor")
    nolans.commit("rhein", m(75), stage="conditional_approval", tranche=base)
    nolans.commit("hanok", m(90), stage="letter_of_interest", qualifier="up_to")
    stack = of(nolans)
    assert sources(stack.block(FIRM)) == {
        ("senior", "senior_loan", "USD"): ("USD 425,000,000.00", 2, 0),
        ("equity", "equity", "AUD"): ("AUD 200,000,000.00", 1, 0),
    }
    assert stack.block(FIRM).total == m(550)
    assert stack.block(CONDITIONAL).total == m(75)
    assert stack.block(INDICATIVE).total == m(90)
    assert [(b.purpose, b.total) for b in stack.blocks if b.cls is FIRM] == [
        ("base", m(550)), ("cost_overrun", m(80)), ("standby", m(200)), ("bridge", m(50)), ("sponsor", m(40)),
    ]  # fmt: skip
    assert (stack.to_firm.short, stack.to_firm.bound, stack.to_firm.high) == (m(305), "at_least", m(605))
    assert (stack.to_signed.short, stack.to_signed.bound) == (m(730), "exact")
    (rate,) = stack.rates
    assert (rate.source, rate.target, rate.rate, rate.on.isoformat()) == ("AUD", "USD", Decimal("0.625"), "2025-10-31")
    (opened,) = [row for f in stack.block(FIRM).figures for row in f.opens if row.members[0].commitment == aud.pk]
    assert (opened.money, opened.converted, opened.rate) == (m(200, "AUD"), m(125), rate)
    with acting_as(None):
        of_base, of_standby = tranche_stack(base), tranche_stack(standby)
    # The tranche seeks 700, and has 425 of 'up to' and exact money; the shareholder's AUD stand in no tranche.
    assert (of_base.to_firm.short, of_base.to_firm.bound) == (m(275), "at_least")
    assert (of_standby.target, of_standby.to_firm.short, of_standby.to_signed.short) == (m(200), m(0), m(0))


def test_joint_amounts_count_once_and_in_another_reporting_currency(cast: Cast) -> None:
    """As Matawinie: USD 335 of two lenders together; CAD 60 of equity. In CAD at 1.50 / 1.25 = 1.2: 402 + 60 = 462."""
    load_rates()
    graphite = Package(cast, "graphite", target=m(500))
    joint = graphite.joint(m(335))
    for bank in ("maple", "corner"):
        graphite.commit(bank, joint)
    graphite.commit("fjord", m(60, "CAD"), instrument="equity")
    stack = of(graphite)
    # CAD 60 at 1.25 / 1.50 are exactly USD 50.
    assert stack.block(FIRM).total == m(385)
    assert (stack.to_firm.short, stack.to_firm.bound) == (m(115), "exact")
    (row,) = [row for figure in stack.block(FIRM).figures for row in figure.opens if row.joint]
    assert ({member.name for member in row.members}, row.money) == ({"Maple", "Corner"}, m(335))
    in_cad = of(graphite, currency="CAD")
    assert in_cad.target == m(600, "CAD")
    assert in_cad.block(FIRM).total == m(462, "CAD")
    assert in_cad.to_firm.short == m(138, "CAD")


def test_the_example_of_the_reference(cast: Cast) -> None:
    """docs/reference/stack.md, line by line."""
    load_rates()
    deal = Package(cast, "example", target=m(855))
    standby = deal.tranche("Standby", purpose="standby")
    deal.commit("austral", m(125), stage="approved")
    deal.commit("maple", m(300), stage="approved", qualifier="up_to")
    deal.commit("fjord", m(200, "AUD"), instrument="equity")
    corner = deal.commit("corner", m(100))
    deal.cover(deal.commit("rhein", m(90), instrument="guarantee"), corner, political="90", commercial="90")
    deal.participate(deal.commit("sakura", m(30)), corner, "b_loan")
    deal.commit("austral", m(200), stage="approved", tranche=standby)
    deal.commit("hanok", m(90), stage="letter_of_interest")
    for stack in (of(deal), of(deal, on=FRIDAY + timedelta(days=2))):
        assert {rate.on for rate in stack.rates} == {FRIDAY}
        assert stack.block(FIRM).total == m(650)
        assert (stack.to_firm.said, stack.to_firm.high) == ("at least USD 205,000,000.00", m(505))
        assert (stack.to_signed.short, stack.to_signed.bound) == (m(630), "exact")
        assert stack.block(FIRM, "cover").total == m(90)
        parts = stack.block(FIRM).parts
        assert (parts.covered["political"], parts.uncovered["commercial"], parts.direct) == (m(90), m(10), m(550))


def test_insured_loans_and_reinsurance(cast: Cast) -> None:
    """A lender's 200 insured 95 % politically and 90 % commercially, half of it reinsured; its own 100 without cover.

    Covered politically 190 and commercially 180; uncovered 10 and 20; direct 100. Cover 190, reinsured 95 beside it.
    """
    deal = Package(cast, "insured", target=m(400))
    insured = deal.commit("corner", m(200))
    deal.commit("hanok", m(100))
    policy = deal.commit("rhein", m(190), instrument="comprehensive_insurance")
    deal.cover(policy, insured, political="95", commercial="90")
    again = deal.commit("sakura", m(95), instrument="comprehensive_insurance")
    deal.cover(again, policy, political="50", commercial="50")
    stack = of(deal)
    parts = stack.block(FIRM).parts
    assert parts.covered == {"political": m(190), "commercial": m(180)}
    assert parts.uncovered == {"political": m(10), "commercial": m(20)}
    assert parts.direct == m(100)
    assert stack.block(FIRM, "cover").total == m(190)
    assert stack.block(FIRM, "reinsurance").total == m(95)
    assert stack.to_firm.short == m(100)
    assert stack.over_covered == ()


def test_a_project_adds_its_deals_and_a_deal_that_was_taken_over_once(cast: Cast) -> None:
    """First: USD 100 signed of 120. Second: AUD 80 (USD 50) approved of AUD 160 (USD 100). A cancelled one is no more.

    Whoever sees the registered deal that took the first one over, with a target of 150, counts that in its place.
    """
    load_rates()
    mine = site(cast)
    first = Package(cast, "first", target=m(120), project=mine)
    first.commit("corner", m(100))
    Package(cast, "second", target=m(160, "AUD"), project=mine).commit("austral", m(80, "AUD"), stage="approved")
    Package(cast, "gone", target=m(900), project=mine, status="cancelled").commit("hanok", m(900))
    with acting_as(cast.ada):
        register_deal(
            by=cast.ada, network=cast.network, slug="over", name="Over", project=mine, target=m(150),
            takes_over=first.deal,
        )  # fmt: skip
        hers = project_stack(mine)
    with acting_as(cast.rolf):
        his, in_aud = project_stack(mine), project_stack(mine, currency="AUD")
    assert (his.target, his.currency) == (m(220), "USD")
    assert (his.to_firm.short, his.to_signed.short) == (m(70), m(120))
    assert (hers.target, hers.to_firm.short, hers.to_signed.short) == (m(250), m(100), m(150))
    assert (in_aud.target, in_aud.to_firm.short) == (m(352, "AUD"), m(112, "AUD"))
    Package(cast, "no-target", project=mine)
    with acting_as(cast.rolf):
        assert str(project_stack(mine).to_firm) == "unknown: not every deal has a target"


@pytest.mark.parametrize(
    ("currency", "money", "converted"),
    [
        # 10 million / 1600 * 160
        ("JPY", m(10, "KRW"), Money.of("1000000", "JPY")),
        # USD 0.01 is JPY 1.28
        ("JPY", Money.of("0.01", "USD"), Money.of("1", "JPY")),
        # AUD 0.02 are USD 0.0125, and 0.04 are 0.025: halves go away from zero
        ("USD", Money.of("0.02", "AUD"), Money.of("0.01", "USD")),
        ("USD", Money.of("0.04", "AUD"), Money.of("0.03", "USD")),
        ("EUR", Money.of("999999999999999.99", "USD"), Money.of("799999999999999.99", "EUR")),
    ],
)
def test_a_converted_figure_is_rounded_to_its_own_minor_units_and_the_original_stays(
    cast: Cast, currency: str, money: Money, converted: Money
) -> None:
    load_rates()
    deal = Package(cast, "one")
    deal.commit("corner", money)
    (figure,) = of(deal, currency=currency).figures
    assert (figure.money, figure.converted) == (money, converted)
