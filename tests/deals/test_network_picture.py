"""The network's picture: by hand, alike for all, and of nothing that is told less far."""

from decimal import Decimal

import pytest

from deals.lifecycle import Class
from deals.models import Deal, DealStatus
from deals.money import Money
from deals.selectors.network_picture import Picture, network_picture
from deals.services.deals import ask_to_open, register_deal
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.api import system_of
from tests.cast import Cast
from tests.packages import Package, m
from tests.project_acts import decide, mineral, project
from tests.web import Web

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def open_deal(cast: Cast, slug: str, target: str, *minerals: str) -> Deal:
    """Austral's, told to the network, of a project in Mozambique."""
    about = project(
        cast, slug.title(), by="ada", level=Level.NETWORK, minerals=tuple(mineral(cast, m) for m in minerals)
    )
    with acting_as(cast.ada):
        deal = register_deal(
            by=cast.ada, network=cast.network, slug=slug, name=slug.title(), code_name=slug, project=about,
            target=Money.of(target, "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        ask_to_open(by=cast.ada, deal=deal, level=Level.NETWORK)
    decide(cast, "ada")
    return deal


def seen(cast: Cast, who: str) -> Picture:
    with acting_as(cast.people[who]):
        return network_picture()


def amounts(picture: Picture, cls: Class = Class.INDICATIVE) -> dict[str, Decimal]:
    return {line.key: line.sums.money[cls].amount for line in picture.minerals}


def test_a_deal_counts_under_each_of_its_minerals_and_once_in_all(cast: Cast) -> None:
    deal = open_deal(cast, "one", "100000000", "graphite", "nickel")
    letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000")
    picture = seen(cast, "ada")
    assert amounts(picture) == {"graphite": 30000000, "nickel": 30000000}
    assert picture.whole.money[Class.INDICATIVE].amount == 30000000
    assert (picture.whole.gap, picture.whole.gap_unknown) == (Decimal(100000000), 0)
    assert [line.key for line in picture.countries] == ["MZ"]


def test_classes_are_not_added_and_a_hidden_size_is_unknown(cast: Cast) -> None:
    deal = open_deal(cast, "one", "100000000", "graphite")
    letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000", size_level=Level.OWN)
    indicative = seen(cast, "ada").whole.money[Class.INDICATIVE]
    assert (indicative.amount, indicative.counted, indicative.unknown) == (Decimal(0), 1, 1)


def test_every_member_reads_the_same_whatever_else_it_sees(cast: Cast) -> None:
    deal = open_deal(cast, "one", "100000000", "graphite")
    letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000")
    before = {who: system_of(who).get("network-picture").raw for who in ("austral", "maple", "rhein", "hanok")}
    # Of its own and of parties, in deals and projects that it sees.
    letter(cast, Level.PARTIES, by="ada", approver="abe", deal=deal, money="70000000")
    letter(cast, Level.OWN, by="ada", approver="abe", deal=deal, money="10000000")
    project(cast, "Kept", by="ada", minerals=(mineral(cast, "tin"),))
    after = {who: system_of(who).get("network-picture").raw for who in before}
    assert after == before
    assert len(set(after.values())) == 1


def test_the_page_tells_it_and_asks_no_question_in_a_loop(cast: Cast) -> None:
    web, counted = Web(cast.ada), []
    for number, minerals in enumerate((("graphite",), ("nickel", "tin"), ("cobalt",))):
        deal = open_deal(cast, f"deal-{number}", "100000000", *minerals)
        letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000")
        page = web.get("network_picture")
        counted.append(page.queries)
    assert "Graphite" in page.seen
    # Of three deals, in millions.
    assert "Graphite 1 – – 30" in page.seen
    assert counted[1] == counted[2] <= 20


def published(cast: Cast, target: str, *, of: str = "rhein") -> Deal:
    """Compiled from a source: USD 400m firm of the base, by `of`."""
    news = Package(cast, "news", target=Money.of(target, "USD"), status="in_market")
    news.commit(of, m(400))
    return news.deal


def takes_over(cast: Cast, by: str, deal: Deal, target: str, level: Level = Level.NETWORK) -> Deal:
    person = cast.people[by]
    with acting_as(person):
        made = register_deal(
            by=person, network=cast.network, slug=f"{by}-over", name=f"{by} over", code_name=by, takes_over=deal,
            target=Money.of(target, "USD"), status=DealStatus.IN_MARKET,
        )  # fmt: skip
        if level is not Level.OWN:
            ask_to_open(by=person, deal=made, level=level)
    if level is not Level.OWN:
        decide(cast, by)
    return made


def test_a_published_deal_counts_once_and_nobody_without_a_part_takes_it_away(cast: Cast) -> None:
    news = published(cast, "1000000000")
    for by in ("ada", "marc"):
        takes_over(cast, by, news, "1000000")
    whole = seen(cast, "sora").whole
    assert whole.money[Class.FIRM].amount == 400000000
    # What is published lacks 600m, and each of the two 1m.
    assert whole.gap == 602000000
    takes_over(cast, "rolf", news, "500000000")
    whole = seen(cast, "sora").whole
    assert (whole.money[Class.FIRM].amount, whole.gap) == (Decimal(400000000), Decimal(102000000))


def test_what_a_member_takes_over_for_itself_changes_not_even_its_own_picture(cast: Cast) -> None:
    news = published(cast, "1000000000")
    before = system_of("rhein").get("network-picture").raw
    takes_over(cast, "rolf", news, "1000000", Level.OWN)
    assert system_of("rhein").get("network-picture").raw == before == system_of("austral").get("network-picture").raw
