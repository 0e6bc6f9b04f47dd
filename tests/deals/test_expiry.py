"""What runs out is told before and when it happens, once, to whom it concerns alone."""

import os
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, transaction

from config.schedule import SCHEDULE
from deals.models import Commitment, Condition, ExpiryNotice, Instrument, Tranche
from deals.services.commitments import register_commitment
from deals.services.conditions import clear_condition
from deals.services.disclosure import set_level
from deals.services.moves import move_commitment
from deals.services.registering import RenewsAnother
from deals.tasks import lapse, warn
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Event, Staff
from tests.acts import condition, confirm_waiting, letter, moved
from tests.cast import Cast, in_a_year
from tests.deals.allocating import allocated, answer, counter, offer, scalable, tranche, usd

pytestmark = pytest.mark.slow


def day(days: int) -> date:
    return date.today() + timedelta(days=days)


def told(who: Staff, **facts: Any) -> list[tuple[str, date, int]]:
    with acting_as(who):
        rows = ExpiryNotice.objects.filter(**facts).order_by("due_on", "-days")
        return list(rows.values_list("kind", "due_on", "days"))


def valid_for(cast: Cast, days: int, **how: Any) -> Commitment:
    """A letter that is valid for so many days from today: renewed to that day, by two persons."""
    made = letter(cast, **how)
    moved(cast, made, "letter_of_interest", valid_until=day(days))
    return made


@pytest.mark.parametrize(
    ("left", "warned"),
    [(31, []), (30, [30]), (12, [30]), (8, [30]), (7, [7]), (2, [7]), (1, [1]), (0, [1])],
)
def test_a_letter_is_warned_of_at_the_last_of_thirty_seven_and_one_days_that_has_come(
    cast: Cast, left: int, warned: list[int]
) -> None:
    made = valid_for(cast, left)
    warn()
    assert [days for _, _, days in told(cast.mina, commitment=made)] == warned


def test_a_job_that_runs_twice_warns_once(cast: Cast) -> None:
    made = valid_for(cast, 5)
    for _ in range(3):
        warn()
    assert told(cast.joon) == [("validity", made.valid_until, 7)]
    with acting_as(cast.mina):
        assert Event.objects.filter(table="deals_expirynotice").count() == 1


def test_a_warning_is_its_institutions_alone(cast: Cast) -> None:
    valid_for(cast, 5, level=Level.PARTIES)
    warn()
    for who in (cast.ada, cast.rolf, cast.dami, cast.dora):
        assert told(who) == []
        with acting_as(who):
            assert not Event.objects.filter(table="deals_expirynotice").exists()
    assert len(told(cast.joon)) == 1


def test_a_renewed_letter_is_warned_of_anew(cast: Cast) -> None:
    made = valid_for(cast, 5)
    warn()
    moved(cast, made, "letter_of_interest", valid_until=day(20))
    warn()
    assert told(cast.mina) == [("validity", day(5), 7), ("validity", day(20), 30)]


def test_an_availability_that_ends_is_told_to_each_lender_of_the_tranche(cast: Cast) -> None:
    made = letter(cast)
    moved(cast, made, "approved")
    letter(cast, by="rolf", approver="rita")
    with acting_as(cast.ada):
        Tranche.objects.filter(pk=cast.base.pk).update(availability_ends_on=day(7))
    warn()
    assert told(cast.mina) == [("availability", day(7), 7)]
    # A letter is no money that could be drawn.
    assert told(cast.rolf) == []
    with acting_as(cast.ada):
        Tranche.objects.filter(pk=cast.base.pk).update(availability_ends_on=day(-1))
    warn()
    assert told(cast.mina) == [("availability", day(-1), 0), ("availability", day(7), 7)]


def test_of_a_tranche_that_went_out_of_sight_nothing_is_told(cast: Cast) -> None:
    made = letter(cast)
    moved(cast, made, "approved")
    with acting_as(cast.ada):
        Tranche.objects.filter(pk=cast.base.pk).update(availability_ends_on=day(7))
        set_level(row=Tranche.objects.get(pk=cast.base.pk), level=Level.OWN)
    warn()
    assert told(cast.mina) == []


def test_a_condition_that_is_due_is_warned_of_and_stays_open(cast: Cast) -> None:
    only = condition(cast, letter(cast), due_on=day(1))
    shared = condition(cast, None, "60 % of output sold", by="ada", approver="abe", due_on=day(30))
    late = condition(cast, letter(cast, by="rolf", approver="rita"), by="rolf", approver="rita", due_on=day(-1))
    warn()
    assert told(cast.mina, condition=only) == [("condition", day(1), 1)]
    assert told(cast.ada, condition=shared) == [("condition", day(30), 30)]
    assert told(cast.rolf, condition=late) == [("condition", day(-1), 0)]
    with acting_as(cast.rolf):
        late.refresh_from_db()
        assert late.state == "open"
        clear_condition(by=cast.rolf, condition=late, to="satisfied", evidence="Late, but there")


