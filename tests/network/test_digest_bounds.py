"""A mail tells so many changes and no more, and says so where there were more."""

import pytest

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.journal.reading import Position
from network.digests import selection
from network.digests.composing import compose
from network.digests.scope import Interest, Scope, scope_now
from network.digests.selection import news_for
from network.models import Cadence, Carries, Topic
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import follows_deal, mail_carries

pytestmark = pytest.mark.usefixtures("only_who_asks")

SAYS = "More changed than one mail tells"


def now(cast: Cast, who: str) -> str:
    person = cast.people[who]
    with acting_as(person):
        told = compose(person, news_for(person, scope_now(person.pk)))
    return told.text if told else ""


@pytest.mark.parametrize(("most", "says"), [(1, True), (2_000, False)])
def test_it_says_where_there_was_more(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch, most: int, says: bool
) -> None:
    monkeypatch.setattr(selection, "MOST_EVENTS", most)
    follows_deal(committed_cast, "rolf")
    mail_carries(committed_cast, Carries.FULL, "rolf")
    for money in ("31000000", "32000000"):
        letter(committed_cast, Level.PARTIES, money=money)
    text = now(committed_cast, "rolf")
    assert "disclosed a letter of interest" in text
    assert (SAYS in text) is says


def test_what_another_topic_told_takes_no_place(committed_cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rolf = committed_cast.rolf
    follows_deal(committed_cast, "rolf")
    mail_carries(committed_cast, Carries.FULL, "rolf")
    letter(committed_cast, Level.PARTIES, money="31000000")
    with acting_as(rolf):
        told = scope_now(rolf.pk).to
    letter(committed_cast, Level.PARTIES, money="32000000")
    with acting_as(rolf):
        to = scope_now(rolf.pk).to
    # Until here it was told of deals; of its institution's commitments there was nothing to tell yet.
    interests = (
        Interest(Topic.DEALS, Cadence.DAILY, covered=True, told=told, since=0),
        Interest(Topic.COMMITMENTS, Cadence.DAILY, covered=True, told=Position(0, 0), since=0),
    )
    monkeypatch.setattr(selection, "MOST_EVENTS", 2)
    with acting_as(rolf):
        news = news_for(rolf, Scope(interests, to))
        mail = compose(rolf, news)
    assert mail is not None
    assert "32,000,000" in mail.text
    assert "31,000,000" not in mail.text
