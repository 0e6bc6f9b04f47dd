"""The book status and teasers on the pages of the web admin."""

from datetime import date, timedelta

import pytest

from deals.models import Teaser
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.cast import Cast
from tests.deals.book import firm, let_in, publish
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("second_factor_is_free")]


def test_the_lead_publishes_and_each_party_sees_its_own_line(cast: Cast) -> None:
    let_in(cast, "maple")
    for bank, money in (("hanok", "100000000"), ("sakura", "60000000"), ("maple", "50000000")):
        firm(cast, bank, money)
    firm(cast, "rhein", "90000000")
    lead = Web(cast.ada)
    before = lead.get("deals_deal_change", cast.deal.pk).seen
    assert "Rhein nothing yet at least 40 %" in before
    assert "Maple nothing yet at least 50 %" in before
    done = lead.post("deals_deal_book_status", cast.deal.pk, step="20")
    assert "The book status is published" in done.seen
    assert f"Rhein at least 40 %, as of {date.today():%-d %b %Y} at least 40 % again" in done.seen
    seen = Web(cast.rolf).get("deals_deal_change", cast.deal.pk).seen
    assert "Others cover at least 40 % of the target" in seen
    assert "your own USD 90,000,000 comes on top" in seen
    assert Web(cast.rolf).post("deals_deal_book_status", cast.deal.pk).status == 404


def test_beside_one_other_a_party_sees_that_it_is_withheld(cast: Cast) -> None:
    """Hostile case 10 on the page."""
    firm(cast, "rhein", "90000000")
    firm(cast, "hanok", "123000000")
    publish(cast)
    page = Web(cast.rolf).get("deals_deal_change", cast.deal.pk)
    assert "Withheld: fewer than three others, or one of them too large" in page.seen
    assert "Others cover" not in page.text


def test_who_was_told_nothing_sees_no_panel(cast: Cast) -> None:
    assert "Book status" not in Web(cast.rolf).get("deals_deal_change", cast.deal.pk).seen


def test_a_teaser_is_released_answered_and_ended(cast: Cast) -> None:
    marc, lead = Web(cast.marc), Web(cast.ada)
    assert "There are none. A teaser tells your institution a few chosen facts" in marc.get("teasers").seen
    form = {"to": str(cast.bank("maple").pk), "until": str(date.today() + timedelta(days=9)), "reply_to": "Ada",
            "words": "Rare earths.", "stage": "", "place": "", "tell_target": "on"}  # fmt: skip
    assert "The teaser is prepared." in lead.post("deals_deal_teaser", cast.deal.pk, **form).seen
    with acting_as(cast.ada):
        made = Teaser.objects.get()
    assert marc.get("deals_teaser", made.pk).status == 404
    asked = Web(cast.abe).get("approvals").seen
    assert "Maple Development is told of 'Blue Gum' until" in asked
    assert "In your institution's words: Rare earths." in asked
    confirm_waiting(cast, made, by="abe")
    assert "Blue Gum" in marc.get("teasers").seen
    page = marc.get("deals_teaser", made.pk)
    assert "Rare earths." in page.seen
    assert "USD 500,000,000" in page.seen
    assert "Wattle" not in page.text
    assert str(cast.deal.pk) not in page.text
    assert "is told your answer" in marc.post("deals_teaser", made.pk, answer="interested", note="Call us").seen
    assert "Maple told, until" in lead.get("deals_deal_change", cast.deal.pk).seen
    assert "interested: Call us" in lead.get("deals_deal_change", cast.deal.pk).seen
    assert "The teaser has ended" in lead.post("deals_teaser_end", made.pk).seen
    assert marc.get("deals_teaser", made.pk).status == 404
    assert Web(cast.rolf).get("deals_teaser", made.pk).status == 404


def test_others_deals_have_no_teasers_to_release(cast: Cast) -> None:
    assert Web(cast.rolf).get("deals_deal_teaser", cast.deal.pk).status == 404