def test_no_person_writes_a_warning(cast: Cast) -> None:
    made = letter(cast)
    with acting_as(cast.mina), pytest.raises(IntegrityError, match="made by the clock"), transaction.atomic():
        ExpiryNotice.objects.create(
            owner=cast.bank("hanok"), deal=cast.deal, commitment=made, kind="validity", due_on=day(5), days=7
        )


def test_it_is_rung_every_hour() -> None:
    assert SCHEDULE["warning"]["task"] == "deals.tasks.warn"
    assert SCHEDULE["warning"]["schedule"] == 3600


def its_day_was_yesterday(made: Commitment) -> None:
    """Nobody can say so, so that the clock is turned for it."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute("ALTER TABLE deals_commitment DISABLE TRIGGER USER")
        owner.execute("UPDATE deals_commitment SET valid_until = current_date - 1 WHERE id = %s", [made.pk])
        owner.execute("ALTER TABLE deals_commitment ENABLE TRIGGER USER")


@pytest.fixture
def lapsed(committed_cast: Cast) -> Commitment:
    """An approval of Hanok's that lapsed yesterday, with an open condition and one that was satisfied."""
    cast = committed_cast
    made = letter(cast, Level.LEAD)
    condition(cast, made, "Open")
    done = condition(cast, made, "Done")
    with acting_as(cast.mina):
        clear_condition(by=cast.mina, condition=done, to="satisfied", evidence="x")
    moved(cast, made, "conditional_approval")
    its_day_was_yesterday(made)
    for _ in range(2):
        warn()
        lapse()
        warn()
    return made


def test_what_lapses_says_so_takes_its_open_conditions_along_and_is_taken_up_by_a_new_one(
    committed_cast: Cast, lapsed: Commitment
) -> None:
    cast = committed_cast
    assert told(cast.mina) == [("validity", day(-1), 0)]
    with acting_as(cast.mina):
        states = dict(Condition.objects.values_list("text", "state"))
        assert states == {"Open": "lapsed", "Done": "satisfied"}
        lapsed.refresh_from_db()
        with pytest.raises(Exception, match="does not go to"):
            move_commitment(by=cast.mina, commitment=lapsed, to="conditional_approval", valid_until=in_a_year())
        again = register_commitment(
            by=cast.mina, deal=cast.deal, instrument=Instrument.SENIOR_LOAN, stage="letter_of_interest",
            valid_until=in_a_year(), renews=lapsed,
        )  # fmt: skip
    confirm_waiting(cast, again)
    with acting_as(cast.mina):
        again.refresh_from_db()
        assert (again.stage, again.renews_id) == ("letter_of_interest", lapsed.pk)
        # What ended stays as it ended.
        lapsed.refresh_from_db()
        assert lapsed.stage == "lapsed"


def test_only_what_lapsed_of_ones_own_is_taken_up(cast: Cast) -> None:
    alive = letter(cast, Level.PARTIES)
    with acting_as(cast.mina):
        with pytest.raises(RenewsAnother):
            register_commitment(
                by=cast.mina, deal=cast.deal, instrument=Instrument.EQUITY, stage="enquiry", renews=alive
            )
        with pytest.raises(IntegrityError, match="only what lapsed"), transaction.atomic():
            Commitment.objects.create(
                owner=cast.bank("hanok"), institution=cast.bank("hanok"), deal=cast.deal, stage="enquiry",
                instrument="equity", renews=alive,
            )  # fmt: skip
    with acting_as(cast.rolf), pytest.raises(Exception, match="row-level"), transaction.atomic():
        Commitment.objects.create(
            owner=cast.bank("rhein"), institution=cast.bank("rhein"), deal=cast.deal, stage="enquiry",
            instrument="equity", renews=alive,
        )  # fmt: skip


def test_what_is_allocated_lapses_too_and_its_share_is_free_again(committed_cast: Cast) -> None:
    cast = committed_cast
    of = tranche(cast)
    made = offer(cast, of, usd(95), valid_until=day(5))
    allocated(cast, of, scalable(made), amount=usd(95))
    answer(cast, made, accept=True)
    warn()
    assert told(cast.mina, commitment=made) == [("validity", day(5), 7)]
    assert counter(cast, of) == 95_000_000
    its_day_was_yesterday(made)
    lapse()
    with acting_as(cast.mina):
        made.refresh_from_db()
        assert made.stage == "lapsed"
    assert counter(cast, of) == 0
