"""What a cover protects, whose loan is shared and what is promised together, said on the commitment's page."""

from decimal import Decimal

import pytest

from deals.models import Commitment, CoverLink, Instrument, JointAmount, Participation, Size
from deals.services.commitments import register_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting, letter
from tests.cast import Cast, in_a_year
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def cover(cast: Cast, level: Level = Level.LEAD, reference: str = "") -> Commitment:
    """Rhein's guarantee, of which nothing but its stage is said yet."""
    with acting_as(cast.rolf):
        made = register_commitment(
            by=cast.rolf, deal=cast.deal, instrument=Instrument.GUARANTEE, stage="due_diligence", level=level,
            valid_until=in_a_year(), reference=reference,
        )  # fmt: skip
    confirm_waiting(cast, made, by="rita")
    return made


def loan(cast: Cast, level: Level = Level.LEAD) -> Commitment:
    """A loan of Rhein's before its letter."""
    return letter(cast, level, by="rolf", approver="rita", stage="due_diligence")


def say(made: Commitment, name: str, by: Web, **typed: object) -> Page:
    blank: dict[str, dict[str, object]] = {
        "cover": {"covered": "", "tranche": "", "political_percent": "", "commercial_percent": "", "amount": "",
                  "currency": "USD", "level": "lead"},
        "share": {"lender": "", "kind": "funded", "level": "lead"},
        "together": {"commitments": [], "amount": "60000000", "currency": "usd", "qualifier": "up_to", "level": "lead",
                     "note": "Either of the two"},
    }  # fmt: skip
    given = {f"{name}-{field}": value for field, value in (blank[name] | typed).items()}
    return by.post(f"deals_commitment_{name}", made.pk, **given)


def marked(page: Page, field: str) -> bool:
    """Whether the field is marked as wrong."""
    return page.text.split(f'name="{field}"')[0].rsplit('<div class="ob-field', 1)[1].startswith(" ob-wrong")


def test_an_officer_says_what_a_cover_protects_and_the_page_shows_it(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), cover(cast), Web(cast.rolf)
    page = web.get("deals_commitment_change", made.pk)
    assert "Nothing is said yet. Say below what your cover protects" in page.seen
    assert "Hanok: senior loan, letter of interest, USD 150,000,000" in page.seen
    page = say(made, "cover", web, covered=str(theirs.pk), political_percent="95", commercial_percent="82.5")
    assert "It stands, and is told from now on: 'lead'." in page.seen
    row = "Protects Hanok: senior loan, letter of interest political 95 %, commercial 82.5 % Rhein lead"
    assert row in page.seen
    # The lead reads it on both pages; the covered lender is not told.
    lead = Web(cast.ada)
    assert row in lead.get("deals_commitment_change", made.pk).seen
    back = lead.get("deals_commitment_change", theirs.pk)
    assert "Protected by Rhein: guarantee, due diligence political 95 %, commercial 82.5 % Rhein lead" in back.seen
    assert "Protected by" not in Web(cast.mina).get("deals_commitment_change", theirs.pk).seen


def test_a_cover_of_a_tranche_has_an_amount(cast: Cast) -> None:
    made = cover(cast)
    page = say(made, "cover", Web(cast.rolf), tranche=str(cast.base.pk), amount="80000000.00", level="own")
    assert "Protects the tranche 'Base senior' USD 80,000,000 Rhein own" in page.seen


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"covered": ""}, "covered", "one of the two"),
        ({"tranche": "base"}, "covered", "one of the two"),
        ({"covered": "11111111-1111-4111-8111-111111111111"}, "covered", "Choose one of those that you see"),
        ({"covered": "x"}, "covered", "Choose one of those that you see"),
        ({"political_percent": "100.01"}, "political_percent", "less than or equal to 100"),
        ({"political_percent": "101/2"}, "political_percent", "Enter a number"),
        ({"commercial_percent": "1.234"}, "commercial_percent", "2 decimal places"),
        ({"amount": "10.5", "currency": "JPY"}, "amount", "JPY has 0 decimals"),
        ({"amount": "0"}, "amount", "above zero, or none"),
        ({"amount": "5", "currency": ""}, "currency", "Name the currency"),
        ({"level": "parties"}, "level", "of which one is told 'lead'"),
    ],
)
def test_what_is_wrong_with_a_cover_is_said_at_its_field(
    cast: Cast, typed: dict[str, str], field: str, says: str
) -> None:
    theirs, made = letter(cast, Level.PARTIES), cover(cast)
    given = {"covered": str(theirs.pk)} | typed
    if given.get("tranche"):
        given["tranche"] = str(cast.base.pk)
    page = say(made, "cover", Web(cast.rolf), **given)
    assert page.status == 422
    assert says in page.seen
    assert marked(page, f"cover-{field}")
    with acting_as(cast.rolf):
        assert not CoverLink.objects.exists()


