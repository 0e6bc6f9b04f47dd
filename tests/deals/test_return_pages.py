"""Annual returns in the web admin and over REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deals.models import AnnualReturn, ReturnSum
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.languages import Language
from institutions.models import Staff
from tests.acts import signed
from tests.api import system_of
from tests.cast import Cast
from tests.deals.returning import LAST, MID, adjusted, prepare, returned, sum_up
from tests.project_acts import decide
from tests.web import Web, reads

pytestmark = [pytest.mark.usefixtures("second_factor_is_free"), pytest.mark.slow]

SCOPES = "registry:read commitments:write projects:write"
FORM = {
    "what_1": "money+", "amount_1": "USD 25m", "reason_1": "Signed before we joined", "what_2": "cover+",
    "amount_2": "EUR 4,000,000", "reason_2": "A policy of another register", "note": "Without short-term cover",
    "level": "own",
}  # fmt: skip


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def test_a_return_is_shown_before_it_is_written_and_seen_by_a_second_person(cast: Cast) -> None:
    rolf = Web(cast.rolf)
    assert "its figures are shown before anything is written" in rolf.get("annual_returns").seen
    signed(cast, on=MID, money="150000000", by="rolf", approver="rita")
    page = rolf.get("annual_return_new")
    assert "USD 150,000,000" in page.seen
    with acting_as(cast.rolf):
        assert not AnnualReturn.objects.exists()
    rolf.post("annual_return_new", **FORM)
    asked = Web(cast.rita).get("approvals").seen
    for says in (
        f"Return what was signed in {LAST}, to be summed with others",
        "Return money: USD 175,000,000 net (signed USD 150,000,000, adjusted by USD 25,000,000: Signed before we",
        "Return cover: EUR 4,000,000 net (adjusted by EUR 4,000,000: A policy of another register).",
        "Note: Without short-term cover",
    ):
        assert says in asked
    decide(cast, "rolf")
    page = rolf.get("annual_returns")
    assert "USD 175,000,000" in page.seen
    assert "something else of this year now" not in page.seen
    signed(cast, on=MID, money="30000000", by="rolf", approver="rita")
    assert "The ledgers that you see say something else of this year now." in rolf.get("annual_returns").seen


def test_what_is_walled_off_is_taken_in_by_who_says_so(cast: Cast) -> None:
    signed(cast, on=MID, money="150000000")
    assert "USD 150,000,000" not in Web(cast.dami).get("annual_return_new").seen
    mina = Web(cast.mina)
    page = mina.get("annual_return_new").seen
    assert "USD 150,000,000" in page.split("With deals that are walled off")[1]
    assert "USD 150,000,000" not in page.split("With deals that are walled off")[0]
    mina.post("annual_return_new", level="own", with_walled="on")
    assert "signed USD 150,000,000" in Web(cast.joon).get("approvals").seen


def test_what_is_wrong_is_said_at_its_line(cast: Cast) -> None:
    wrong = FORM | {"reason_1": "", "amount_2": "4m", "what_3": "money-", "amount_3": "USD 1m", "reason_3": "Twice",
                    "amount_4": "USD 9m"}  # fmt: skip
    page = Web(cast.marc).post("annual_return_new", **wrong)
    assert page.status == 422
    for says in ("Say why, so that a reader can follow it.", "Name the currency.", "Choose what to adjust"):
        assert says in page.seen
    page = Web(cast.marc).post("annual_return_new", **FORM | {"what_2": "money-", "amount_2": "USD 4m"})
    assert "This side and currency was adjusted above." in page.seen
    with acting_as(cast.marc):
        assert not AnnualReturn.objects.exists()
    # Nobody prepares one while another waits.
    prepare(cast, "maple")
    assert "waits for an approver already" in Web(cast.marc).post("annual_return_new", **FORM).seen


def test_who_may_not_prepare_is_told_who_may(cast: Cast) -> None:
    page = Web(cast.joon).get("annual_return_new")
    assert (page.status, "Mina" in page.seen) == (403, True)
    assert "An officer of your institution prepares one" in Web(cast.joon).get("annual_returns").seen


def test_whoever_is_no_member_is_told_so_before_it_types_anything(cast: Cast) -> None:
    page = Web(cast.finn).get("annual_returns").seen
    assert "Members of the network make returns in it." in page
    assert "Prepare the return" not in page


def test_a_correction_is_told_as_far_as_what_it_corrects(cast: Cast) -> None:
    returned(cast, "maple", "25", level=Level.NETWORK)
    marc = Web(cast.marc)
    assert '<option value="network" selected' in marc.get("annual_return_new").text
    returned(cast, "maple", "26")
    # What was told before can be closed still.
    assert marc.get("annual_returns").text.count('name="level"') == 2


def test_a_year_that_has_no_return_is_no_page(cast: Cast) -> None:
    assert Web(cast.marc).get("annual_return_new", year="1999").status == 404


def test_a_told_return_is_read_by_others_and_a_closed_one_is_not_there(cast: Cast) -> None:
    made = returned(cast, "maple", "25", level=Level.NETWORK)
    hidden = returned(cast, "hanok", "44")
    rolf = Web(cast.rolf)
    page = rolf.get("annual_return", made.pk)
    assert "USD 25,000,000" in page.seen
    # When it was prepared is its institution's own.
    assert "prepared on" not in page.text
    assert "prepared on" in Web(cast.marc).get("annual_returns").text
    assert "USD 25,000,000 in 1 return" in rolf.get("annual_returns").seen
    assert rolf.get("annual_return", hidden.pk).status == 404
    assert Web(cast.marc).post("annual_return_level", made.pk, level="own").status == 200
    assert rolf.get("annual_return", made.pk).status == 404
    assert rolf.post("annual_return_level", made.pk, level="network").status == 404


def test_the_secretariat_publishes_and_each_reads_its_own_line(cast: Cast) -> None:
    for bank, money in {"hanok": "112", "sakura": "60", "maple": "53"}.items():
        returned(cast, bank, money)
    assert "Publish the sum" not in Web(cast.rolf).get("annual_returns").seen
    wrong = Web(cast.dora).post("return_sum", year=str(LAST), network="x")
    assert "Choose a year that has ended, and a network." in wrong.seen
    page = Web(cast.dora).post("return_sum", year=str(LAST), network=str(cast.network.pk))
    assert "each member and observer is told its own line" in page.seen
    assert "told to members and observers" in page.seen
    assert "USD" not in page.seen.split("What the network signed")[1].split("Money and cover are never added")[1]
    assert "at least USD 220,000,000" in Web(cast.rolf).get("annual_returns").seen
    # Two others stay closed to it.
    assert "withheld" in Web(cast.marc).get("annual_returns").seen
    assert (
        "The secretariat publishes the sum"
        in Web(cast.rolf).post("return_sum", year=str(LAST), network=str(cast.network.pk)).seen
    )


def test_a_partner_system_prepares_tells_and_reads(cast: Cast) -> None:
    maple, rhein = system_of("maple", SCOPES), system_of("rhein", SCOPES)
    found = maple.get(f"annual-returns/prefilled?year={LAST}")
    assert found.body == {"year": LAST, "figures": []}
    for wrong in ("year=soon", "with_walled=1"):
        assert maple.get(f"annual-returns/prefilled?{wrong}").status in (400, 422)
    sent = {
        "year": LAST, "note": "Net of swaps",
        "adjustments": [{"side": "money", "money": usd("-1500000.50"), "reason": "Swapped"}],
    }  # fmt: skip
    made = maple.post("annual-returns", sent)
    assert (made.status, made.body["state"], made.body["stands"]) == (201, "prepared", False)
    assert made.body["figures"] == [
        {"side": "money", "signed": usd("0.00"), "transferred_in": usd("0.00"), "transferred_out": usd("0.00"),
         "refinancing": usd("0.00"), "adjustment": usd("-1500000.50"), "net": usd("-1500000.50"), "reason": "Swapped"}
    ]  # fmt: skip
    assert made.body["pending_approval"]["summary"] == f"Return what was signed in {LAST}, to be summed with others'"
    again = maple.post("annual-returns", sent)
    assert (again.status, again.body["type"]) == (409, "urn:orebook:problem:return_waits")
    decide(cast, "marc")
    path = f"annual-returns/{made.body['id']}"
    read = maple.get(path)
    assert (read.body["state"], read.body["stands"]) == ("confirmed", True)
    assert rhein.get(path).status == 404
    told = maple.patch(path, {"level": "network"}, version=read.body["version"])
    assert told.body["pending_approval"]["summary"] == f"Tell network of the annual return of {LAST}"
    decide(cast, "marc")
    assert [each["id"] for each in rhein.get("annual-returns?stands=true").body["results"]] == [made.body["id"]]
    assert rhein.patch(path, {"level": "own"}, version=rhein.get(path).body["version"]).status == 403


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"year": 2100}, "year_not_over", "/year"),
        ({"adjustments": [{"side": "within", "money": usd("1"), "reason": "x"}]}, "invalid", "/adjustments/0/side"),
        ({"adjustments": [{"side": "money", "money": usd("1")}]}, "invalid", "/adjustments/0/reason"),
        ({"adjustments": [{"side": "money", "money": usd("0"), "reason": "x"}]}, "requirements_unmet",
         "/adjustments/0/money"),
        ({"level": "parties"}, "invalid", "/level"),
        ({"figures": []}, "invalid", "/figures"),
    ],
)  # fmt: skip
def test_a_wrong_return_is_refused_at_its_field(cast: Cast, wrong, code: str, pointer: str) -> None:
    answer = system_of("maple", SCOPES).post("annual-returns", {"year": LAST} | wrong)
    assert answer.status == 422
    assert pointer in [each["pointer"] for each in answer.body["errors"]], answer.body
    if code != "invalid":
        assert answer.body["type"] == f"urn:orebook:problem:{code}"


def test_sums_over_rest_tell_each_asker_its_own(cast: Cast) -> None:
    for bank, money in {"hanok": "112", "sakura": "60", "maple": "53"}.items():
        returned(cast, bank, money)
    desk, rhein = system_of("desk", SCOPES), system_of("rhein", SCOPES)
    made = desk.post("return-sums", {"year": LAST})
    assert (made.status, made.body["others"]) == (201, [])
    (seen,) = rhein.get(f"return-sums?year={LAST}").body["results"]
    assert seen["id"] == made.body["id"]
    assert [(each["side"], each["at_least"], each["withheld"]) for each in seen["others"]] == [
        ("money", usd("220000000.00"), False), ("cover", None, True)
    ]  # fmt: skip
    assert rhein.get(f"return-sums/{made.body['id']}").body["others"] == seen["others"]
    refused = rhein.post("return-sums", {"year": LAST})
    assert (refused.status, refused.body["type"]) == (403, "urn:orebook:problem:secretariat_sums")
    assert desk.post("return-sums", {"year": LAST + 1}).body["type"] == "urn:orebook:problem:year_not_over"
    with acting_as(cast.dora):
        assert ReturnSum.objects.count() == 1


@pytest.mark.parametrize("language", list(Language))
def test_it_speaks_its_readers_language(cast: Cast, language: Language) -> None:
    returned(cast, "maple", "25", adjusted("3", side="cover"), level=Level.NETWORK)
    sum_up(cast)
    page = reads(cast, "rolf", language).get("annual_returns").seen
    assert ("What the network signed" in page) is (language is Language.EN)


def test_the_page_asks_the_same_however_many_years_there_are(cast: Cast) -> None:
    def asked(person: Staff) -> int:
        with CaptureQueriesContext(connection) as queries:
            Web(person).get("annual_returns")
        return len(queries)

    returned(cast, "maple", "25", level=Level.NETWORK)
    sum_up(cast)
    # Once before, so that what is kept between requests is there.
    asked(cast.rolf), asked(cast.marc)
    few = asked(cast.rolf), asked(cast.marc)
    for year in range(LAST - 3, LAST):
        returned(cast, "maple", "25", level=Level.NETWORK, year=year)
        sum_up(cast, year)
    assert (asked(cast.rolf), asked(cast.marc)) == few
