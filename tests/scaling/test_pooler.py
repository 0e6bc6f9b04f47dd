"""PgBouncer in transaction mode: few of PostgreSQL's connections for all askers, and nobody gets another's identity."""

import random
import threading

import psycopg
import pytest

from tests.benchmarks.speed.asking import made_id
from tests.scaling.installation import POOL, Installation
from tests.scaling.servers import needs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
BANKS = range(1, 25)
ROUNDS = 20
WHO = "SELECT current_setting('orebook.institution', true)"


def test_each_is_told_its_own_whoever_had_the_connection_before(scaled: Installation) -> None:
    needs("pgbouncer")
    expected = {
        bank: [
            str(key) for key in scaled.seen_by(bank, "SELECT id FROM deals_commitment ORDER BY told_at, id LIMIT 50")
        ]
        for bank in BANKS
    }
    assert len({tuple(keys) for keys in expected.values()}) == len(BANKS)
    wrong: list[object] = []

    def ask(bank: int) -> None:
        for turn in range(ROUNDS):
            answer = scaled.ask(bank, "GET", "commitments?limit=50" if turn % 2 else "commitments")
            told = [row["id"] for row in answer.body["results"]] if answer.status == 200 else answer
            if told != expected[bank]:
                wrong.append((bank, told))

    askers = [threading.Thread(target=ask, args=(bank,)) for bank in BANKS]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert wrong == []
    of_the_application = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'orebook_app' AND datname = 'orebook'"
    assert scaled.admin(of_the_application) <= POOL


def test_an_identity_ends_with_its_transaction_however_that_ends(scaled: Installation) -> None:
    needs("pgbouncer")
    chance = random.Random(7)  # not a secret
    for _ in range(120):
        with psycopg.connect(scaled.pooler, autocommit=True, prepare_threshold=None) as there:
            # Whichever of the few connections it is, nobody acts on it, and it shows what everyone may see.
            assert there.execute(WHO).fetchone() in ((None,), ("",))
            assert there.execute("SELECT count(*) FROM deals_commitment").fetchone() == _public(scaled)
            there.execute("BEGIN")
            there.execute("SELECT wall.act('client', %s, NULL)", [made_id("client", chance.choice(BANKS))])
            assert there.execute(WHO).fetchone() != ("",)
            match chance.randrange(4):
                case 0:
                    there.execute("COMMIT")
                case 1:
                    there.execute("ROLLBACK")
                case 2:
                    with pytest.raises(psycopg.errors.DivisionByZero):
                        there.execute("SELECT 1 / 0")
                case _:
                    # Gone in the middle of it, without a word.
                    there.close()


def _public(scaled: Installation) -> tuple[int]:
    return (int(scaled.admin("SELECT count(*) FROM deals_commitment WHERE level = 'public'")),)
