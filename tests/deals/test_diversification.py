"""What the network's firm money changes in the world's output: by hand, on a page, over REST and on paper."""

from datetime import date
from decimal import Decimal

import pytest

from deals.models import ChainStage, DevelopmentStage, FactCode, Project, ProjectMineral
from deals.selectors.concentration import Output, concentration
from deals.selectors.network_picture import financed_projects
from deals.services.facts import FactDraft, state_fact
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.languages import Language
from tests.api import system_of
from tests.cast import Cast
from tests.packages import Package, m, site
from tests.project_acts import decide, mineral
from tests.web import Web, reads

pytestmark = pytest.mark.usefixtures("second_factor_is_free")


def financed(cast: Cast, name: str, slug: str, *, stage: str = "construction", country: str = "MZ") -> Project:
    """A published project of an extraction with USD 400m of firm money."""
    found = site(cast)
    Package(cast, name, project=found).commit("rhein", m(400))
    with acting_as(System("test", cast.bank("desk").pk)):
        Project.objects.filter(pk=found.pk).update(
            chain_stages=[ChainStage.EXTRACTION], development_stage=stage, country=country
        )
        ProjectMineral.objects.get_or_create(
            owner=cast.bank("desk"), network=cast.network, project=found, mineral=mineral(cast, slug),
            defaults={"origin": "published", "level": "public"},
        )  # fmt: skip
        found.refresh_from_db()
    return found


def plans(
    cast: Cast, about: Project, slug: str, tonnes: int, form: str, level: Level = Level.NETWORK, month: int = 1
) -> None:
    draft = FactDraft(
        FactCode.PLANNED_OUTPUT, date(2026, month, 1), number=Decimal(tonnes), unit="t_per_year", form=form,
        mineral=mineral(cast, slug),
    )  # fmt: skip
    with acting_as(cast.marc):
        state_fact(by=cast.marc, project=about, draft=draft, level=level)
    if level is not Level.OWN:
        decide(cast, "marc")


def outputs(cast: Cast, who: str = "ada") -> dict[tuple[str, str], Output]:
    with acting_as(cast.people[who]):
        return {(each.mineral, each.stage): each for each in concentration(financed_projects())}


def test_planned_lithium_is_compared_as_lithium(cast: Cast) -> None:
    plans(cast, financed(cast, "one", "lithium"), "lithium", 100_000, "lithium_carbonate")
    (found,) = outputs(cast)["lithium", "extraction"].changes
    # 18,785 t of lithium on 240,000 t, of which Australia has 88,000 t.
    assert found.planned["MZ"].quantize(Decimal(1)) == Decimal(18785)
    assert (found.top, found.top_before.quantize(Decimal("0.1"))) == ("AU", Decimal("36.7"))
    assert found.top_after.quantize(Decimal("0.1")) == Decimal("34.0")
    assert found.change.high < 0


def test_what_is_not_known_or_not_convertible_is_counted_and_never_as_nothing(cast: Cast) -> None:
    untold = financed(cast, "one", "lithium")
    assert (outputs(cast)["lithium", "extraction"].counted, outputs(cast)["lithium", "extraction"].unknown) == (0, 1)
    # A hydroxide that may hold water is not taken for one.
    plans(cast, untold, "lithium", 100_000, "")
    assert outputs(cast)["lithium", "extraction"].unknown == 1


def test_a_mineral_without_a_baseline_is_unknown(cast: Cast) -> None:
    plans(cast, financed(cast, "one", "scandium"), "scandium", 100, "contained")
    found = outputs(cast)["scandium", "extraction"]
    assert (found.changes, found.unknown) == ([], 1)


def test_what_operates_is_in_the_worlds_output_already(cast: Cast) -> None:
    plans(cast, financed(cast, "one", "lithium", stage=DevelopmentStage.OPERATING), "lithium", 100, "contained")
    found = outputs(cast)["lithium", "extraction"]
    assert (found.there, found.counted, found.changes[0].added) == (1, 0, Decimal(0))


def test_every_member_reads_the_same_whatever_else_it_knows(cast: Cast) -> None:
    mine = financed(cast, "one", "lithium")
    plans(cast, mine, "lithium", 1_000, "contained")
    before = {bank: system_of(bank).get("network-picture/diversification").raw for bank in ("maple", "rhein", "hanok")}
    plans(cast, mine, "lithium", 90_000, "contained", level=Level.OWN, month=2)
    after = {bank: system_of(bank).get("network-picture/diversification").raw for bank in before}
    assert after == before
    assert len(set(after.values())) == 1


def test_the_page_and_the_api_tell_it(cast: Cast) -> None:
    plans(cast, financed(cast, "one", "lithium"), "lithium", 100_000, "lithium_carbonate")
    page = Web(cast.ada).get("network_picture")
    for said in ("18,785 t 7.8 % Australia: 36.7 % to 34 %", "less concentrated", "Li, 2024, estimated"):
        assert said in page.seen, said
    (line,) = system_of("maple").get("network-picture/diversification").body["results"]
    (change,) = line["changes"]
    assert (line["mineral"], line["counted"], change["baseline"]["tonnes"]) == ("lithium", 1, "240000")
    assert change["top_producer"] == {"country": "AU", "before": "36.6667", "after": "34.005"}


@pytest.mark.parametrize("language", list(Language))
def test_ministers_get_one_page_in_their_language(cast: Cast, language: Language) -> None:
    plans(cast, financed(cast, "one", "lithium"), "lithium", 100_000, "lithium_carbonate")
    page = reads(cast, "ada", language).get("network_briefing")
    assert (page.status, page.raw[:5]) == (200, b"%PDF-")
    assert page.raw.count(b"/Type /Page\n") == 1
    assert len(page.raw) < 200_000


def test_a_briefing_of_nothing_says_so(cast: Cast) -> None:
    assert Web(cast.ada).get("network_briefing").raw.count(b"/Type /Page\n") == 1
