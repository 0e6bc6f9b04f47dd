"""The desk, the pipeline, the stack and the projects' pages in each person's language."""

from datetime import date

import pytest

from institutions.isolation.levels import Level
from institutions.languages import Language
from tests.acts import letter
from tests.cast import Cast
from tests.packages import Package, load_rates, m, site
from tests.project_acts import curated, stage
from tests.web import Web, reads

pytestmark = pytest.mark.usefixtures("second_factor_is_free")

OTHERS = [Language.FR, Language.JA, Language.KO]
DAYS = {Language.FR: "31 octobre 2025", Language.JA: "2025年10月31日", Language.KO: "2025년 10월 31일"}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            Language.FR,
            ("Opérations de votre institution", "Échéances proches", "sur le marché, enregistrée par Austral"),
        ),
        (Language.JA, ("貴機関の案件", "期限が近い事項", "参加募集中、登録機関：Austral")),
        (Language.KO, ("소속 기관의 거래", "만료 예정", "참여기관 모집 중, 등록 기관: Austral")),
    ],
)
def test_the_desk_says_what_waits_in_it(cast: Cast, language: Language, says: tuple[str, ...]) -> None:
    page = reads(cast, "rolf", language).get("index")
    for said in says:
        assert said in page.seen
    for english in ("Waiting for you", "Running out", "Your institution", "registrar", "In the last seven days"):
        assert english not in page.seen
    # Who chose nothing reads what was read before.
    assert "in market, registrar Austral" in Web(cast.ada).get("index").seen


@pytest.mark.parametrize(
    ("language", "gap", "target"),
    [
        (Language.FR, "écart par rapport au ferme USD 500,000,000", "objectif USD 500 M"),
        (Language.JA, "確定額に対する不足額 USD 500,000,000", "目標額 USD 500百万"),
        (Language.KO, "확정 기준 부족액 USD 500,000,000", "목표 금액 USD 500백만"),
    ],
)
def test_the_pipeline_keeps_its_figures_and_says_the_rest_in_it(
    cast: Cast, language: Language, gap: str, target: str
) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="120000000")
    web = reads(cast, "rolf", language)
    seen = web.get("pipeline").seen
    assert gap in seen
    assert target in seen
    for english in ("Gap to firm", "Saved views", "still open", "of any class"):
        assert english not in seen
    assert "USD 120,000,000" in web.get("pipeline", **{"as": "table"}).seen


@pytest.mark.parametrize("language", OTHERS)
def test_a_stack_dates_its_rates_as_its_reader_does(cast: Cast, language: Language) -> None:
    made = Package(cast, "mixed", target=m(500), project=site(cast))
    made.commit("maple", m(200, "AUD"), stage="approved")
    load_rates()
    page = reads(cast, "rolf", language).get("deals_deal_change", made.deal.pk)
    assert DAYS[language] in page.seen
    assert "31 Oct 2025" not in page.seen
    for english in ("Gap to signed", "Capital stack</h2>", "beside the money", "Converted at"):
        assert english not in page.text
    assert "AUD 1 = USD 0.625 on 31 Oct 2025 (ECB)" in Web(cast.ada).get("deals_deal_change", made.deal.pk).seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "stade de développement affichée construction 1 avril 2026"),
        (Language.JA, "開発段階 表示中 建設 2026年4月1日"),
        (Language.KO, "개발 단계 표시됨 건설 2026년 4월 1일"),
    ],
)
def test_a_projects_facts_are_told_in_it(cast: Cast, language: Language, says: str) -> None:
    about = curated(cast)
    stage(cast, about, "construction", date(2026, 4, 1), by="rolf", level=Level.NETWORK)
    web = reads(cast, "marc", language)
    assert says in web.get("deals_project_change", about.pk).seen
    form = web.get("deals_project_fact", about.pk)
    for english in ("What is stated", "development stage", "As of", "Who is told"):
        assert english not in form.seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "Indiquez deux lettres, par exemple AU."),
        (Language.JA, "2文字で入力してください"),
        (Language.KO, "두 글자로 입력하십시오"),
    ],
)
def test_a_mistake_is_named_at_its_field_in_it(cast: Cast, language: Language, says: str) -> None:
    web = reads(cast, "marc", language)
    page = web.post("deals_project_register", name="Balama North", country="1", level="own")
    assert page.status == 422
    assert says in page.seen
