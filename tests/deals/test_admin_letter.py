"""Recording a letter of interest in the web admin: what is taken, what is refused, and that nothing stays half-made."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from deals.models import Commitment, Size
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import confirm_waiting
from tests.cast import Cast, in_a_year
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def letter(cast: Cast, *, by: str = "mina", **changed: object) -> Page:
    form: dict[str, object] = {
        "instrument": "senior_loan",
        "tranche": "",
        "qualifier": "up_to",
        "amount": "150000000",
        "currency": "usd",
        "valid_until": in_a_year().isoformat(),
        "level": "own",
        "size_level": "own",
        "reference": "KX-1",
        "note": "",
    }
    return Web(cast.people[by]).post("deals_deal_letter", cast.deal.pk, **form | changed)


def letters(cast: Cast, who: str = "mina") -> list[Commitment]:
    with acting_as(cast.people[who]):
        return list(Commitment.objects.select_related("size"))


def test_a_letter_stands_as_it_was_written(cast: Cast) -> None:
    page = letter(cast, tranche=str(cast.base.pk), note="Subject to due diligence")
    assert page.status == 200
    assert "The letter is prepared. It is a letter once an approver of your institution confirms it." in page.seen
    assert "up to USD 150,000,000" in page.seen
    (made,) = letters(cast)
    assert made.stage == "enquiry"
    confirm_waiting(cast, made)
    (made,) = letters(cast)
    assert (made.stage, made.level, made.reference) == ("letter_of_interest", "own", "KX-1")
    assert (made.tranche_id, made.valid_until, made.note) == (cast.base.pk, in_a_year(), "Subject to due diligence")
    assert (made.size.amount, made.size.currency, made.size.qualifier) == (Decimal(150_000_000), "USD", "up_to")


def test_an_amount_can_stay_unknown(cast: Cast) -> None:
    page = letter(cast, qualifier="unknown", amount="", currency="USD")
    assert "amount unknown" in page.seen
    assert letters(cast)[0].size.amount is None


def test_a_letter_to_the_parties_waits_for_an_approver(cast: Cast) -> None:
    page = letter(cast, level="parties", size_level="lead")
    assert "It is a letter once an approver of your institution confirms it. It is told to 'parties'" in page.seen
    assert letters(cast)[0].level == "own"


BAD = {
    "a float's spelling": ({"amount": "1e5"}, "amount", "digits and a point"),
    "not a number": ({"amount": "NaN"}, "amount", "digits and a point"),
    "no end": ({"amount": "Infinity"}, "amount", "digits and a point"),
    "other digits": ({"amount": "١٠٠"}, "amount", "digits and a point"),
    "separators": ({"amount": "1,000"}, "amount", "digits and a point"),
    "nothing at all": ({"amount": "-0"}, "amount", "above zero"),
    "less than nothing": ({"amount": "-5"}, "amount", "above zero"),
    "beyond all bounds": ({"amount": "1" + "0" * 30}, "amount", "digits and a point"),
    "too much": ({"amount": "1" + "0" * 15}, "amount", "below"),
    "half a yen": ({"amount": "10.5", "currency": "JPY"}, "amount", "JPY has 0 decimals"),
    "a tenth of a fils": ({"amount": "1.2345", "currency": "KWD"}, "amount", "KWD has 3 decimals"),
    "no amount": ({"amount": ""}, "amount", "Give the amount, or choose 'amount unknown'"),
    "an unknown amount": ({"qualifier": "unknown"}, "amount", "Leave the amount empty"),
    "no currency": ({"currency": ""}, "currency", "Name the currency"),
    "an unknown currency": ({"currency": "XQQ"}, "currency", "not a currency of ISO 4217"),
    "a day that has passed": (
        {"valid_until": (date.today() - timedelta(days=1)).isoformat()},
        "valid_until",
        "This day has passed",
    ),
    "no such day": ({"valid_until": "2027-02-30"}, "valid_until", "YYYY-MM-DD"),
    "no day": ({"valid_until": ""}, "valid_until", "This field is required"),
    "an unknown instrument": ({"instrument": "goodwill"}, "instrument", "not one of the available choices"),
    "an unknown level": ({"level": "friends"}, "level", "not one of the available choices"),
    "an amount told further than its letter": (
        {"level": "lead", "size_level": "parties"},
        "size_level",
        "no further than the commitment itself",
    ),
    "another's tranche": (
        {"tranche": "11111111-1111-4111-8111-111111111111"},
        "tranche",
        "Choose one of those that you see, or none.",
    ),
    "no tranche's id": ({"tranche": "x"}, "tranche", "Choose one of those that you see, or none."),
    "a line break": ({"reference": "KX-1\r\nBcc: all@example"}, "reference", "can't be seen"),
    "a turned direction": ({"reference": "KX\u202e1"}, "reference", "can't be seen"),
    "too long": ({"reference": "K" * 81}, "reference", "at most 80"),
}


@pytest.mark.parametrize(("changed", "field", "says"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(
    cast: Cast, changed: dict[str, str], field: str, says: str
) -> None:
    page = letter(cast, **changed)
    assert page.status == 422
    marked = page.text.split(f'name="{field}"')[0].rsplit('<div class="ob-field', 1)[1]
    assert marked.startswith(" ob-wrong"), f"{field} is not marked"
    assert says in page.seen
    assert "Nothing was changed" in page.seen
    assert letters(cast) == []


def test_what_was_typed_stays_in_a_refused_form(cast: Cast) -> None:
    page = letter(cast, amount="a lot", reference="KX-77", note="Keep this")
    assert 'value="a lot"' in page.text
    assert 'value="KX-77"' in page.text
    assert "Keep this" in page.seen


def test_a_refusal_half_way_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letter and its size are written before the approval is asked for."""
    from institutions.services import approvals

    def refuse(**_asked: object) -> None:
        raise approvals.AlreadyWaiting(summary="Another")

    monkeypatch.setattr(approvals, "prepare", refuse)
    page = letter(cast, level="parties", size_level="parties")
    assert page.status == 422
    assert "'Another' waits for an approver already" in page.seen
    with acting_as(cast.mina):
        assert not Commitment.objects.exists()
        assert not Size.objects.exists()
        assert not Approval.objects.exists()


def test_whoever_may_not_record_sees_who_can(cast: Cast) -> None:
    for page in (Web(cast.joon).get("deals_deal_letter", cast.deal.pk), letter(cast, by="joon")):
        assert page.status == 403
        assert "This needs the role officer" in page.seen
        assert "Dami, Mina." in page.seen
        assert "Rolf" not in page.seen
    assert letters(cast) == []


def test_a_hidden_deal_takes_no_letter(cast: Cast) -> None:
    assert letter(cast, by="marc").status == 404
    assert letter(cast, by="dami").status == 404
