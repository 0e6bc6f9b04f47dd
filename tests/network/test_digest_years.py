"""Two years of ten people in ten zones: each local day has one digest, whatever clocks, journeys and the beat do."""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.models import Cadence, Topic
from network.services.preferences import prefer
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("only_who_asks")]

# Clocks that change in the north, in the south, by half an hour, never; half-hour and 45-minute zones; both sides of
# the date line. With the local hour that each wants.
ZONES = {
    "ada": ("Australia/Lord_Howe", 2),
    "abe": ("Pacific/Chatham", 3),
    "mina": ("Asia/Seoul", 7),
    "joon": ("Asia/Kathmandu", 0),
    "rolf": ("Europe/Berlin", 2),
    "rita": ("Africa/Casablanca", 3),
    "sora": ("Asia/Kolkata", 23),
    "marc": ("America/St_Johns", 1),
    "mary": ("Pacific/Kiritimati", 7),
    "finn": ("America/Toronto", 2),
}
START, END = datetime(2027, 1, 3, tzinfo=UTC), datetime(2029, 1, 3, tzinfo=UTC)
TICK = timedelta(hours=4)
# How far clocks are put ahead at most.
LEAP = timedelta(hours=1)
STANDSTILL = datetime(2027, 6, 1, 20, tzinfo=UTC), datetime(2027, 6, 2, tzinfo=UTC)
# At one in Seoul she flies to Toronto, and a month later at noon there home again.
AWAY, BACK = datetime(2027, 9, 1, 4, tzinfo=UTC), datetime(2027, 10, 1, 16, tzinfo=UTC)

Made = dict[str, list[tuple[str, datetime]]]

# The beat of two years, and a worker that has nothing to tell: in the database, since each tick is one question.
BEAT = """
DO $$
DECLARE
    tick timestamptz;
BEGIN
    FOR tick IN SELECT generate_series({start}::timestamptz, {end}::timestamptz, {step}::interval) LOOP
        CONTINUE WHEN tick >= {still_from} AND tick < {still_to};
        IF tick = {away} THEN
            UPDATE institutions_staff SET time_zone = 'America/Toronto' WHERE id = {traveller};
        ELSIF tick = {back} THEN
            UPDATE institutions_staff SET time_zone = 'Asia/Seoul' WHERE id = {traveller};
        END IF;
        PERFORM network.make_due(tick);
        UPDATE network_digest SET status = 'empty', to_xact = 0, to_seq = 0 WHERE status = 'pending';
    END LOOP;
END $$
"""


def begins(day: date, hour: int, zone: str) -> datetime:
    """When the hour comes; where the clock leaps over it, no later than it has leapt."""
    hours = (datetime.combine(day, time(hour, fold=fold), ZoneInfo(zone)).astimezone(UTC) for fold in (0, 1))
    return min(hours)


def two_years(cast: Cast) -> Made:
    """The periods of each person and when their digests were made."""
    for who, (zone, hour) in ZONES.items():
        Staff.objects.filter(pk=cast.people[who].pk).update(time_zone=zone)
        with acting_as(cast.people[who]):
            prefer(by=cast.people[who], hour=hour, cadences={Topic.DEALS: Cadence.DAILY})
    told = {
        "start": START, "end": END, "step": TICK, "still_from": STANDSTILL[0], "still_to": STANDSTILL[1],
        "away": AWAY, "back": BACK, "traveller": cast.mina.pk,
    }  # fmt: skip
    names = {person.pk: who for who, person in cast.people.items()}
    found: Made = {who: [] for who in ZONES}
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(
            psycopg.sql.SQL(BEAT).format(**{name: psycopg.sql.Literal(value) for name, value in told.items()})
        )
        rows = owner.execute("SELECT person_id, period, made_at FROM network_digest ORDER BY made_at").fetchall()
    for person, period, at in rows:
        found[names[person]].append((period, at))
    return found


def test_two_years_have_one_digest_a_day_and_one_catch_up(committed_cast: Cast) -> None:
    made = two_years(committed_cast)
    for who, (zone, hour) in ZONES.items():
        one_a_day(who, [period for period, _ in made[who]])
        if who != "mina":
            in_time(who, zone, hour, made[who])
    # Seven in Seoul fell into the standstill; whoever waited got one, at its end.
    caught_up = [who for who in ZONES for _, at in made[who] if at == STANDSTILL[1]]
    assert "mina" in caught_up
    assert len(caught_up) == len(set(caught_up))
    abroad = {period: at for period, at in made["mina"] if AWAY < at < BACK}
    # The first of September was told in Seoul; the next morning that is hers is the second, in Toronto.
    assert min(abroad) == "day:2027-09-02"
    assert all(at.astimezone(ZoneInfo("America/Toronto")).hour in (7, 8, 9, 10) for at in abroad.values())


def one_a_day(who: str, periods: list[str]) -> None:
    days = [date.fromisoformat(period.removeprefix("day:")) for period in periods]
    assert days == [days[0] + timedelta(days=i) for i in range(len(days))], who
    assert len(days) in (731, 732), who


def in_time(who: str, zone: str, hour: int, made: list[tuple[str, datetime]]) -> None:
    """At the next tick; where the clock leaps over the hour, or the beat stands still, as soon as that is over."""
    # The period that was running when the beat began had its digest at once.
    for period, at in made[1:]:
        due = begins(date.fromisoformat(period.removeprefix("day:")), hour, zone)
        still = STANDSTILL[0] - TICK < due < STANDSTILL[1]
        assert timedelta(0) <= at - due < (2 * TICK if still else TICK + LEAP), (who, period, at - due)
