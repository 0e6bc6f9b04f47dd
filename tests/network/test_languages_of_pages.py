"""The deal room, imports, webhooks, lists and one's account in each person's language."""

import pytest

from deals.services.reports import commission_report
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Staff
from network.services.importing import start
from network.services.webhooks import make_endpoint
from tests.cast import Cast
from tests.room import approve, consent, document
from tests.web import Web, reads

pytestmark = pytest.mark.usefixtures("second_factor_is_free")

OTHERS = [Language.FR, Language.JA, Language.KO]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            Language.FR,
            ("Déposer un document", "Questions et réponses", "due diligence", "au plus « parties »"),
        ),
        (Language.JA, ("文書を追加する", "質問と回答", "デューデリジェンス報告書", "上限「当事者」")),
        (Language.KO, ("문서 등록", "질문과 답변", "실사보고서", "상한 ‘당사자’")),
    ],
)
def test_a_deal_room_is_read_in_it(cast: Cast, language: Language, says: tuple[str, ...]) -> None:
    approve(cast, document(cast, Level.PARTIES, by="ada"), by="ada")
    document(cast, Level.LEAD, by="rolf", consent=consent(cast))
    page = reads(cast, "rolf", language).get("deals_deal_room", cast.deal.pk)
    for said in says:
        assert said in page.seen
    for english in ("Put in a document", "Told to", "Due-diligence", "taken back", "No report", "None is declared"):
        assert english not in page.text
    # Who chose nothing reads what was read before.
    assert "No report that you may see." in Web(cast.ada).get("deals_deal_room", cast.deal.pk).seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "Demandez si vous pouvez vous y appuyer"),
        (Language.JA, "2本目の費用を負担する前に"),
        (Language.KO, "두 번째 보고서에 비용을 들이기 전에"),
    ],
)
def test_a_second_report_is_warned_of_in_it(cast: Cast, language: Language, says: str) -> None:
    with acting_as(cast.ada):
        report = commission_report(by=cast.ada, deal=cast.deal, workstream="legal", level=Level.PARTIES)
    approve(cast, report, by="ada")
    web = reads(cast, "rolf", language)
    page = web.post("deals_room_report", cast.deal.pk, workstream="legal", level="lead")
    assert page.status == 422
    assert says in page.seen
    assert "commissioned a" not in page.seen


@pytest.mark.parametrize(
    ("language", "asks", "reads_it"),
    [
        (Language.FR, "Quelle devise est « $ » dans « amount » ?", "en attente d’une réponse : 1"),
        (Language.JA, "「amount」の「$」はどの通貨ですか。", "回答待ち：1"),
        (Language.KO, "‘amount’ 열의 ‘$’: 어느 통화입니까?", "답변 대기 1건"),
    ],
)
def test_what_a_file_leaves_open_is_asked_in_it(cast: Cast, language: Language, asks: str, reads_it: str) -> None:
    web = reads(cast, "rolf", language)
    lines = "deal,instrument,stage,amount\nwattle,Loan,EoI,$6m\n"
    with acting_as(cast.rolf):
        source = start(by=cast.rolf, kind="commitments", name="a.csv", content=lines.encode())
    page = web.get("import", source.pk)
    assert asks in page.seen
    assert reads_it in page.seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "Envoyer un test"),
        (Language.JA, "テストを送信する"),
        (Language.KO, "테스트 보내기"),
    ],
)
def test_a_webhook_is_kept_in_it_and_refused_in_it(cast: Cast, language: Language, says: str) -> None:
    Staff.objects.filter(pk=cast.dami.pk).update(role="institution_admin")
    cast.dami.refresh_from_db()
    web = reads(cast, "dami", language)
    with acting_as(cast.dami):
        made = make_endpoint(by=cast.dami, url="https://93.184.215.14/hook").endpoint
    assert says in web.get("webhook", made.pk).seen
    page = web.post("webhook_new", url="ftp://93.184.215.14/")
    assert page.status == 422
    assert "This is no address" not in page.seen
    assert "public internet" not in page.seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, ("Institutions", "Par nature", "Agence de crédit à l’exportation", "Pays")),
        (Language.JA, ("機関", "種別で絞り込み", "輸出信用機関", "国")),
        (Language.KO, ("기관", "종류 기준", "수출신용기관", "국가")),
    ],
)
def test_a_list_its_filters_and_its_headings_speak_it(cast: Cast, language: Language, says: tuple[str, ...]) -> None:
    web = reads(cast, "rolf", language)
    page = web.get("institutions_institution_changelist")
    for said in says:
        assert said in page.seen
    empty = web.get("institutions_institution_changelist", q="nothing is called so")
    assert "Nothing here fits" not in empty.seen
    assert "institutions" not in empty.seen or language is Language.FR


@pytest.mark.parametrize(
    ("language", "says"),
    [(Language.FR, "Mot de passe"), (Language.JA, "パスワード"), (Language.KO, "비밀번호")],
)
def test_ones_own_account_is_kept_in_it(cast: Cast, language: Language, says: str) -> None:
    web = reads(cast, "rolf", language)
    page = web.get("/accounts/2fa/")
    assert says in page.seen
    assert "Back to the desk" not in page.seen
    # Before somebody is known, and for who is missing: a page that is there for nobody is in the reader's own.
    assert "Log in" in Web().get("/accounts/login/").seen
    assert "There is no such page" not in web.get("/admin/nowhere/").seen
