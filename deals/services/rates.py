"""Keeping FX rates: what a source published is added, and never changed (docs/decisions/0005)."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from deals.ecb import Quoted
from deals.models import FxRate, Loaded, RateLoad, RateSource
from deals.models.rate import EURO

# One array per currency: 200,000 numbers one by one take three times as long to hand over.
_ADD = """
    INSERT INTO deals_fxrate (id, base, quote, rate, date, source)
    SELECT gen_random_uuid(), %(base)s, c.quote, r.rate, r.day, %(source)s
    FROM unnest(%(quotes)s::text[], %(days)s::text[], %(rates)s::text[]) AS c (quote, days, rates),
         unnest(c.days::date[], c.rates::numeric[]) AS r (day, rate)
    WHERE r.day <= current_date
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def publish_rates(rates: Iterable[Quoted], *, how: Loaded) -> RateLoad:
    """Adds the ECB's rates that are not there yet; what is there stays as it is, whatever these say."""
    days: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}
    first, last = date.max, date.min
    for quote, on, rate in rates:
        days.setdefault(quote, []).append(on.isoformat())
        values.setdefault(quote, []).append(f"{rate:f}")
        first, last = min(first, on), max(last, on)
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "base": EURO,
                "source": RateSource.ECB,
                "quotes": list(days),
                "days": [f"{{{','.join(found)}}}" for found in days.values()],
                "rates": [f"{{{','.join(found)}}}" for found in values.values()],
            },
        )
        added = cursor.rowcount
    return RateLoad.objects.create(
        how=how, added=added, first_on=first if days else None, last_on=last if days else None
    )


def note_failure(why: str, *, how: Loaded) -> RateLoad:
    """That rates could not be loaded, and why, for whoever reads the page of rates."""
    return RateLoad.objects.create(how=how, problem=why[:300])


def last_published() -> date | None:
    """The last day of which there are rates."""
    return FxRate.objects.order_by("-date").values_list("date", flat=True).first()


def misses_days() -> bool:
    """Whether more than the newest rates may be missing: the last ones are older than yesterday's."""
    last = last_published()
    return last is None or (timezone.now().date() - last).days > 1
