"""Exports and the network's picture from a standby: only what has replayed the latest change of rights."""

import csv
import io

import pytest

from tests.scaling.installation import Installation
from tests.scaling.servers import until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NARROW = 2
READERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'orebook_app' AND query_start > now() - interval '1 minute'"
)


def exported(scaled: Installation, bank: int) -> set[str]:
    answer = scaled.ask(bank, "GET", "commitments.csv")
    assert answer.status == 200, answer
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode("utf-8-sig"))))
    return {row["id"] for row in rows}


def seen(scaled: Installation, bank: int) -> set[str]:
    return {str(key) for key in scaled.seen_by(bank, "SELECT id FROM deals_commitment")}


def test_an_export_is_read_there_and_is_what_the_primary_would_tell(scaled: Installation) -> None:
    until(lambda: scaled.admin("SELECT pg_last_wal_replay_lsn() IS NOT NULL", standby=True), 30, "replay")
    for bank in (1, NARROW, 7):
        assert exported(scaled, bank) == seen(scaled, bank)
    assert scaled.admin(READERS, standby=True) > 0


def test_nothing_older_than_the_latest_change_of_rights_is_served(scaled: Installation) -> None:
    before = seen(scaled, NARROW)
    assert before
    scaled.admin("SELECT pg_wal_replay_pause()", standby=True)
    try:
        # The standby still has it all; the primary has taken it away.
        taken = "UPDATE institutions_audiencemember SET ends = now() WHERE principal = %s AND ends > now()"
        scaled.admin(taken, _bank(scaled, NARROW))
        assert scaled.admin("SELECT count(*) FROM institutions_audiencemember WHERE principal = %s AND ends > now()",
                            _bank(scaled, NARROW), standby=True) > 0  # fmt: skip
        after = exported(scaled, NARROW)
    finally:
        scaled.admin("SELECT pg_wal_replay_resume()", standby=True)
    assert after == seen(scaled, NARROW)
    assert after < before
    # And from the standby again, once it has come as far.
    assert exported(scaled, NARROW) == after


def test_the_picture_is_the_same_from_either(scaled: Installation) -> None:
    there = scaled.ask(1, "GET", "network-picture")
    assert there.status == 200, there
    scaled.admin("SELECT pg_wal_replay_pause()", standby=True)
    try:
        scaled.admin("CREATE TABLE IF NOT EXISTS made.later ()")
        here = scaled.ask(1, "GET", "network-picture")
    finally:
        scaled.admin("SELECT pg_wal_replay_resume()", standby=True)
    assert here.body == there.body


def test_without_the_standby_the_primary_answers(scaled: Installation) -> None:
    scaled.standby.stop()
    try:
        assert exported(scaled, 7) == seen(scaled, 7)
    finally:
        scaled.standby.start()


def _bank(scaled: Installation, bank: int) -> object:
    return scaled.admin("SELECT made.id('bank', %s)", bank)
