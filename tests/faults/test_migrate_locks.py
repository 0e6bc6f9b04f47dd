"""A migration keeps nobody waiting: it gives up its place for a lock, and tries again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
# Behind a lock that is waited for, all others wait too.
PATIENCE = "5s"


@pytest.fixture
def reader(committed_cast: Cast) -> Iterator[psycopg.Connection[Any]]:
    """Somebody whose transaction has read deals, and goes on."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as found:
        found.execute("SELECT count(*) FROM deals_deal")
        yield found


def begun() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate", "--no-input"], cwd=settings.BASE_DIR, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip


def test_nobody_waits_behind_it_and_it_is_done_when_the_table_is_free(reader: psycopg.Connection[Any]) -> None:
    with begun() as running:
        assert running.stderr
        # As soon as it says that it tries again, others have been let through.
        while "trying again" not in running.stderr.readline():
            assert running.poll() is None
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            # Of whoever comes behind it nobody is kept waiting for longer than it waits itself.
            other.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
            for _ in range(20):
                other.execute("SELECT count(*) FROM deals_deal")
        reader.rollback()
        _, said = running.communicate(timeout=60)
        assert running.returncode == 0, said
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        assert other.execute("SELECT past.settled() IS NOT NULL").fetchone() == (True,)
