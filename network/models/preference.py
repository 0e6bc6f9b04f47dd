from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models import Staff
from network.models.follow import MINE


class Cadence(models.TextChoices):
    DAILY = "daily"
    WEEKLY = "weekly"
    NOTHING = "nothing"


class DigestPreference(models.Model):
    """When a person wants the digest, in the person's own time zone; without a row: daily at 07."""

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE"))

    person = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True, related_name="+")
    cadence = models.CharField(max_length=10, choices=Cadence, default=Cadence.DAILY)
    # A period that began before the cadence was chosen is not made up for.
    cadence_since = models.DateTimeField(db_default=TransactionNow())
    hour = models.PositiveSmallIntegerField(default=7, help_text="Local hour, 0 to 23")
    weekday = models.PositiveSmallIntegerField(default=1, help_text="Of a weekly digest: 1 is Monday, 7 Sunday")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="digest_preference_cadence_is_known", condition=models.Q(cadence__in=Cadence.values)
            ),
            models.CheckConstraint(name="digest_preference_hour_is_of_a_day", condition=models.Q(hour__range=(0, 23))),
            models.CheckConstraint(
                name="digest_preference_weekday_is_of_a_week", condition=models.Q(weekday__range=(1, 7))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cadence} at {self.hour}"
