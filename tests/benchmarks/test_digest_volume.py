"""10,000 events for 500 people become 500 digests: how much longer that takes than its two plain parts.

The parts, of the same run: the one question in plain SQL that finds a reader's events under that reader's own policies,
and the rendering of the same lines by the same two templates. What is between them is choosing, naming and composing,
the ledger, and the hand-over of each mail (to memory, so that no mail server is measured).
"""

import json
import os
import time
from collections.abc import Callable

import psycopg
import pytest
from django.core import mail
from django.db import connection
from django.template.loader import render_to_string
from pytest_django import Settings

from deals.services.deals import register_deal
from institutions.isolation.session import acting_as
from institutions.models import Staff
from network.digests import ledger
from network.digests.content import Block, Line, Section
from network.digests.delivering import deliver
from network.models import Carries, DigestStatus
from tests.benchmarks.noted import Note, note
from tests.cast import Cast
from tests.network.digest_acts import mail_carries, nobody_wants_mail

pytestmark = pytest.mark.timeout(900)

PEOPLE = 500
EVENTS_EACH = 20

COLLEAGUES = """
    INSERT INTO institutions_staff (id, institution_id, email, name, role, password, is_active, time_zone, language,
                                    demo, mailbox, joined_at)
    SELECT gen_random_uuid(), institution_id, 'reader' || n || '@austral.example', 'Reader ' || n, role, password, true,
           'UTC', 'en', false, false, '2020-01-01'
    FROM institutions_staff CROSS JOIN generate_series(1, %s) n WHERE id = %s
"""
# Each follows one of the deals.
FOLLOWS = """
    INSERT INTO network_follow (id, person_id, deal_id)
    SELECT gen_random_uuid(), s.id, d.id
    FROM (SELECT id, row_number() OVER (ORDER BY email) AS place FROM institutions_staff WHERE email LIKE 'reader%%') s
    JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS place FROM deals_deal WHERE slug LIKE 'volume-%%') d
    USING (place)
"""
# What happened: each deal's own event again and again, as if its facts had been changed.
EVENTS = """
    INSERT INTO institutions_event (id, xact, seq, recorded_at, effective_on, actor, institution_id, "table", row_id,
                                    action, before, after, audience_id)
    SELECT gen_random_uuid(), pg_current_xact_id()::text::bigint, 1000000 + row_number() OVER (), now(), effective_on,
           actor, institution_id, "table", row_id, 'updated', '{"target_amount": "1"}', after, audience_id
    FROM institutions_event
    WHERE "table" = 'deals_deal' AND action = 'created'
      AND row_id IN (SELECT id FROM deals_deal WHERE slug LIKE 'volume-%')
"""
PLAIN = """
    SELECT after FROM institutions_event
    WHERE row_id = (SELECT deal_id FROM network_follow WHERE person_id = network.person()) AND action = 'updated'
    ORDER BY xact, seq
"""


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def happened(cast: Cast) -> list[Staff]:
    nobody_wants_mail(cast)
    mail_carries(cast, Carries.FULL, "ada")
    with acting_as(cast.ada):
        for number in range(PEOPLE):
            register_deal(by=cast.ada, network=cast.network, slug=f"volume-{number:03}", name=f"Volume {number}")
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        owner.execute(COLLEAGUES, [PEOPLE, cast.ada.pk])
        owner.execute(FOLLOWS)
        owner.commit()
        owner.autocommit = True
        # Each in a transaction of its own: what happens to a row in one is told in one sentence.
        for _ in range(EVENTS_EACH):
            owner.execute(EVENTS)
        owner.execute("VACUUM ANALYZE institutions_event")
    return list(Staff.objects.filter(email__startswith="reader"))


def delivered() -> None:
    due = ledger.make_now()
    assert len(due) == PEOPLE
    for digest in due:
        outcome = deliver(digest)
        assert outcome
        assert outcome.status is DigestStatus.DONE, outcome


def asked(readers: list[Staff]) -> None:
    for reader in readers:
        with acting_as(reader), connection.cursor() as cursor:
            cursor.execute(PLAIN)
            assert len(cursor.fetchall()) == EVENTS_EACH


def rendered(lines: list[str]) -> None:
    url = "http://127.0.0.1:8000/admin/deals/deal/00000000-0000-4000-8000-000000000000/change/"
    section = Section("Volume", url, [Line(line, url) for line in lines])
    facts = {"greeting": "Good day,", "blocks": [Block("What changed", [section])], "home": url, "choose": url}
    for _ in range(PEOPLE):
        render_to_string("network/digest.txt", facts)
        render_to_string("network/digest.html", facts)


def test_500_digests_of_10000_events(committed_cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    readers = happened(committed_cast)
    whole = seconds(delivered)
    assert len(mail.outbox) == PEOPLE
    lines = [line for line in str(mail.outbox[0].body).splitlines() if line.startswith("- ")]
    assert len(lines) == EVENTS_EACH
    sql, templates = seconds(lambda: asked(readers)), seconds(lambda: rendered(lines))
    figures = {
        "whole_to_parts": round(whole / (sql + templates), 1),
        "sql_of_parts": round(sql / (sql + templates), 2),
        "digests_a_second": round(PEOPLE / whole),
    }
    print(json.dumps({"digest_volume": figures}))
    note(
        "digests",
        Note(
            "10,000 events for 500 people as 500 digests", figures["whole_to_parts"], "times", 2,
            "plain SQL selection and plain rendering",
        ),
    )  # fmt: skip
