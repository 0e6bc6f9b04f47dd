"""The stacks of the four packages of the demo, worked out by hand, as those at the table and those outside see them.

Rates of the ECB of 3 December 2025, the day on which Lionheart's loans were signed: one euro is USD 1.1668, AUD 1.77.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from pytest_django import DjangoDbBlocker

from deals import ecb
from deals.demo import keliber, lionheart, nolans, quebrada_blanca, sums
from deals.lifecycle import Class
from deals.models import Deal, Loaded
from deals.selectors.stack import Stack, deal_stack
from deals.services.rates import publish_rates
from institutions.isolation.session import acting_as
from tests.demo import Demo, loaded

pytestmark = pytest.mark.slow

ON = date(2025, 12, 3)
FIRM, CONDITIONAL, INDICATIVE = Class.FIRM, Class.CONDITIONAL, Class.INDICATIVE


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    with loaded(django_db_blocker) as network:
        publish_rates([rate for rate in ecb.history() if rate.on == ON], how=Loaded.HISTORY)
        yield network


def seen_by(demo: Demo, account: str, slug: str, *, currency: str | None = None) -> Stack:
    """What a person sees of the registered deal, or nobody in particular of the published one."""
    with acting_as(demo.person(account) if account else None):
        return deal_stack(Deal.objects.get(slug=slug), currency=currency, on=ON)


def blocks(stack: Stack) -> dict[str, tuple[str, int]]:
    """'money base firm': the total in the reporting currency, and how many amounts are unknown."""
    return {f"{b.side} {b.purpose} {b.cls}".replace("  ", " "): (str(b.total), b.all.unknown) for b in stack.blocks}


def parts(stack: Stack) -> tuple[str, str, str, str, str]:
    """Of the firm base: covered against political and commercial risk, uncovered against each, and without cover."""
    base = stack.block(FIRM).parts
    found = (*base.covered.values(), *base.uncovered.values(), base.direct)
    return tuple(f"{money.amount:,.2f}" for money in found)  # type: ignore[return-value]


def test_the_rates_are_the_ecbs(demo: Demo) -> None:
    rates = {rate.source: (rate.source_leg, rate.target_leg, rate.on) for rate in _lionheart(demo, "officer@eib").rates}
    assert rates == {"AUD": (Decimal("1.77"), Decimal(1), ON), "USD": (Decimal("1.1668"), Decimal(1), ON)}


# Nolans, in USD: 855 sought.


@pytest.mark.parametrize(
    ("account", "indicative", "standby"),
    [
        # The lead: KfW IPEX 75 + EXIM up to 300 + CBA 95 + ING 85 = 555; EFA's standby of 200.
        ("officer@efa", "USD 555,000,000.00", ("USD 200,000,000.00", 0)),
        # A party sees of these what parties are told, and its own: EXIM up to 300 + CBA 95 = 395.
        ("officer@cba", "USD 395,000,000.00", None),
    ],
)
def test_nolans_at_the_table(demo: Demo, account: str, indicative: str, standby: tuple[str, int] | None) -> None:
    """Firm: EFA 125 + EDC up to 300 = 425. Short at least 855 - 425 = 430; nothing is signed, so 855.

    Conditional, as published: EFA's second 'up to' AUD 115 m x 1.1668 / 1.77 = 75,809,039.548; NAIF's AUD 150 m x
    1.1668 / 1.77 = 98,881,355.932; KEXIM 150: 324,690,395.48 in all. KfW IPEX, CBA and ING: amounts unknown.
    Cover: KEXIM 60 in due diligence, UFK's published one of unknown amount. Neither names a loan: all firm is direct.
    """
    stack = seen_by(demo, account, nolans.SLUG)
    expected = {
        "money base firm": ("USD 425,000,000.00", 0),
        "money base conditional": ("USD 324,690,395.48", 3),
        "money base indicative": (indicative, 0),
        "cover conditional": ("USD 0.00", 1),
        "cover indicative": ("USD 60,000,000.00", 0),
    }
    if standby:
        expected["money standby indicative"] = standby
    assert blocks(stack) == expected
    assert str(stack.to_firm) == "at least USD 430,000,000.00 ('up to' USD 300,000,000.00 counted in full)"
    assert stack.to_firm.high == sums.usd(730)
    assert str(stack.to_signed) == "USD 855,000,000.00"
    assert parts(stack) == ("0.00", "0.00", "0.00", "0.00", "425,000,000.00")


@pytest.mark.parametrize(("account", "slug"), [("officer@jbic", nolans.SLUG), ("", nolans.PUBLISHED)])
def test_nolans_from_outside(demo: Demo, account: str, slug: str) -> None:
    """A member outside knows of the deal and not of its letters: it counts, as the public does, what is published.

    EFA AUD 190 m = 125,249,717.514 and 'up to' AUD 115 m = 75,809,039.548, NAIF AUD 150 m = 98,881,355.932, EDC up to
    300, KEXIM 150: 749,940,112.99, all conditional. Firm nothing: 855 short.
    """
    stack = seen_by(demo, account, slug)
    assert blocks(stack) == {
        "money base conditional": ("USD 749,940,112.99", 3),
        "cover conditional": ("USD 0.00", 1),
    }
    assert (str(stack.to_firm), str(stack.to_signed)) == ("USD 855,000,000.00", "USD 855,000,000.00")


# Lionheart, in EUR: 1,185 of senior debt and 150 of equity sought, 1,335 together.


def _lionheart(demo: Demo, account: str) -> Stack:
    return seen_by(demo, account, lionheart.SLUG)


def test_lionheart_as_the_lead_sees_it(demo: Demo) -> None:
    """EIB 250 + EFA AUD 200 m / 1.77 = 112,994,350.282 + EDC (USD 80 - 10) m / 1.1668 = 59,993,143.641 + ING 110 + 15
    = 125 + EIFO 100, published + the fund's equity of 150 = 797,987,493.92; six banks' amounts are unknown.

    Short at most 1,335 - 797,987,493.92 = 537,012,506.08, all of it signed. Bpifrance's cover of 120 protects ING's 125
    politically to 95 % = 118.75 and commercially to 90 % = 112.5; SACE's amount is unknown. Direct: the sum - 125.
    """
    stack = _lionheart(demo, "officer@eib")
    assert blocks(stack) == {
        "money base firm": ("EUR 797,987,493.92", 6),
        "money cost_overrun firm": ("EUR 50,000,000.00", 0),
        "money cost_overrun conditional": ("EUR 40,000,000.00", 0),
        "cover firm": ("EUR 120,000,000.00", 1),
    }
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 537,012,506.08 (6 of unknown amount)"
    assert parts(stack) == ("118,750,000.00", "112,500,000.00", "6,250,000.00", "12,500,000.00", "672,987,493.92")
    stated = {(f.seniority, f.currency): (str(f.money), str(f.converted)) for f in stack.block(FIRM).figures if f.money}
    assert stated == {
        # 250 + 125 + 100
        ("senior", "EUR"): ("EUR 475,000,000.00", "EUR 475,000,000.00"),
        ("senior", "AUD"): ("AUD 200,000,000.00", "EUR 112,994,350.28"),
        ("senior", "USD"): ("USD 70,000,000.00", "EUR 59,993,143.64"),
        ("equity", "EUR"): ("EUR 150,000,000.00", "EUR 150,000,000.00"),
    }


def test_lionheart_as_a_party_sees_it(demo: Demo) -> None:
    """EFA tells parties that it signed and not how much: 797,987,493.92 - 112,994,350.28 = 684,993,143.64, and seven
    unknown; short at most 650,006,856.36. Its overrun loan is the lead's to know."""
    stack = _lionheart(demo, "officer@edc")
    assert blocks(stack) == {
        "money base firm": ("EUR 684,993,143.64", 7),
        "money cost_overrun firm": ("EUR 50,000,000.00", 0),
        "cover firm": ("EUR 120,000,000.00", 1),
    }
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 650,006,856.36 (7 of unknown amount)"
    assert parts(stack) == ("118,750,000.00", "112,500,000.00", "6,250,000.00", "12,500,000.00", "559,993,143.64")


