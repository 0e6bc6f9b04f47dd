"""What the sealed log costs: writers while it is sealed again and again, and sealing and checking a hundred thousand
events.

It is sealed each half second here, seven thousand times as often as in a registry that runs.
"""

import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from deals.models import Instrument
from deals.services.commitments import register_commitment
from institutions.isolation.session import acting_as
from institutions.journal.verifying import verify
from tests.benchmarks.noted import Note, note
from tests.cast import Cast, in_a_year

pytestmark = pytest.mark.timeout(900)
ROUNDS, WRITES = 12, 30
EVENTS = 100_000
EACH = 0.5


def write(cast: Cast) -> float:
    """The milliseconds of one letter's registration."""
    begun = time.perf_counter()
    with acting_as(cast.rolf):
        register_commitment(
            by=cast.rolf,
            deal=cast.deal,
            instrument=Instrument.SENIOR_LOAN,
            stage="letter_of_interest",
            valid_until=in_a_year(),
        )
    return (time.perf_counter() - begun) * 1000


@contextmanager
def sealing() -> Iterator[None]:
    """Somebody seals again and again."""
    ends = threading.Event()

    def again() -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as app:
            while not ends.is_set():
                app.execute("SELECT journal.seal('0')")
                ends.wait(EACH)

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def test_writers_do_not_wait_for_the_seal(committed_cast: Cast) -> None:
    for _ in range(WRITES):
        write(committed_cast)
    ratios = []
    for number in range(ROUNDS):
        # Which of the two comes first alternates, so that a machine that slows down slows both.
        measured: dict[bool, float] = {}
        for sealed in (number % 2 == 0, number % 2 == 1):
            if sealed:
                with sealing():
                    measured[True] = statistics.median(write(committed_cast) for _ in range(WRITES))
            else:
                measured[False] = statistics.median(write(committed_cast) for _ in range(WRITES))
        ratios.append(measured[True] / measured[False])
    found = statistics.median(ratios)
    print(f"\nwriting while it is sealed: {found:.3f} times ({min(ratios):.3f}-{max(ratios):.3f})")
    note("sealing_writers", Note("writing while the log is sealed", round(found, 3), "times", 1.1, "no sealing"))
    assert found <= 1.1


_FILL = """
    INSERT INTO institutions_event (id, xact, seq, effective_on, actor, institution_id, "table", row_id, action, after,
                                    audience_id)
    SELECT gen_random_uuid(), e.xact, nextval('journal.seq'), e.effective_on, e.actor, e.institution_id, e."table",
           e.row_id, 'updated', e.after, e.audience_id
    FROM institutions_event e, generate_series(1, %s) WHERE e.id = %s
"""


def test_a_hundred_thousand_events_are_sealed_and_checked(committed_cast: Cast) -> None:
    write(committed_cast)
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        row = admin.execute("SELECT id FROM institutions_event WHERE \"table\" = 'deals_commitment' LIMIT 1").fetchone()
        assert row
        admin.execute(_FILL, [EVENTS, row[0]])
        admin.execute("ANALYZE institutions_event")
        begun = time.perf_counter()
        plain = admin.execute("SELECT count(sha256(convert_to(e::text, 'UTF8'))) FROM institutions_event e").fetchone()
        hashing = time.perf_counter() - begun
    assert plain
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as app:
        begun = time.perf_counter()
        app.execute("SELECT journal.seal('0')")
        app.execute("SELECT journal.seal('0')")
        sealing_took = time.perf_counter() - begun
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        begun = time.perf_counter()
        verdict = verify(owner, {})
        checking = time.perf_counter() - begun
    assert verdict.bad is None
    assert verdict.events > EVENTS
    print(
        f"\n{verdict.events} events: sealed in {sealing_took:.1f} s, checked in {checking:.1f} s,"
        f" hashed each once by PostgreSQL in {hashing:.2f} s"
    )
    note(
        "sealing_many",
        Note("sealing 100,000 events, within a transaction's minute", round(sealing_took, 1), "s", 55),
        Note("verify_log of 100,000 events", round(checking, 1), "s", 60),
    )
