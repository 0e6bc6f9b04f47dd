"""An incident pack out of a million events, for a bank that sees a tenth of them."""

import io
import os
import time
from datetime import UTC, datetime, timedelta
from zipfile import ZipFile

import psycopg
import pytest

from institutions.isolation.levels import Level
from tests.acts import letter
from tests.api import person_of
from tests.benchmarks.noted import Note, note
from tests.cast import Cast

pytestmark = pytest.mark.timeout(900)
EVENTS, SEEN = 1_000_000, 10
# Of each commitment so many events, spread over a day.
OF_EACH = 5
_ROWS = """
    INSERT INTO institutions_standing (row_id, "table", owner_id, audience_id)
    SELECT ('00000000-0000-4000-b000-' || lpad((n + %(from)s)::text, 12, '0'))::uuid, s."table", s.owner_id,
           s.audience_id
    FROM institutions_standing s, generate_series(1, %(rows)s) n WHERE s.row_id = %(like)s
"""
_EVENTS = """
    INSERT INTO institutions_event (id, xact, seq, recorded_at, effective_on, actor, institution_id, "table", row_id,
                                    action, after, audience_id)
    SELECT gen_random_uuid(), e.xact, nextval('journal.seq'), now() - interval '1 second' * (n %% 80000),
           e.effective_on,
           e.actor, e.institution_id, e."table",
           ('00000000-0000-4000-b000-' || lpad((n %% %(rows)s + 1 + %(from)s)::text, 12, '0'))::uuid,
           CASE WHEN n < %(rows)s THEN 'created' ELSE 'updated' END, e.after, e.audience_id
    FROM institutions_event e, generate_series(0, %(events)s - 1) n
    WHERE e.row_id = %(like)s AND e.action = 'created'
"""


def test_a_pack_out_of_a_million_events(committed_cast: Cast) -> None:
    mine = letter(committed_cast, Level.LEAD)
    theirs = letter(committed_cast, Level.LEAD, by="rolf", approver="rita")
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        begun = 0
        for like, share in ((mine.pk, EVENTS // SEEN), (theirs.pk, EVENTS - EVENTS // SEEN)):
            asked = {"like": like, "rows": share // OF_EACH, "events": share, "from": begun}
            admin.execute(_ROWS, asked)
            admin.execute(_EVENTS, asked)
            begun += share // OF_EACH
        admin.execute("VACUUM ANALYZE institutions_event, institutions_standing")
    since = (datetime.now(UTC) - timedelta(days=2)).isoformat().replace("+00:00", "Z")
    asks = person_of("mina@hanok.example")
    began = time.perf_counter()
    answer = asks.get(f"incident-pack?since={since}")
    took = time.perf_counter() - began
    assert answer.status == 200, answer.raw[:300]
    lines = ZipFile(io.BytesIO(answer.raw)).read("changes.csv").count(b"\n")
    assert lines > EVENTS // SEEN
    print(f"\nan incident pack of {lines} of {EVENTS} events: {took:.1f} s, {len(answer.raw) // 1_000_000} MB")
    note("incident", Note(f"incident pack, {lines:,} of 1,000,000 events", round(took, 1), "s", 60))
    assert took < 60