def test_lionheart_as_a_member_outside_sees_it(demo: Demo) -> None:
    """EIB 250 and the fund's 150 are told to the network, EIFO's 100 is published: 500. Unknown, as published: EFA,
    EDC, ING and the six; two guarantees. Short at most 835."""
    stack = _lionheart(demo, "officer@jbic")
    assert blocks(stack) == {"money base firm": ("EUR 500,000,000.00", 9), "cover firm": ("EUR 0.00", 2)}
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 835,000,000.00 (9 of unknown amount)"
    assert parts(stack) == ("0.00", "0.00", "0.00", "0.00", "500,000,000.00")


def test_lionheart_as_the_public_sees_it(demo: Demo) -> None:
    """The published senior debt alone: 1,185 - EIB 250 - EIFO 100 = 835 at most."""
    stack = seen_by(demo, "", lionheart.PUBLISHED)
    assert blocks(stack) == {"money base firm": ("EUR 350,000,000.00", 9), "cover firm": ("EUR 0.00", 2)}
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 835,000,000.00 (9 of unknown amount)"


# Keliber, in EUR: 500 sought.


def test_keliber_as_the_lead_sees_it(demo: Demo) -> None:
    """EIB 150 + Natixis 150 + ING 100 = 400; five banks' and the Finnish fund's amounts are unknown: at most 100 short.

    Finnvera's 200 protect the covered tranche of 250 to 80 %: 200 of both risks, 50 uncovered, the EIB's 150 direct.
    Indicative: 60 that Natixis promises for two commitments together, once, + ING 30 = 90; overrun EIB 40.
    """
    stack = seen_by(demo, "officer@finnvera", keliber.SLUG)
    assert blocks(stack) == {
        "money base firm": ("EUR 400,000,000.00", 6),
        "money base indicative": ("EUR 90,000,000.00", 0),
        "money cost_overrun indicative": ("EUR 40,000,000.00", 0),
        "cover firm": ("EUR 200,000,000.00", 0),
    }
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 100,000,000.00 (6 of unknown amount)"
    assert parts(stack) == ("200,000,000.00", "200,000,000.00", "50,000,000.00", "50,000,000.00", "150,000,000.00")
    joint = [row for figure in stack.block(INDICATIVE).figures for row in figure.opens if row.joint]
    assert [(str(row.money), [member.name for member in row.members]) for row in joint] == [
        ("EUR 60,000,000.00", ["Natixis", "Natixis"])
    ]


