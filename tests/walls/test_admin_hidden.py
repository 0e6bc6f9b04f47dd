"""What is hidden from a person is missing in the web admin: the same answers, figures and pages, byte for byte."""

from uuid import uuid4

import pytest

from deals.models import Commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import letter
from tests.cast import Cast, in_a_year
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]

LISTS = [
    "deals_deal_changelist",
    "deals_commitment_changelist",
    "deals_project_changelist",
    "deals_company_changelist",
    "deals_mineral_changelist",
    "institutions_institution_changelist",
    "institutions_network_changelist",
    "institutions_membership_changelist",
]


def test_a_hidden_row_is_answered_like_a_missing_one(cast: Cast) -> None:
    made = letter(cast, Level.OWN)
    with acting_as(cast.mina):
        Commitment.objects.update(note="Secret")
    with acting_as(cast.ada):
        company = cast.deal.borrower_id
    hidden = {
        "deals_deal_change": cast.deal.pk,
        "deals_deal_letter": cast.deal.pk,
        "deals_company_change": company,
        "deals_commitment_change": made.pk,
        "deals_commitment_move": made.pk,
        "deals_commitment_level": made.pk,
    }
    stranger = Web(cast.marc)
    for page, row in hidden.items():
        for ask in (stranger.get, stranger.post):
            there, gone = ask(page, row), ask(page, uuid4())
            assert (there.status, gone.status) == (404, 404), page
            assert there.raw == gone.raw, page
            assert there.queries == gone.queries, page


def test_addresses_of_no_id_are_missing_too(cast: Cast) -> None:
    web = Web(cast.mina)
    missing = web.get("deals_deal_change", uuid4()).raw
    for path in ("1", "x", "None", "%00", "../../x"):
        answer = web.get(f"/admin/deals/deal/{path}/change/")
        assert answer.status == 404
        assert answer.raw == missing


def test_what_a_bank_does_in_secret_changes_no_page_of_its_rivals(cast: Cast) -> None:
    def crawl() -> dict[str, bytes]:
        pages = {name: web.get(name) for name in (*LISTS, "index", "approvals", "history")}
        pages["deal"] = web.get("deals_deal_change", cast.deal.pk)
        pages["search"] = web.get("deals_commitment_changelist", q="hanok")
        pages["sorted"] = web.get("deals_commitment_changelist", o="-4")
        pages["filtered"] = web.get("deals_commitment_changelist", stage__exact="letter_of_interest")
        assert {page.status for page in pages.values()} == {200}
        return {name: page.masked for name, page in pages.items()} | {
            f"{name}'s questions": str(page.queries).encode() for name, page in pages.items()
        }

    web = Web(cast.rolf)
    before = crawl()
    made = letter(cast, Level.OWN, money="99000000")
    with acting_as(cast.mina):
        Commitment.objects.filter(pk=made.pk).update(note="hanok", valid_until=in_a_year())
    letter(cast, Level.LEAD)
    assert crawl() == before


@pytest.mark.parametrize(
    "asked",
    [
        {"size__amount__gt": "1"},
        {"owner__staff__email__startswith": "mina"},
        {"note__contains": "a"},
        {"nothing": "1"},
        {"stage__startswith": "l"},
    ],
)
def test_lists_answer_no_question_that_they_do_not_offer(cast: Cast, asked: dict[str, str]) -> None:
    letter(cast, Level.PARTIES)
    assert Web(cast.rolf).get("deals_commitment_changelist", **asked).status == 400


def test_institutions_can_not_be_searched_by_their_people(cast: Cast) -> None:
    web = Web(cast.rolf)
    assert web.get("institutions_institution_changelist", staff__email__contains="mina").status == 400
    assert "1 institution" not in web.get("institutions_institution_changelist", q="mina@hanok.example").seen


def test_a_commitment_told_further_than_its_deal_is_listed_without_it(cast: Cast) -> None:
    made = letter(cast, Level.NETWORK)
    web = Web(cast.marc)
    for asked in ({}, {"q": "hanok"}):
        assert "Hanok" in web.get("deals_commitment_changelist", **asked).seen.split("Told to")[1]
    page = web.get("deals_commitment_change", made.pk)
    assert page.status == 200
    assert "Wattle" not in page.seen


def test_people_are_listed_to_their_own_institution_only(cast: Cast) -> None:
    own = Web(cast.mina).get("institutions_institution_change", cast.bank("hanok").pk).seen
    assert "Joon joon@hanok.example" in own
    other = Web(cast.mina).get("institutions_institution_change", cast.bank("rhein").pk).seen
    assert "Rolf" not in other
    assert "@rhein" not in other


def test_a_colleague_outside_the_deal_team_sees_no_approval_of_it(cast: Cast) -> None:
    letter(cast, Level.OWN)
    with acting_as(cast.mina):
        from deals.services.commitments import widen_commitment

        widen_commitment(by=cast.mina, commitment=Commitment.objects.get(), level=Level.PARTIES)
        approval = Approval.objects.get(decision="")
    page = Web(cast.dami).get("approvals").seen
    assert "Nothing waits" in page
    assert "Wattle" not in page
    assert Web(cast.dami).post("approval", approval.pk, decision="confirmed").status == 404