def test_more_than_the_whole_and_the_same_twice_are_refused(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), cover(cast), Web(cast.rolf)
    before = web.get("deals_commitment_change", made.pk).text
    seen = before.split('name="cover-seen" value="')[1].split('"')[0]
    say(made, "cover", web, covered=str(theirs.pk), political_percent="60")
    again = say(made, "cover", web, covered=str(theirs.pk), political_percent="30", seen=seen)
    assert (again.status, "This was changed since you opened the page" in again.seen) == (422, True)
    more = say(made, "cover", web, covered=str(theirs.pk), political_percent="41")
    assert (more.status, "protect at most 100 % of a loan" in more.seen) == (422, True)
    assert marked(more, "cover-political_percent")
    with acting_as(cast.rolf):
        assert CoverLink.objects.count() == 1


def test_a_hidden_loan_is_not_offered_and_reads_like_a_missing_one(cast: Cast) -> None:
    hidden, made, web = letter(cast, Level.OWN), cover(cast), Web(cast.rolf)
    assert str(hidden.pk) not in web.get("deals_commitment_change", made.pk).text
    missing = "11111111-1111-4111-8111-111111111111"
    for name, field in (("cover", "covered"), ("share", "lender")):
        answers = []
        for key in (str(hidden.pk), missing):
            page = say(made, name, web, **{field: key})
            answers.append((page.status, page.masked.replace(key.encode(), b""), page.queries))
        assert answers[0] == answers[1], name


def test_beyond_the_lead_the_page_says_what_waits_and_the_approver_reads_it(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), cover(cast, Level.PARTIES), Web(cast.rolf)
    page = say(made, "cover", web, covered=str(theirs.pk), political_percent="95", level="parties")
    assert "An approver of your institution is asked to tell it to 'parties'" in page.seen
    assert "Rhein own to 'parties' once an approver confirms" in page.seen
    asked = Web(cast.rita).get("approvals")
    assert (
        "Rhein: guarantee, due diligence protects Hanok: senior loan, letter of interest: political 95 %." in asked.seen
    )
    assert "Tell the cover link to 'parties'" in asked.seen
    assert f"/admin/deals/commitment/{made.pk}/change/" in asked.text
    with acting_as(cast.rolf):
        link = CoverLink.objects.get()
    confirm_waiting(cast, link, by="rita")
    assert "Rhein parties" in web.get("deals_commitment_change", made.pk).seen


def test_an_officer_says_whose_loan_it_shares_in(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), loan(cast, Level.PARTIES), Web(cast.rolf)
    page = say(made, "share", web, lender="")
    assert (page.status, marked(page, "share-lender")) == (422, True)
    page = say(made, "share", web, lender=str(theirs.pk), kind="risk", level="parties")
    assert "A share in the loan of Hanok: senior loan, letter of interest risk alone, no money Rhein own" in page.seen
    assert "Say whose loan it is a share in" not in page.seen, "it is said once"
    asked = Web(cast.rita).get("approvals").seen
    assert (
        "Rhein: senior loan, due diligence takes a share in the risk, and gives no money, of Hanok: senior loan"
        in asked
    )
    with acting_as(cast.rolf):
        share = Participation.objects.get()
    confirm_waiting(cast, share, by="rita")
    back = Web(cast.mina).get("deals_commitment_change", theirs.pk).seen
    assert "Shared in by Rhein: senior loan, due diligence risk alone, no money Rhein parties" in back
    page = say(made, "share", web, lender=str(theirs.pk))
    assert (page.status, "a share in another's loan already" in page.seen) == (422, True)