def test_keliber_as_a_party_sees_it(demo: Demo) -> None:
    """Natixis tells its amount to the lead alone: EIB 150 + ING 100 = 250, seven unknown, at most 250 short. Of the
    cover's 80 % ING's 100 is known: 80 covered, 20 not. What Natixis and ING offer beside is not there."""
    stack = seen_by(demo, "officer@eib", keliber.SLUG)
    assert blocks(stack) == {
        "money base firm": ("EUR 250,000,000.00", 7),
        "money cost_overrun indicative": ("EUR 40,000,000.00", 0),
        "cover firm": ("EUR 200,000,000.00", 0),
    }
    assert str(stack.to_firm) == "at most EUR 250,000,000.00 (7 of unknown amount)"
    assert parts(stack) == ("80,000,000.00", "80,000,000.00", "20,000,000.00", "20,000,000.00", "150,000,000.00")


@pytest.mark.parametrize(("account", "slug"), [("officer@jbic", keliber.SLUG), ("", keliber.PUBLISHED)])
def test_keliber_from_outside(demo: Demo, account: str, slug: str) -> None:
    """EIB 150, told to the network as it is published; seven banks and the Finnish fund unknown: at most 350 short.
    The cover of 200 stands beside: that it protects any of this money is not known."""
    stack = seen_by(demo, account, slug)
    assert blocks(stack) == {
        "money base firm": ("EUR 150,000,000.00", 8),
        "cover firm": ("EUR 200,000,000.00", 0),
    }
    assert str(stack.to_firm) == str(stack.to_signed) == "at most EUR 350,000,000.00 (8 of unknown amount)"
    assert parts(stack) == ("0.00", "0.00", "0.00", "0.00", "150,000,000.00")


