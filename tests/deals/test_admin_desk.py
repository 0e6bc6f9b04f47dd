"""The desk: what is new since one looked, what waits, and the guide of the first days."""

import pytest

from deals.models import DeskState
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from tests.acts import letter
from tests.cast import Cast
from tests.web import Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def read(web: Web) -> None:
    """Presses 'I have read these' on the desk as it is now."""
    page = web.get("index")
    sealed = page.text.split('name="read" value="')[1].split('"')[0]
    web.post("desk_read", read=sealed)


def test_what_others_did_is_new_until_it_was_read(committed_cast: Cast) -> None:
    cast = committed_cast
    ada, rolf = Web(cast.ada), Web(cast.rolf)
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="41000000")
    page = ada.get("index")
    assert "In the last seven days" in page.seen
    assert "41,000,000" in page.seen
    # One's own acts are no news.
    assert "41,000,000" not in rolf.get("index").seen.split("In the last seven days")[1].split("Desk")[0]
    read(ada)
    page = ada.get("index")
    assert "Since you last looked" in page.seen
    assert "Nothing new that you may see." in page.seen
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="52000000")
    news = ada.get("index").seen
    assert "52,000,000" in news
    assert "41,000,000" not in news


def test_what_comes_between_the_page_and_the_click_stays_new(committed_cast: Cast) -> None:
    cast = committed_cast
    ada = Web(cast.ada)
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="41000000")
    sealed = ada.get("index").text.split('name="read" value="')[1].split('"')[0]
    letter(cast, Level.PARTIES, by="rolf", approver="rita", size_level=Level.PARTIES, money="52000000")
    ada.post("desk_read", read=sealed)
    assert "52,000,000" in ada.get("index").seen


def test_a_position_of_another_is_none_and_nothing_goes_back(committed_cast: Cast) -> None:
    cast = committed_cast
    ada, rolf = Web(cast.ada), Web(cast.rolf)
    letter(cast, Level.PARTIES, by="sora", approver="shin", size_level=Level.PARTIES, money="41000000")
    early = ada.get("index").text.split('name="read" value="')[1].split('"')[0]
    rolf.post("desk_read", read=early)
    with acting_as(cast.rolf):
        assert not DeskState.objects.exists()
    letter(cast, Level.PARTIES, by="sora", approver="shin", size_level=Level.PARTIES, money="52000000")
    read(ada)
    ada.post("desk_read", read=early)
    assert "52,000,000" not in ada.get("index").seen


def test_the_guide_ticks_off_what_is_done_and_can_be_closed(cast: Cast) -> None:
    rolf = Web(cast.rolf)
    page = rolf.get("index")
    assert page.text.count('<li class="ob-done">') == 0
    assert page.seen.index("Choose what mail tells you") < page.seen.index("Record a letter of interest")
    letter(cast, Level.OWN, by="rolf", approver="rita")
    assert rolf.get("index").text.count('<li class="ob-done">') == 1
    rolf.post("desk_guide")
    assert "Your first days here" not in rolf.get("index").seen
    # An approver's guide is another one.
    assert "See where you confirm what officers prepare" in Web(cast.rita).get("index").seen


def test_times_are_told_in_the_persons_own_zone(cast: Cast) -> None:
    letter(cast, Level.PARTIES, by="rolf", approver="rita")
    with acting_as(None):
        Staff.objects.filter(pk=cast.rolf.pk).update(time_zone="Asia/Tokyo")
        cast.rolf.refresh_from_db()
    assert "JST" in Web(cast.rolf).get("approvals").seen
    # The next request is in its own person's zone again.
    assert "JST" not in Web(cast.rita).get("approvals").seen
