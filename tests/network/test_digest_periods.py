"""One digest per person and period of the person's own calendar: clock changes neither skip nor double."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from pytest_django import DjangoAssertNumQueries

from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.delivering import deliver
from network.models import Cadence, Digest, DigestStatus, Topic, TopicPreference
from network.services.following import follow
from network.services.preferences import prefer
from tests.acts import letter
from tests.cast import Cast
from tests.network.digest_acts import Sink, follows_deal

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]


def reader(cast: Cast, zone: str, hour: int = 7, cadence: Cadence = Cadence.DAILY, weekday: int = 1) -> None:
    """Ada follows the deal, in a zone and with a wish."""
    Staff.objects.filter(pk=cast.ada.pk).update(time_zone=zone)
    with acting_as(cast.ada):
        follow(by=cast.ada, deal=cast.deal.pk)
        prefer(by=cast.ada, hour=hour, weekday=weekday, cadences=dict.fromkeys(Topic, cadence))


def ticks(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


def made_over(cast: Cast, start: datetime, end: datetime, step: timedelta = timedelta(minutes=30)) -> list[datetime]:
    """When digests of Ada were made, with a beat that ticks all along and nothing to tell."""
    times = []
    for at in ticks(start, end, step):
        for digest in ledger.make_due(at):
            times.append(at)
            deliver(digest, at)
    return times


@pytest.mark.parametrize("hour", [0, 2, 7])
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2027, 10, 31)),
        ("America/Toronto", date(2027, 3, 14)),
        ("America/Toronto", date(2027, 11, 7)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("Australia/Lord_Howe", date(2027, 10, 3)),
        ("Asia/Kathmandu", date(2027, 5, 1)),
    ],
)
def test_each_local_day_has_one_digest_also_when_the_clock_is_changed(
    cast: Cast, zone: str, change: date, hour: int
) -> None:
    reader(cast, zone, hour)
    noon = datetime.combine(change, time(12), ZoneInfo(zone))
    start, end = ((noon + timedelta(days=days)).astimezone(UTC) for days in (-2, 3))
    # The period that is running when the beat begins is made at once; count from the next one.
    made_over(cast, start, start + timedelta(minutes=1))
    times = made_over(cast, start, end)
    local = [at.astimezone(ZoneInfo(zone)) for at in times]
    days = [moment.date() for moment in local]
    assert len(days) == len(set(days)) == 5
    assert days == [days[0] + timedelta(days=i) for i in range(5)]
    # At the hour; where the clock leaps over it, as soon as it has leapt.
    assert all(moment.hour in (hour, hour + 1) for moment in local)


def test_a_beat_that_stood_still_is_made_up_for_once(cast: Cast) -> None:
    reader(cast, "Asia/Seoul")
    day = datetime(2027, 5, 3, 22, 0, tzinfo=UTC)
    made_over(cast, day - timedelta(days=1), day - timedelta(minutes=10))
    # Seven in Seoul is 22 UTC; the beat comes back three hours late.
    assert made_over(cast, day + timedelta(hours=3), day + timedelta(hours=20)) == [day + timedelta(hours=3)]


def test_a_weekly_digest_comes_on_its_weekday_and_once(cast: Cast) -> None:
    reader(cast, "Europe/Berlin", 9, Cadence.WEEKLY, weekday=3)
    start = datetime(2027, 3, 1, tzinfo=UTC)
    made_over(cast, start, start + timedelta(hours=1))
    times = made_over(cast, start + timedelta(hours=1), start + timedelta(days=35), timedelta(hours=1))
    local = [at.astimezone(ZoneInfo("Europe/Berlin")) for at in times]
    assert [(moment.isoweekday(), moment.hour) for moment in local] == [(3, 9)] * 5


def test_nobody_is_due_who_wants_nothing_or_is_suspended(cast: Cast) -> None:
    at = datetime(2027, 5, 3, 12, tzinfo=UTC)
    assert ledger.make_due(at) == []
    reader(cast, "UTC", cadence=Cadence.NOTHING)
    assert ledger.make_due(at) == []
    with acting_as(cast.ada):
        TopicPreference.objects.update(cadence=Cadence.DAILY)
    Staff.objects.filter(pk=cast.ada.pk).update(is_active=False)
    assert ledger.make_due(at) == []
    Staff.objects.filter(pk=cast.ada.pk).update(is_active=True)
    assert len(ledger.make_due(at)) == 1


def test_who_asks_for_mail_after_the_hour_waits_for_the_next_morning(cast: Cast) -> None:
    reader(cast, "UTC", hour=7)
    now = datetime.now(UTC)
    # The hour may have just begun.
    (first,) = made_over(cast, now, now + timedelta(days=1, hours=1))
    assert now < first
    assert first.hour == 7


def test_another_hour_neither_skips_a_day_nor_doubles_it(cast: Cast) -> None:
    reader(cast, "UTC", 7)
    day = datetime(2027, 5, 3, tzinfo=UTC)
    made_over(cast, day, day + timedelta(hours=8))
    with acting_as(cast.ada):
        prefer(by=cast.ada, hour=9)
    assert made_over(cast, day + timedelta(hours=8), day + timedelta(hours=24)) == []
    with acting_as(cast.ada):
        prefer(by=cast.ada, hour=5)
    assert made_over(cast, day + timedelta(hours=24), day + timedelta(hours=48)) == [day + timedelta(hours=29)]


def test_a_wrong_zone_at_one_person_stops_nobody(cast: Cast) -> None:
    reader(cast, "Mars/Olympus")
    assert len(ledger.make_due(datetime(2027, 5, 3, 12, tzinfo=UTC))) == 1


def test_ticks_that_race_make_one_digest_and_send_one_mail(committed_cast: Cast, sink: Sink) -> None:
    cast = committed_cast
    reader(cast, "UTC")
    letter(cast, Level.LEAD)
    at = datetime.now(UTC) + timedelta(days=2)

    def tick(_: int) -> list[object]:
        try:
            return [outcome for digest in ledger.make_due(at) if (outcome := deliver(digest, at))]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        outcomes = [outcome for told in threads.map(tick, range(24)) for outcome in told]
    assert len(outcomes) == 1
    assert sink.readers == ["ada"]
    with acting_as(cast.ada):
        assert list(Digest.objects.values_list("status", flat=True)) == [DigestStatus.DONE]


def test_a_new_period_waits_for_the_open_one_and_then_comes(cast: Cast) -> None:
    reader(cast, "UTC")
    first = datetime(2027, 5, 3, 12, tzinfo=UTC)
    (open_,) = ledger.make_due(first)
    lease = ledger.lease(open_, first)
    assert lease is not None
    ledger.mark(lease, DigestStatus.PENDING, at=first, pause=timedelta(days=1))
    assert ledger.make_due(first + timedelta(hours=23)) == []
    assert ledger.make_due(first + timedelta(hours=25)) == [open_]
    deliver(open_, first + timedelta(hours=25))
    (next_,) = ledger.make_due(first + timedelta(hours=25))
    with acting_as(cast.ada):
        assert Digest.objects.get(pk=next_).period == "day:2027-05-04"


def test_who_is_due_is_one_question_however_many_they_are(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    follows_deal(cast, "ada", "abe", "rolf", "rita", "sora")
    with django_assert_num_queries(1):
        assert len(ledger.make_now()) == 5
