"""Looking back in the web admin: a date picker on the deal's page, and what another could see on that day."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from deals.models import Commitment
from deals.services.disclosure import set_level
from institutions.isolation.levels import Level
from institutions.isolation.moment import Moment
from institutions.isolation.session import acting_as
from tests.acts import letter, widen
from tests.cast import Cast
from tests.past import clock, soon
from tests.web import Page, Web

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("second_factor_is_free")]


class Yesterday:
    """The day that is over, as far as a test has done what it looks back on: everything is done today."""

    day = date.today() - timedelta(days=1)

    def __init__(self, settle: Callable[[datetime], str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._settle, self._patch = settle, monkeypatch

    def ends(self, at: datetime) -> None:
        """That it ended at this moment."""
        self._settle(at)
        self._patch.setattr(Moment, "end_of", lambda _day, whom=None: Moment.at(at, whom=whom))


@pytest.fixture
def yesterday(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yesterday]:
    with soon() as settle:
        yield Yesterday(settle, monkeypatch)


def looked_back(web: Web, key: UUID, on: object, whom: object = "", kind: str = "deal") -> Page:
    return web.get(f"deals_{kind}_then", key, on=str(on), whom=str(whom))


def inner(page: Page) -> str:
    _, _, rest = page.text.partition('<article class="ob-page ob-seen"')
    return Page(200, rest.partition("</article>")[0], "", b"", 0).seen


def test_the_deals_page_looks_back_on_a_day(committed_cast: Cast, yesterday: Yesterday) -> None:
    made = letter(committed_cast, Level.PARTIES, money="123000000")
    then = clock()
    later = letter(committed_cast, Level.PARTIES, by="rolf", approver="rita", money="77000000")
    web = Web(committed_cast.rolf)
    here = web.get("deals_deal_change", committed_cast.deal.pk)
    assert 'type="date"' in here.text
    assert "77,000,000" in here.seen
    yesterday.ends(then)
    page = looked_back(web, committed_cast.deal.pk, yesterday.day)
    assert "123,000,000" in inner(page)
    assert "77,000,000" not in inner(page)
    assert "Record a letter of interest" not in inner(page)
    assert "letter of interest" in inner(looked_back(web, made.pk, yesterday.day, kind="commitment"))
    assert "or it was not registered yet" in looked_back(web, later.pk, yesterday.day, kind="commitment").seen


def test_the_owner_asks_what_another_could_see_on_that_day(committed_cast: Cast, yesterday: Yesterday) -> None:
    made = letter(committed_cast, Level.PARTIES, size_level=Level.OWN, money="123000000")
    then = clock()
    with acting_as(committed_cast.mina):
        set_level(row=Commitment.objects.get(pk=made.pk), level=Level.OWN)
    yesterday.ends(then)
    web, rhein = Web(committed_cast.mina), committed_cast.bank("rhein").pk
    page = looked_back(web, made.pk, yesterday.day, rhein, kind="commitment")
    assert "letter of interest" in inner(page)
    assert "123,000,000" not in inner(page)
    assert (
        "was the same as missing"
        in looked_back(web, made.pk, yesterday.day, committed_cast.bank("maple").pk, kind="commitment").seen
    )
    # Whoever does not own it asks for itself alone.
    widen(committed_cast, made, Level.LEAD)
    theirs = Web(committed_cast.ada).get("deals_commitment_then", made.pk)
    assert 'name="on"' in theirs.text
    assert 'name="whom"' not in theirs.text


def test_a_day_that_is_not_over_is_not_looked_back_on(committed_cast: Cast, yesterday: Yesterday) -> None:
    web = Web(committed_cast.rolf)
    assert "not over yet" in looked_back(web, committed_cast.deal.pk, date.today()).seen
    assert "YYYY-MM-DD" in looked_back(web, committed_cast.deal.pk, "soon").seen
    assert web.get("deals_commitment_then", letter(committed_cast, Level.LEAD).pk).status == 404
