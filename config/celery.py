"""The worker and the beat: doorbells, with the ids of what is due and nothing else."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

from config.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("orebook")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = SCHEDULE


@worker_init.connect  # type: ignore[untyped-decorator]  # celery carries no types
@beat_init.connect  # type: ignore[untyped-decorator]
def refuse(**_: Any) -> None:
    """The worker and the beat refuse an unsafe database as the web does."""
    from institutions.isolation.guard import UnsafeDatabase, refuse_unsafe_database

    try:
        refuse_unsafe_database()
    except UnsafeDatabase as error:
        # Celery logs what a signal's receiver raises and goes on; leaving is the only way to refuse.
        raise SystemExit(str(error)) from error


@setup_logging.connect  # type: ignore[untyped-decorator]
def log_as_everything(**_: Any) -> None:
    """As the web does (config/settings/logs.py): Celery's own lines tell what a task raised."""
    from django.conf import settings

    dictConfig(settings.LOGGING)
