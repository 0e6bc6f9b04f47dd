from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as later

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery

EURO = "EUR"


class RateSource(models.TextChoices):
    ECB = "ecb", later("European Central Bank, euro foreign exchange reference rates")


class FxRate(models.Model):
    """What one euro was worth in another currency on a day, as its source published it.

    The application may add a rate, in nobody's name, and has no right to change or remove one (docs/decisions/0005).
    """

    # Whoever acts for an institution adds none: what others have together is told at these rates (decision 0027).
    wall = Machinery(
        read="true",
        write="base = 'EUR' AND date <= current_date AND (SELECT wall.me()) IS NULL",
        rights=("SELECT", "INSERT"),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.CharField(max_length=3, default=EURO)
    quote = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=18, decimal_places=8)
    date = models.DateField()
    source = models.CharField(max_length=10, choices=RateSource, default=RateSource.ECB)
    # Whoever looks at a past day converts by what was known then.
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "FX rate"
        constraints = [
            models.UniqueConstraint(name="fx_rate_once", fields=["quote", "date", "base", "source"]),
            # PostgreSQL holds NaN above every number.
            models.CheckConstraint(name="fx_rate_is_a_rate", condition=models.Q(rate__gt=0, rate__lt=10**10)),
            models.CheckConstraint(name="fx_rate_is_of_two_currencies", condition=~models.Q(base=models.F("quote"))),
            models.CheckConstraint(name="fx_rate_source_is_known", condition=models.Q(source__in=RateSource.values)),
        ]
        indexes = [models.Index(name="fx_rate_pages", fields=["date", "id"])]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} of {self.date}"


class Loaded(models.TextChoices):
    HISTORY = "history", "the history that the installation brings along"
    DAILY = "daily", "the daily job"


class RateLoad(models.Model):
    """One attempt at loading rates: what it brought, or why it failed. Rates themselves are not in the log."""

    wall = Machinery(read="true", write="true", rights=("SELECT", "INSERT"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    how = models.CharField(max_length=10, choices=Loaded)
    source = models.CharField(max_length=10, choices=RateSource, default=RateSource.ECB)
    added = models.PositiveIntegerField(default=0)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="In plain words; empty where it went well")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(name="rate_load_how_is_known", condition=models.Q(how__in=Loaded.values)),
            models.CheckConstraint(name="rate_load_source_is_known", condition=models.Q(source__in=RateSource.values)),
        ]
