"""An installation that is brought up to the next release while it serves."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.api import System, system_of
from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
# Of the time that migrate takes somebody waits for this part at most, while walls are stated anew; it is a tenth.
PATIENCE = 0.5
PLANTED = "9999_planted"
MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("deals", "{last}")]
    needs_a_stop = "the amounts are written anew"
    operations = [migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)]
"""


@dataclass
class Busy:
    """Partner systems that read and write, each on a connection of its own, until they are told to stop."""

    deal: str
    systems: list[System]
    over: threading.Event = field(default_factory=threading.Event)
    answers: list[tuple[int, float]] = field(default_factory=list)

    def work(self, system: System) -> None:
        try:
            while not self.over.wait(0.05):
                for ask in (self.read, self.write):
                    begun = time.monotonic()
                    status = ask(system)
                    self.answers.append((status, time.monotonic() - begun))
        finally:
            connections.close_all()

    def read(self, system: System) -> int:
        return system.get("commitments").status

    def write(self, system: System) -> int:
        return system.post("commitments", {
            "deal": self.deal, "instrument": "senior_loan", "stage": "letter_of_interest", "level": "own",
            "valid_until": "2030-01-01", "size": {"money": {"amount": "1.00", "currency": "USD"}, "qualifier": "exact"},
        }, Idempotency_Key=str(uuid4())).status  # fmt: skip


@pytest.fixture
def busy(committed_cast: Cast) -> Iterator[Busy]:
    found = Busy(str(committed_cast.deal.pk), [system_of(bank) for bank in ("austral", "austral", "austral")])
    threads = [threading.Thread(target=found.work, args=(system,)) for system in found.systems]
    for thread in threads:
        thread.start()
    yield found
    found.over.set()
    for thread in threads:
        thread.join()


def migrate(*options: str, at: Path = settings.BASE_DIR) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", *options], cwd=at, capture_output=True, text=True,
        env=dict(os.environ),
    )  # fmt: skip


def a_copy(folder: Path) -> Path:
    """The next release, which is made of this one."""
    for name in ("config", "institutions", "deals", "network"):
        shutil.copytree(settings.BASE_DIR / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(settings.BASE_DIR / "manage.py", folder)
    return folder


def test_whoever_works_meanwhile_is_answered_as_ever(busy: Busy) -> None:
    begun = time.monotonic()
    done = migrate()
    took = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    busy.over.set()
    assert len(busy.answers) > 20
    assert {status for status, _ in busy.answers} == {200, 201}
    assert max(seconds for _, seconds in busy.answers) < PATIENCE * took


def test_an_index_that_was_left_half_built_is_taken_away(committed_cast: Cast) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        with psycopg.connect(os.environ["DATABASE_URL"]) as reader:
            # It waits for whoever looks at what was there before, and breaks off.
            reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            reader.execute("SELECT count(*) FROM deals_deal")
            owner.execute("SET lock_timeout = '100ms'")
            with pytest.raises(psycopg.errors.LockNotAvailable):
                owner.execute("CREATE INDEX CONCURRENTLY planted ON deals_deal (code_name)")
        there = "SELECT count(*) FROM pg_class WHERE relname = 'planted'"
        assert owner.execute(there).fetchone() == (1,)
        done = migrate()
        assert done.returncode == 0, done.stderr
        assert owner.execute(there).fetchone() == (0,)


def test_what_needs_a_stop_is_refused_until_all_is_stopped(committed_cast: Cast, tmp_path: Path) -> None:
    planted = a_copy(tmp_path) / "deals" / "migrations" / f"{PLANTED}.py"
    last = MigrationLoader(None).graph.leaf_nodes("deals")[0][1]
    planted.write_text(MIGRATION.format(last=last))
    refused = migrate(at=tmp_path)
    assert refused.returncode == 1
    assert f"deals {PLANTED}: the amounts are written anew" in refused.stderr
    assert "migrate --stopped" in refused.stderr
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        applied = "SELECT count(*) FROM django_migrations WHERE name = %s"
        assert owner.execute(applied, [PLANTED]).fetchone() == (0,)
        done = migrate("--stopped", at=tmp_path)
        assert done.returncode == 0, done.stderr
        assert owner.execute(applied, [PLANTED]).fetchone() == (1,)


def test_tables_go_back_to_the_release_before_and_forth_again(committed_cast: Cast) -> None:
    graph = MigrationLoader(None).graph
    last = graph.leaf_nodes("deals")[0]
    [before] = [parent.key[1] for parent in graph.node_map[last].parents if parent.key[0] == "deals"]
    back = migrate("deals", before)
    assert back.returncode == 0, back.stderr
    assert "whose walls are not stated" in back.stderr
    forth = migrate()
    assert forth.returncode == 0, forth.stderr
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("SELECT past.settled() IS NOT NULL").fetchone() == (True,)
