"""History on every page: who did what, and what stood in the place of what before."""

from datetime import date

import pytest

from deals.money import Money
from deals.services.deals import change_deal, change_tranche
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Membership
from tests.acts import letter, moved, widen
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def history(page: str) -> str:
    """What stands under the last heading of a page."""
    return page.rpartition("the latest, from what you may see")[2]


def test_a_change_is_told_with_before_and_after(cast: Cast) -> None:
    with acting_as(cast.ada):
        change_deal(by=cast.ada, deal=cast.deal, target=Money.of("640000000", "USD"), name="Wattle, whole")
        change_tranche(by=cast.ada, tranche=cast.base, amount=Money.of("300000000", "USD"))
    web = Web(cast.rolf)
    deal = history(web.get("deals_deal_change", cast.deal.pk).seen)
    assert "name: Wattle senior package → Wattle, whole" in deal
    assert "target amount: USD 500,000,000 → USD 640,000,000" in deal
    assert "amount: – → USD 300,000,000" in history(web.get("tranche", cast.base.pk).seen)


def test_a_move_is_told_with_before_and_after(cast: Cast) -> None:
    made = letter(cast, Level.PARTIES)
    moved(cast, made, "indicative_terms")
    told = history(Web(cast.rolf).get("deals_commitment_change", made.pk).seen)
    assert "stage: letter of interest → indicative terms" in told


def test_what_stood_before_stays_hidden_from_who_did_not_see_it(cast: Cast) -> None:
    made = letter(cast, Level.LEAD)
    moved(cast, made, "indicative_terms")
    widen(cast, made, Level.PARTIES)
    told = history(Web(cast.rolf).get("deals_commitment_change", made.pk).seen)
    assert "disclosed" in told
    assert "→" not in told


def test_reference_rows_have_their_history_too(cast: Cast) -> None:
    with acting_as(System("operator", cast.bank("desk").pk)):
        row = Membership.objects.get(institution=cast.bank("maple"))
        row.until = date(2027, 3, 31)
        row.save()
    page = Web(cast.rolf).get("institutions_membership_change", row.pk)
    assert "Desk changed it" in history(page.seen)
    assert "until: – → 31 Mar 2027" in history(page.seen)
    for name, key in (
        ("institutions_institution_change", cast.bank("maple").pk),
        ("institutions_network_change", cast.network.pk),
        ("deals_company_change", cast.deal.borrower_id),
    ):
        assert "registered it" in history(Web(cast.ada).get(name, key).seen), name
