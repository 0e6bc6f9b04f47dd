"""Which mail tells a change of several topics: the first that can, once, and none is passed over."""

from institutions.journal.reading import Position
from network.digests.scope import Interest, Scope, _interest
from network.models import Cadence, Topic

BOTH = {Topic.DEALS, Topic.COMMITMENTS}
HERE = Position(50, 0)


def interest(
    topic: Topic, cadence: Cadence = Cadence.DAILY, *, covered: bool = True, told: int = 0, since: int = 0
) -> Interest:
    return Interest(topic, cadence, covered, Position(told, 0), since)


def tells(*interests: Interest) -> Topic | None:
    return Scope(interests, Position(100, 0)).tells(HERE, BOTH)


def test_the_mail_at_hand_tells_it_though_a_quicker_topic_would_too() -> None:
    at_once = interest(Topic.DEALS, Cadence.AT_ONCE, covered=False)
    assert tells(at_once, interest(Topic.COMMITMENTS)) is Topic.COMMITMENTS


def test_what_one_topic_told_another_does_not_tell_again() -> None:
    assert tells(interest(Topic.DEALS), interest(Topic.COMMITMENTS, covered=False, told=60)) is None


def test_a_topic_that_was_not_wanted_then_takes_nothing_from_one_that_was() -> None:
    assert tells(interest(Topic.DEALS, since=60), interest(Topic.COMMITMENTS)) is Topic.COMMITMENTS
    assert tells(interest(Topic.DEALS, since=60)) is None


def test_of_two_topics_of_one_mail_the_quicker_has_it() -> None:
    weekly = interest(Topic.COMMITMENTS, Cadence.WEEKLY)
    assert tells(weekly, interest(Topic.DEALS)) is Topic.DEALS


def test_what_is_wanted_never_is_told_by_nobody() -> None:
    never = interest(Topic.DEALS, Cadence.NOTHING, covered=False)
    assert tells(never, interest(Topic.COMMITMENTS, Cadence.NOTHING, covered=False)) is None


def test_after_a_restore_everything_is_still_to_be_told() -> None:
    to = Position(100, 0)
    restored = _interest("deals", "daily", True, 900, 3, 800, to=to)
    assert Scope((restored,), to).tells(HERE, BOTH) is Topic.DEALS
