"""The deals' own pages in each person's language: what they show, what they refuse, and what they keep in English."""

from datetime import date

import pytest

from deals.allocation.words import PATTERNS as STEPS
from deals.models import Allocation, Commitment, Kind, RoleKind, Tranche
from deals.sentences.summaries import PATTERNS, summarised, summary_in_words
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language, speaking
from institutions.models import Approval
from tests.acts import condition, letter, move_money, moved, signed
from tests.cast import Cast
from tests.web import Web, reads

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

EACH = [Language.FR, Language.JA, Language.KO]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, ("Conditions suspensives", "avec effet", "Ce que chaque stade exige", "31 décembre 2031")),
        (Language.JA, ("先行条件", "効力発生日", "各段階の要件", "2031年12月31日")),
        (Language.KO, ("선행조건", "효력 발생일", "단계별 요건", "2031년 12월 31일")),
    ],
)
def test_a_commitment_is_read_in_it(cast: Cast, language: Language, says: tuple[str, ...]) -> None:
    made = signed(cast, stage="approved")
    condition(cast, made, due_on=date(2031, 12, 31))
    moved(cast, made, "signed", agreement_reference="A-1", signed_on=date.today())
    move_money(cast, made, Kind.INCREASE, "1000000")
    page = reads(cast, "mina", language).get("deals_commitment_change", made.pk)
    for said in says[:1] + says[2:]:
        assert said in page.seen
    for english in ("Next stage", "Valid until", "senior loan,", "Who is told", "Told to", "is open. Mark"):
        assert english not in page.seen.split("/", 1)[1], english
    # What a mouse and a screen reader find.
    for english in ("Who sees this:", "Entered by its institution"):
        assert english not in page.text


@pytest.mark.parametrize(
    ("language", "asked", "summary"),
    [
        (
            Language.FR,
            "Passer au stade « lettre d’intérêt »",
            "Hanok : prêt senior, demande préliminaire dans Wattle senior package passe au stade : lettre d’intérêt",
        ),
        (
            Language.JA,
            "「関心表明書」に変更します。",
            "Wattle senior packageにおける段階の変更「関心表明書」 – Hanok：シニアローン、引合い",
        ),
        (
            Language.KO,
            "‘관심서한’ 단계로 변경",
            "Wattle senior package 단계 변경: 관심서한 – Hanok: 선순위 대출, 문의",
        ),
    ],
)
def test_what_waits_is_told_to_its_approver_in_it_and_kept_in_english(
    cast: Cast, language: Language, asked: str, summary: str
) -> None:
    web = reads(cast, "mina", language)
    form = {"instrument": "senior_loan", "qualifier": "exact", "amount": "5000000", "currency": "USD",
            "valid_until": "2031-12-31", "level": "own", "size_level": "own"}  # fmt: skip
    assert web.post("deals_deal_letter", cast.deal.pk, **form).status == 200
    page = reads(cast, "joon", language).get("approvals")
    assert asked in page.seen
    assert summary in page.seen
    with acting_as(cast.joon):
        assert Approval.objects.get().summary == (
            "Hanok: senior loan, enquiry in Wattle senior package becomes letter of interest"
        )


@pytest.mark.parametrize(
    ("language", "step", "kept"),
    [
        (Language.FR, "+ 1,000,000 au titre du reste : 82,000,000", "réductible"),
        (Language.JA, "+ 1,000,000（端数調整）：82,000,000", "減額可"),
        (Language.KO, "+ 1,000,000(잔여 배분): 82,000,000", "감액 가능"),
    ],
)
def test_an_allocation_is_worked_out_in_it_and_kept_in_english(
    cast: Cast, base: Tranche, offers: tuple[Commitment, ...], language: Language, step: str, kept: str
) -> None:
    web = reads(cast, "ada", language)
    terms = {"rule": "pro_rata", "amount": "", "lot": "1000000", "preview": "1"}
    for row in offers:
        terms |= {f"{row.pk}-{name}": "" for name in ("floor", "cap", "order")} | {f"{row.pk}-treated": "scalable"}
    page = web.post("deals_tranche_allocate", base.pk, **terms)
    assert step in page.seen
    assert kept in page.seen
    seen = page.text.split('name="seen" value="')[1].split('"')[0]
    page = web.post("deals_tranche_allocate", base.pk, **(terms | {"propose": "1", "seen": seen}))
    assert step in page.seen
    with acting_as(cast.ada):
        steps = [step for working in Allocation.objects.get().workings for step in working["steps"]]
    assert "+ 1,000,000 by its remainder: 82,000,000" in steps