# Quebrada Blanca 2, in USD: 2,500 sought.


@pytest.mark.parametrize(("account", "standby"), [("officer@jbic", ("USD 100,000,000.00", 0)), ("officer@kexim", None)])
def test_quebrada_blanca_at_the_table(demo: Demo, account: str, standby: tuple[str, int] | None) -> None:
    """JBIC 900 + KfW IPEX 155 + ING 145 + EDC 150 - 20 + 45 = 175 + KEXIM 240, published = 1,615; five banks unknown:
    at most 885 short. EDC's standby of 100 is the lead's to know.

    Cover: UFK 300 + KEXIM 160, published, = 460. UFK's 300 include KfW IPEX-Bank's loan of 155, which counts once, and
    the rest of 145 ING's; KEXIM's names no loan. Covered 300, direct 1,315.
    """
    stack = seen_by(demo, account, quebrada_blanca.SLUG)
    expected = {"money base firm": ("USD 1,615,000,000.00", 5), "cover firm": ("USD 460,000,000.00", 0)}
    if standby:
        expected["money standby indicative"] = standby
    assert blocks(stack) == expected
    assert str(stack.to_firm) == str(stack.to_signed) == "at most USD 885,000,000.00 (5 of unknown amount)"
    assert parts(stack) == ("300,000,000.00", "300,000,000.00", "0.00", "0.00", "1,315,000,000.00")
    assert stack.over_covered == ()


def test_quebrada_blanca_in_euros(demo: Demo) -> None:
    """Each amount / 1.1668, to the cent: 900 = 771,340,418.24; 155 = 132,841,960.92; 145 = 124,271,511.83; 175 =
    149,982,859.10; 240 = 205,690,778.20; together 1,384,127,528.29. Of 2,500 = 2,142,612,272.88 short: 758,484,744.59.
    """
    stack = seen_by(demo, "officer@jbic", quebrada_blanca.SLUG, currency="EUR")
    assert (str(stack.target), str(stack.block(FIRM).total)) == ("EUR 2,142,612,272.88", "EUR 1,384,127,528.29")
    assert str(stack.to_firm) == "at most EUR 758,484,744.59 (5 of unknown amount)"


def test_quebrada_blanca_as_a_member_outside_sees_it(demo: Demo) -> None:
    """JBIC's 900 are told to the network; the rest as published: KEXIM 240 + KfW IPEX about 155 = 1,295 with it, seven
    unknown: at most 1,205 short. The published cover of 300 includes the 155; direct 1,140."""
    stack = seen_by(demo, "officer@eib", quebrada_blanca.SLUG)
    assert blocks(stack) == {
        "money base firm": ("USD 1,295,000,000.00", 7),
        "cover firm": ("USD 460,000,000.00", 0),
    }
    assert str(stack.to_firm) == "at most USD 1,205,000,000.00 (7 of unknown amount; 1 of about an amount)"
    assert parts(stack) == ("155,000,000.00", "155,000,000.00", "0.00", "0.00", "1,140,000,000.00")


def test_quebrada_blanca_as_the_public_sees_it(demo: Demo) -> None:
    """The same figures, but JBIC's is 'up to' 900: at most 1,205 + 900 = 2,105 short, if nothing of it comes."""
    stack = seen_by(demo, "", quebrada_blanca.PUBLISHED)
    assert blocks(stack) == {
        "money base firm": ("USD 1,295,000,000.00", 7),
        "cover firm": ("USD 460,000,000.00", 0),
    }
    assert (stack.to_firm.bound, stack.to_firm.short, stack.to_firm.high) == (
        "between", sums.usd(1205), sums.usd(2105),
    )  # fmt: skip
    assert stack.to_signed == stack.to_firm
