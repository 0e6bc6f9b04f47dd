"""The mail of a past week, as its reader would have got it then."""

import html
import re
from datetime import timedelta

import pytest

from deals.models import Commitment
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.moment import Moment
from institutions.isolation.session import acting_as
from network.models import Carries
from network.services.following import follow
from tests.acts import letter, moved
from tests.cast import Cast
from tests.network.digest_acts import mail_carries
from tests.past import clock, soon
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


def mail(page: Page) -> str:
    """The text of the mail that a page shows, '' where it shows none."""
    found = re.search(r'srcdoc="([^"]*)"', page.text)
    return Page(200, html.unescape(found[1]) if found else "", "", b"", 0).seen


def test_a_mail_of_the_past_tells_what_it_told(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = committed_cast
    with acting_as(cast.rolf):
        follow(by=cast.rolf, deal=cast.deal.pk)
    mail_carries(cast, Carries.FULL, "rolf", "mina", "ada")
    made = letter(cast, Level.PARTIES)
    web = Web(cast.rolf)
    with soon() as settle:
        then = clock()
        # Everything is done today: the day ended when this is said.
        monkeypatch.setattr(Moment, "end_of", lambda _day: Moment.at(then))
        settle(then)
        told = web.get("mail_preview", on=str(then.date() - timedelta(days=1)))
        assert "letter of interest" in mail(told)
        moved(cast, made, "indicative_terms")
        again = web.get("mail_preview", on=str(then.date() - timedelta(days=1)))
        assert again.masked == told.masked
        assert "indicative terms" in mail(web.get("mail_preview"))
        with acting_as(cast.mina):
            set_level(row=Commitment.objects.get(pk=made.pk), level=Level.LEAD)
        assert "letter of interest" not in mail(web.get("mail_preview", on=str(then.date() - timedelta(days=1))))
    assert "not over yet" in web.get("mail_preview", on=str(then.date())).seen
    assert re.search(r'<input[^>]*type="date"', web.get("mail_preview").text)