@pytest.mark.parametrize(
    ("language", "unread", "currency", "passed"),
    [
        (Language.FR, "Peut se lire : 1,234 ou 1.234.", "n’est pas une devise", "Cette date est passée."),
        (Language.JA, "次のように読めます：1,234または1.234。", "ISO 4217の通貨ではありません", "過去の日付です。"),
        (
            Language.KO,
            "다음과 같이 읽힐 수 있습니다: 1,234 또는 1.234.",
            "ISO 4217 통화가 아닙니다",
            "지난 날짜입니다.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_it(cast: Cast, language: Language, unread: str, currency: str, passed: str) -> None:
    web = reads(cast, "mina", language)
    form = {"instrument": "senior_loan", "qualifier": "exact", "amount": "1.234", "currency": "USD",
            "valid_until": "2001-01-01", "level": "own", "size_level": "own"}  # fmt: skip
    page = web.post("deals_deal_letter", cast.deal.pk, **form)
    assert page.status == 422
    assert unread in page.seen
    assert passed in page.seen
    assert currency in web.post("deals_deal_letter", cast.deal.pk, **(form | {"amount": "5", "currency": "XXQ"})).seen


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.FR, "Rien n’est tiré avant l’entrée en vigueur du contrat."),
        (Language.JA, "契約の発効前に貸出は実行できません。"),
        (Language.KO, "계약 발효 전에는 인출할 수 없습니다."),
    ],
)
def test_what_a_service_or_the_database_refuses_is_said_in_it(cast: Cast, language: Language, says: str) -> None:
    made = signed(cast, stage="signed")
    form = {"movement-kind": "drawdown", "movement-amount": "5000000", "movement-level": "", "movement-on": ""}
    page = reads(cast, "mina", language).post("deals_commitment_movement", made.pk, **form)
    assert (page.status, says in page.seen) == (422, True), page.seen


@pytest.mark.parametrize(
    ("language", "role"),
    [(Language.FR, "Coordinateur"), (Language.JA, "コーディネーター"), (Language.KO, "총괄 조정기관")],
)
def test_a_deal_is_kept_in_it(cast: Cast, language: Language, role: str) -> None:
    web = reads(cast, "ada", language)
    page = web.get("deals_deal_keep", cast.deal.pk)
    assert role in page.seen
    for english in ("Invite an institution", "Beyond the lead", "none yet", "choose one", "Save", "NDA signed on"):
        assert english not in page.seen
    # A choice that nobody offered.
    refused = web.post("deals_deal_act", cast.deal.pk, "role", institution="x", role=RoleKind.COORDINATOR.value)
    assert refused.status == 422
    assert "Choose one of those that you see" not in refused.seen


def test_english_readers_see_what_they_saw(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    page = Web(cast.mina).get("deals_commitment_change", made.pk)
    for said in ("Next stage", "letter of interest", "lead: the deal's coordinators"):
        assert said in page.seen
    assert 'title="Who sees this: the deal&#x27;s coordinators, and who was granted it by name"' in page.text


@pytest.mark.parametrize("language", EACH)
def test_what_is_kept_by_a_pattern_is_found_by_it_again(language: Language) -> None:
    """Each summary is recognised as its own, and no other: its names come back in the place that they have there."""
    facts = {
        "level": "lead", "further": "own", "day": "29 November 2026", "start": "01 May 2026", "end": "02 May 2027",
        "on": "2026-11-29", "money": "USD 5,000", "other": "EUR 4,000.00", "rate": "0.8", "count": "2",
        "kind": "document", "state": "waived", "role": "facility agent", "status": "closed", "stage": "signed",
        "movement": "drawdown of USD 5.00", "commitment": "Hanok: senior loan, enquiry",
        "lender": "Rhein: guarantee, signed", "institution": "Hanok", "deal": "Wattle", "tranche": "Base",
        "project": "Mulga", "survivor": "Gidgee", "row": "Report", "text": "Board", "covered": "Commercial",
        "fact": "stage of Mulga", "reason": "Late", "mandate": "Export account", "year": "2025",
        "company": "Mulga Ltd", "held": "Mulga North",
        "check": "no_mineral", "whole": "Mulga", "network": "Minerals Network", "standing": "observer",
    }  # fmt: skip
    with speaking(language):
        for pattern in PATTERNS:
            said = summary_in_words(summarised(pattern, **facts))
            assert said != pattern.format(**facts), pattern
            assert "{" not in said
            assert "29 November" not in said
            assert "senior loan" not in said
            assert "observer" not in said.split()
            for name in ("Hanok", "Wattle", "Mulga", "Gidgee", "Board"):
                assert (name in pattern.format(**facts)) is (name in said), said


def test_a_sentence_that_nobody_knows_is_said_as_it_was_kept() -> None:
    with speaking(Language.JA):
        assert summary_in_words("Something else") == "Something else"
    with pytest.raises(LookupError):
        summarised("Something else")
    assert len(set(STEPS)) == len(STEPS)