def test_one_amount_is_promised_for_several(cast: Cast) -> None:
    made, other, web = loan(cast), cover(cast, reference="RF-2"), Web(cast.rolf)
    page = say(made, "together", web)
    assert (page.status, marked(page, "together-commitments")) == (422, True)
    assert "Choose at least one other commitment of yours." in page.seen
    for typed, field in [({"amount": "1e5"}, "amount"), ({"amount": ""}, "amount"), ({"currency": "XQQ"}, "currency")]:
        page = say(made, "together", web, **{"commitments": [str(other.pk)]} | typed)
        assert (page.status, marked(page, f"together-{field}")) == (422, True), typed
    page = say(made, "together", web, commitments=[str(other.pk)])
    row = "Promised together with Rhein: guarantee, due diligence (RF-2) up to USD 60,000,000: Either of the two Rhein"
    assert f"{row} lead" in page.seen
    assert row in Web(cast.ada).get("deals_commitment_change", made.pk).seen
    with acting_as(cast.rolf):
        joint = JointAmount.objects.get()
        assert set(Size.objects.values_list("amount", "joint")) == {(None, joint.pk)}
        assert joint.amount == Decimal(60_000_000)


def test_a_joint_amount_beyond_the_lead_is_read_whole_by_its_approver(cast: Cast) -> None:
    made, other, web = loan(cast), cover(cast), Web(cast.rolf)
    page = say(made, "together", web, commitments=[str(other.pk)], level="parties")
    assert "to 'parties' once an approver confirms" in page.seen
    asked = Web(cast.rita).get("approvals").seen
    assert "up to USD 60,000,000 stands for 2 commitments together and counts once: Rhein: " in asked
    assert "Note: Either of the two" in asked
    assert "Tell the joint amount to 'parties'" in asked


def test_an_approver_of_a_move_reads_the_links_with_it(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), cover(cast), Web(cast.rolf)
    say(made, "cover", web, covered=str(theirs.pk), political_percent="95")
    web.post("deals_commitment_move", made.pk, to="letter_of_interest", reason="Terms fell through")
    asked = Web(cast.rita).get("approvals").seen
    assert "Move it to 'letter of interest'" in asked
    assert "Rhein: guarantee, due diligence protects Hanok: senior loan, letter of interest: political 95 %." in asked


def test_forms_are_there_for_officers_of_the_owner_alone(cast: Cast) -> None:
    theirs, made = letter(cast, Level.PARTIES), cover(cast)
    for who in (cast.ada, cast.rita):
        page = Web(who).get("deals_commitment_change", made.pk)
        assert page.status == 200
        assert "Say what it protects" not in page.seen
    assert (
        "Officers of your institution can say more: Rolf."
        in Web(cast.rita).get("deals_commitment_change", made.pk).seen
    )
    assert say(made, "cover", Web(cast.ada), covered=str(theirs.pk)).status == 404
    assert say(made, "cover", Web(cast.rita), covered=str(theirs.pk)).status == 422
    with acting_as(cast.rolf):
        assert not CoverLink.objects.exists()


def test_what_can_not_be_said_now_says_what_to_do(cast: Cast) -> None:
    web = Web(cast.rolf)
    alone = web.get("deals_commitment_change", loan(cast).pk).seen
    assert "you must see that loan. Ask its lender to tell the parties." in alone
    assert "needs another of yours in this deal, before its letter" in alone
    sealed = letter(cast, Level.PARTIES, by="rolf", approver="rita")
    seen = web.get("deals_commitment_change", sealed.pk).seen
    assert "Two persons saw its amount: move it with another amount" in seen
    with acting_as(cast.rolf):
        ended = Commitment.objects.get(pk=sealed.pk)
    web.post("deals_commitment_move", ended.pk, to="withdrawn", reason="Over")
    confirm_waiting(cast, ended, by="rita")
    seen = web.get("deals_commitment_change", ended.pk).seen
    assert "It has ended, and stays as it was." in seen
    assert "Promise one amount for several" not in seen


def test_a_page_costs_the_same_however_many_links_there_are(cast: Cast) -> None:
    theirs, made, web = letter(cast, Level.PARTIES), cover(cast), Web(cast.rolf)
    # With a second one of Rhein's the page has all forms.
    say(cover(cast), "cover", web, covered=str(theirs.pk), political_percent="10")
    say(made, "cover", web, covered=str(theirs.pk), political_percent="10")
    before = [web.get("deals_commitment_change", row.pk).queries for row in (made, theirs)]
    for _ in range(3):
        say(made, "cover", web, covered=str(letter(cast, Level.PARTIES).pk), political_percent="10")
        say(cover(cast), "cover", web, covered=str(theirs.pk), political_percent="10")
    assert [web.get("deals_commitment_change", row.pk).queries for row in (made, theirs)] == before
