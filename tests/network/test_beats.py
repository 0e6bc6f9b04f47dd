"""Several beats may run: one ticks, another takes over when it stops."""

import logging
from pathlib import Path

import pytest

from config.beating import OneOfSeveral
from config.celery import app


def ticked(beat: OneOfSeveral, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    beat.tick()
    return [record.getMessage() for record in caplog.records if record.name == "orebook.beat"]


def test_one_ticks_and_the_other_takes_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="orebook.beat")
    first, second = (OneOfSeveral(app=app, schedule_filename=str(tmp_path / name)) for name in ("first", "second"))
    try:
        assert ticked(first, caplog) == ["this beat ticks"]
        assert ticked(second, caplog) == []
        assert ticked(first, caplog) == []
        first.close()
        assert ticked(second, caplog) == ["this beat ticks"]
    finally:
        first.close()
        second.close()


def test_a_beat_that_lost_the_lock_stands_by(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="orebook.beat")
    first, second = (OneOfSeveral(app=app, schedule_filename=str(tmp_path / name)) for name in ("first", "second"))
    try:
        assert ticked(first, caplog) == ["this beat ticks"]
        # As after a pause that was longer than the lock lasts.
        first._lock.redis.delete("orebook:beat")
        assert ticked(second, caplog) == ["this beat ticks"]
        assert ticked(first, caplog) == ["this beat stands by"]
    finally:
        first.close()
        second.close()
