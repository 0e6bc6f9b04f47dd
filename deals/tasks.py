"""Doorbells: what passing time does to deals. The database knows what is due; ringing twice does no harm."""

from celery import shared_task
from django.db import connection


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
