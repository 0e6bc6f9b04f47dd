"""Moving a commitment on its page, with another size in the same breath."""

from decimal import Decimal

import pytest

from deals.models import Commitment, Size
from institutions.isolation.session import acting_as
from institutions.models import Approval
from tests.acts import confirm_waiting, letter, signed
from tests.cast import Cast
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def move(cast: Cast, made: Commitment, to: str, **typed: str) -> Page:
    given = {"amount": "", "currency": "USD", "qualifier": ""} | typed
    return Web(cast.mina).post("deals_commitment_move", made.pk, to=to, **given)


def size(cast: Cast, made: Commitment) -> tuple[Decimal | None, str, str]:
    with acting_as(cast.mina):
        row = Size.objects.get(commitment=made)
        return row.amount, row.currency, row.qualifier


def test_a_letter_is_renewed_with_another_size_once_an_approver_confirms(cast: Cast) -> None:
    made = letter(cast)
    assert "another size" in move(cast, made, "letter_of_interest").seen
    page = move(cast, made, "letter_of_interest", amount="175000000.50", currency="eur", qualifier="up_to")
    assert "'letter of interest' waits for an approver." in page.seen
    assert size(cast, made) == (Decimal(150_000_000), "USD", "exact")
    seen = Web(cast.joon).get("approvals").seen
    assert "Its size becomes: EUR 175,000,000.50 (up to) (now USD 150,000,000)." in seen
    confirm_waiting(cast, made)
    assert size(cast, made) == (Decimal("175000000.50"), "EUR", "up_to")


def test_what_is_not_typed_stays_as_it_is(cast: Cast) -> None:
    made = letter(cast, stage="enquiry")
    assert "Select a valid choice" in move(cast, made, "due_diligence", amount="1", qualifier="about").seen
    move(cast, made, "expression_of_interest", amount="160000000", qualifier="at_least")
    move(cast, made, "due_diligence", amount="170000000")
    assert size(cast, made) == (Decimal(170_000_000), "USD", "at_least")
    move(cast, made, "indicative_terms", reason="Back to terms")
    assert size(cast, made) == (Decimal(170_000_000), "USD", "at_least")
    move(cast, made, "expression_of_interest", reason="Unsure again", qualifier="unknown")
    assert size(cast, made) == (None, "", "unknown")
    move(cast, made, "due_diligence", amount="5000000")
    assert size(cast, made) == (Decimal(5_000_000), "USD", "exact")


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"amount": "1e5"}, "amount", "digits and a point"),
        ({"amount": "0"}, "amount", "Give an amount above zero, or leave its currency"),
        ({"currency": "EUR"}, "amount", "Give the amount, or leave its currency and how sure it is as they are."),
        ({"qualifier": "up_to"}, "amount", "Give the amount"),
        ({"amount": "5", "currency": ""}, "currency", "Name the currency"),
        ({"amount": "5", "qualifier": "unknown"}, "amount", "Leave the amount empty"),
    ],
)
def test_a_wrong_size_is_said_at_its_field(cast: Cast, typed: dict[str, str], field: str, says: str) -> None:
    made = letter(cast)
    page = move(cast, made, "letter_of_interest", **typed)
    assert page.status == 422
    marked = page.text.split(f'name="{field}"')[0].rsplit('<div class="ob-field', 1)[1]
    assert marked.startswith(" ob-wrong"), f"{field} is not marked"
    assert says in page.seen
    with acting_as(cast.joon):
        assert not Approval.objects.filter(decision="").exists()


def test_what_a_stage_asks_of_the_size_stands_at_the_amount(cast: Cast) -> None:
    made = letter(cast, stage="enquiry")
    move(cast, made, "expression_of_interest", qualifier="unknown")
    page = move(cast, made, "indicative_terms")
    assert page.status == 422
    marked = page.text.split('name="amount"')[0].rsplit('<div class="ob-field', 1)[1]
    assert marked.startswith(" ob-wrong")


def test_what_is_signed_changes_by_its_ledger(cast: Cast) -> None:
    made = signed(cast)
    page = Web(cast.mina).get("deals_commitment_change", made.pk)
    assert 'name="reason"' in page.text
    assert "Another amount" not in page.seen
