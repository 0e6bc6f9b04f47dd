"""Who changes something while the picture is kept: it is seen with the change's commit, and not before."""

import os
import threading

import psycopg
import pytest
from django.db import connection, connections

from deals.lifecycle import Class
from deals.services.telling import tell_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import letter
from tests.cast import Cast
from tests.deals.test_network_picture import open_deal
from tests.packages import load_rates
from tests.pictures import counted_anew, keep, seen_by

pytestmark = pytest.mark.slow


def test_a_change_that_was_under_way_while_the_picture_was_kept_is_seen_when_it_is_committed(
    committed_cast: Cast,
) -> None:
    cast = committed_cast
    deal = open_deal(cast, "one", "100000000", "graphite")
    made = letter(cast, Level.NETWORK, by="ada", approver="abe", deal=deal, money="30000000")
    keep()
    before = seen_by(cast.marc)
    written, kept = threading.Event(), threading.Event()

    def withdraw() -> None:
        try:
            with acting_as(cast.ada):
                tell_commitment(by=cast.ada, commitment=made, level=Level.PARTIES, size_level=Level.PARTIES)
                written.set()
                kept.wait(20)
        finally:
            connections.close_all()

    other = threading.Thread(target=withdraw)
    other.start()
    assert written.wait(20)
    # Another deal's change is kept meanwhile, and the one that is under way is nobody's yet.
    letter(cast, Level.NETWORK, by="ada", approver="abe", deal=open_deal(cast, "two", "1", "tin"), money="1000000")
    keep()
    assert seen_by(cast.marc).minerals[0] == before.minerals[0]
    kept.set()
    other.join(20)
    after = seen_by(cast.marc)
    assert after == counted_anew(cast.marc)
    assert after.minerals != before.minerals
    assert "graphite" in {line.key for line in after.minerals if Class.INDICATIVE not in line.sums.money}
    keep()
    assert seen_by(cast.marc) == after


def test_what_is_first_told_while_the_picture_is_kept_is_kept_the_next_time(committed_cast: Cast) -> None:
    cast = committed_cast
    load_rates()
    open_deal(cast, "one", "100000000", "graphite")
    keep()

    def keep_late() -> None:
        try:
            with connection.cursor() as cursor:
                # Its statement begins, and goes on later: the wall does not let it see what is told in between.
                cursor.execute("SELECT deals.keep_picture('USD') FROM (SELECT pg_advisory_xact_lock(7) OFFSET 0) held")
        finally:
            connections.close_all()

    other = threading.Thread(target=keep_late)
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(7)")
        other.start()
        while not admin.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").rowcount:
            pass
        open_deal(cast, "two", "50000000", "graphite")
        admin.execute("SELECT pg_advisory_unlock(7)")
        other.join(20)
    for _ in range(2):
        now = seen_by(cast.marc)
        assert now == counted_anew(cast.marc)
        assert now.whole.deals == 2
        keep()
