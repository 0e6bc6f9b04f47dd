"""The feed misses nothing and tells nothing twice while many write, and hold their transactions open as they like.

`ORE_EVENTS=100000` lets as many happen as the design promises; `make test` some thousand.
"""

import os
import random
import threading
import time
import uuid
from itertools import pairwise

import psycopg
import pytest

from institutions.isolation.session import acting_as
from institutions.journal.reading import Position, horizon
from network.feed import read
from tests.cast import Cast

EVENTS = int(os.environ.get("ORE_EVENTS", "3000"))
WRITERS, OF_ONE = 8, 25
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120 + EVENTS // 50)]

NEW = (
    "INSERT INTO deals_company (id, owner_id, level, network_id, name, country, lei, register_number, aliases,"
    " is_state, origin, demo) VALUES (%s, %s, 'own', %s, %s, '', '', '', '{}', false, 'registered', false)"
)


def write(cast: Cast, seed: int, kept: list[uuid.UUID]) -> None:
    """Its share of the events, in transactions that end in another order than they began; some are rolled back."""
    chance = random.Random(seed)
    mine: list[uuid.UUID] = []
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        while len(mine) < EVENTS // WRITERS:
            connection.execute("SELECT wall.act('person', %s)", [cast.ada.pk])
            connection.execute("SELECT wall.prepare(NULL, %s, 'own', NULL)", [cast.network.pk])
            made = [uuid.UUID(int=chance.getrandbits(128), version=4) for _ in range(chance.randint(1, OF_ONE))]
            for key in made:
                connection.execute(NEW, [key, cast.bank("austral").pk, cast.network.pk, f"Company {key}"])
                if chance.random() < 0.1:
                    time.sleep(chance.uniform(0, 0.02))
            if chance.random() < 0.1:
                connection.rollback()
            else:
                connection.commit()
                mine += made
    kept += mine


def test_nothing_is_missed_while_eight_write(committed_cast: Cast) -> None:
    kept: list[uuid.UUID] = []
    place = Position(horizon(), 0)
    writers = [threading.Thread(target=write, args=(committed_cast, seed, kept)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    told: list[tuple[Position, uuid.UUID]] = []
    pages = 0
    try:
        while True:
            writing = any(writer.is_alive() for writer in writers)
            with acting_as(committed_cast.ada):
                page = read(place, limit=200)
            pages += bool(page.told)
            told += [(event.position, event.object_id) for event in page.told]
            place = page.next
            # Nothing more was there after the last of them had ended.
            if not writing and page.complete and not page.told:
                break
    finally:
        for writer in writers:
            writer.join(60)
    assert len(kept) >= EVENTS - WRITERS
    assert pages > 5
    assert len(told) == len(kept), f"{len(set(kept) - {key for _, key in told})} of {len(kept)} are missing"
    assert {key for _, key in told} == set(kept)
    assert all(before < after for (before, _), (after, _) in pairwise(told))
