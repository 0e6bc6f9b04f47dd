"""What is to happen by the clock happens: each periodic job names a task that there is, each such task has its time."""

import deals.tasks
import network.tasks
from config.celery import app
from config.schedule import SCHEDULE

NAMED = {job["task"] for job in SCHEDULE.values()}


def test_every_periodic_job_is_a_task_that_there_is() -> None:
    assert {name.rpartition(".")[0] for name in NAMED} == {deals.tasks.__name__, network.tasks.__name__}
    assert NAMED - set(app.tasks) == set()


def test_every_task_that_takes_nothing_has_its_time() -> None:
    """One that takes ids is rung for; one that takes none is called by the clock alone."""
    ours = {name: task for name, task in app.tasks.items() if name.startswith(("institutions.", "deals.", "network."))}
    alone = {name for name, task in ours.items() if task.run.__code__.co_argcount == 0}
    assert len(alone) > 5
    assert alone - NAMED == set()
