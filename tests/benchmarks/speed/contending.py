"""Sixteen who draw at the same time in one tranche, beside the least that could keep them from drawing too much.

Ours is the row that Orebook writes, by its triggers: the ledger's sums, the audience, where it stands, the event.
The partner is a bare table with one counter for the tranche, moved by an UPDATE that refuses what is beyond it. Both
try more than there is; what was drawn is added up afterwards.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import errors

from tests.benchmarks.speed.asking import LARGE_DEAL, Registry, made_id
from tests.benchmarks.speed.beside import Measured, Spread
from tests.benchmarks.speed.limit import ACT
from tests.benchmarks.speed.reading import Effort, Row

WRITERS = 16
# What there is for each writer, and how often it tries.
THERE, TRIES = 20, 24
EACH = Decimal(1000)

_CHOSEN = """
    SELECT c.owner_id, array_agg(c.id ORDER BY c.id) FROM deals_commitment c
    WHERE c.deal_id = %s AND c.instrument = 'senior_loan' AND c.stage <> 'disbursing'
    GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
# As if they had been signed, and something could be drawn from today on.
_SIGNED = """
    UPDATE deals_commitment SET stage = 'disbursing', signed_on = '2026-01-02', agreement_reference = 'A'
    WHERE id = ANY (%(ids)s);
    UPDATE deals_size SET amount = %(amount)s, currency = 'USD' WHERE commitment_id = ANY (%(ids)s);
    INSERT INTO deals_movement (id, owner_id, level, audience_id, demo, state, deal_id, commitment_id, kind, amount,
        currency, effective_on, reference, committed_change, drawn_change, repaid_change, created_at, updated_at,
        told_at)
    SELECT gen_random_uuid(), s.owner_id, s.level, s.audience_id, false, 'confirmed', s.deal_id, s.commitment_id,
           'initial', s.amount, 'USD', '2026-01-02', 'A', s.amount, 0, 0, now(), now(), now()
    FROM deals_size s WHERE s.commitment_id = ANY (%(ids)s)
"""
_DRAW = """
    INSERT INTO deals_movement (id, owner_id, level, demo, state, deal_id, commitment_id, kind, amount, currency,
        effective_on, reference, committed_change, drawn_change, repaid_change)
    VALUES (%s, %s, 'lead', false, 'confirmed', %s, %s, 'drawdown', %s, 'USD', current_date, 'Notice', 0, 0, 0)
"""
_COUNTER = """
    CREATE TABLE IF NOT EXISTS made.counter (
        tranche int PRIMARY KEY, drawn numeric NOT NULL, committed numeric NOT NULL);
    CREATE TABLE IF NOT EXISTS made.draw (id uuid PRIMARY KEY, tranche int NOT NULL, amount numeric NOT NULL)
"""
_COUNT = "UPDATE made.counter SET drawn = drawn + %s WHERE tranche = %s AND drawn + %s <= committed RETURNING drawn"


def draws(there: Registry, effort: Effort) -> Iterator[Row]:
    """Each of its own commitment in the tranche; and all of one, whose ledger each has to wait for."""
    numbers = count(1)
    for each_its_own in (True, False):
        speeds: tuple[list[float], list[float]] = ([], [])
        for turn in range(effort.slow_turns):
            sides = (partial(_ours, there, each_its_own), partial(_theirs, there, next(numbers)))
            for which in (0, 1) if turn % 2 == 0 else (1, 0):
                speeds[which].append(sides[which]())
        ours, theirs = (Spread.of(side) for side in speeds)
        measured = Measured(ours, theirs, round(ours.median / theirs.median, 2), ours, theirs)
        whose = "each of its own commitment" if each_its_own else "all of one commitment"
        yield Row(
            f"{WRITERS} writers drawing in one tranche, {whose}, commits/s", "its owner", there.size,
            "a bare row and a guarded counter", 0.5 if each_its_own else None, measured, at_least=True, by_time=True,
        )  # fmt: skip


def _ours(there: Registry, each_its_own: bool) -> float:
    """Commits a second."""
    with psycopg.connect(there.superuser, autocommit=True) as admin:
        deal = made_id("deal", LARGE_DEAL)
        owner, ids = admin.execute(_CHOSEN, [deal]).fetchone() or (None, [])
        chosen: list[UUID] = ids[: WRITERS if each_its_own else 1]
        asked = "SELECT id FROM institutions_client WHERE institution_id = %s"
        (client,) = admin.execute(asked, [owner]).fetchone() or (None,)
        amount = EACH * THERE * (1 if each_its_own else WRITERS)
        with psycopg.connect(there.superuser, autocommit=True, cursor_factory=psycopg.ClientCursor) as setting:
            setting.execute("SET session_replication_role = replica")
            setting.execute(_SIGNED, {"ids": chosen, "amount": amount})

        def draw(connection: psycopg.Connection[Any], writer: int) -> None:
            connection.execute(ACT, [client])
            connection.execute("SELECT wall.prepare(%s, NULL, 'lead', NULL)", [deal])
            connection.execute(_DRAW, [uuid4(), owner, deal, chosen[writer % len(chosen)], EACH])

        speed, done = _raced(there.place.url("app", there.size), draw, errors.CheckViolation)
        (drawn,) = admin.execute(
            "SELECT sum(drawn_change) FROM deals_movement WHERE commitment_id = ANY (%s)", [chosen]
        ).fetchone() or (Decimal(0),)
    _sound(drawn, done)
    return speed


def _theirs(there: Registry, tranche: int) -> float:
    """Commits a second."""
    with psycopg.connect(there.superuser, autocommit=True, cursor_factory=psycopg.ClientCursor) as admin:
        admin.execute(_COUNTER)
        admin.execute("DELETE FROM made.counter WHERE tranche = %s", [tranche])
        admin.execute("INSERT INTO made.counter VALUES (%s, 0, %s)", [tranche, EACH * THERE * WRITERS])

        def draw(connection: psycopg.Connection[Any], _writer: int) -> None:
            if connection.execute(_COUNT, [EACH, tranche, EACH]).fetchone() is None:
                raise errors.CheckViolation
            connection.execute("INSERT INTO made.draw VALUES (%s, %s, %s)", [uuid4(), tranche, EACH])

        speed, done = _raced(there.superuser, draw, errors.CheckViolation)
        (drawn,) = admin.execute("SELECT drawn FROM made.counter WHERE tranche = %s", [tranche]).fetchone() or (
            Decimal(0),
        )
    _sound(drawn, done)
    return speed


def _raced(
    address: str, draw: Callable[[psycopg.Connection[Any], int], None], refused: type[Exception]
) -> tuple[float, int]:
    """Commits a second of all writers together, and how many there were."""

    def writes(writer: int) -> int:
        done = 0
        for _ in range(TRIES):
            try:
                with connections[writer].transaction():
                    draw(connections[writer], writer)
            except refused:
                continue
            done += 1
        return done

    connections: Sequence[psycopg.Connection[Any]] = [psycopg.connect(address) for _ in range(WRITERS)]
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            begun = perf_counter()
            done = sum(pool.map(writes, range(WRITERS)))
            taken = perf_counter() - begun
    finally:
        for connection in connections:
            connection.close()
    return done / taken, done


def _sound(drawn: Decimal, done: int) -> None:
    """All that there is was drawn, each time was written, and nothing beyond."""
    if drawn != EACH * THERE * WRITERS or done != THERE * WRITERS:
        raise RuntimeError(f"{drawn} drawn by {done} commits of {EACH * THERE * WRITERS}.")
