"""Doorbells: what passing time does to deals. The database knows what is due; ringing twice does no harm."""

import logging
import time

from celery import shared_task
from django.conf import settings
from django.db import connection

from deals import ecb
from deals.models import Loaded
from deals.selectors.network_picture import REPORTING
from deals.services import rates

# The next ring comes within ten.
TURN_SECONDS = 9.0
log = logging.getLogger("orebook.rates")


@shared_task  # type: ignore[untyped-decorator]
def lapse() -> None:
    """Lets letters and approvals past their day lapse."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.lapse()")


@shared_task  # type: ignore[untyped-decorator]
def warn() -> None:
    """Warns institutions of what runs out soon, or did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deals.warn()")


@shared_task  # type: ignore[untyped-decorator]
def keep_picture() -> None:
    """Counts anew what the network's picture is kept of, where it changed; what is left comes with the next ring."""
    until = time.monotonic() + TURN_SECONDS
    counted = 1
    while counted and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT deals.keep_picture(%s)", [REPORTING])
            (counted,) = cursor.fetchone()


@shared_task  # type: ignore[untyped-decorator]
def fetch_rates() -> None:
    """Adds what the ECB published since; where it can't, says so and leaves everything as it is."""
    url = settings.RATES_CATCH_UP_URL if rates.misses_days() else settings.RATES_URL
    if not url:
        log.info("No address is set for the ECB's rates: the daily job is switched off.")
        return
    try:
        found = ecb.published(url)
    except ecb.NoRates as why:
        rates.note_failure(str(why), how=Loaded.DAILY)
        log.warning("The ECB's rates could not be fetched: %s. The rates that are there stay in use.", why)
    else:
        load = rates.publish_rates(found, how=Loaded.DAILY)
        log.info("ECB rates up to %s: %s new.", load.last_on, load.added)
