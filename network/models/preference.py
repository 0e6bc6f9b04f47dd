from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.utils.translation import gettext_lazy as later

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery
from institutions.models import Staff
from network.models.follow import MINE


class Topic(models.TextChoices):
    """What a mail can be about. How often each is told without a choice, and what comes first where a change is of
    several: network/sql/2_periods.sql."""

    WAITS = "waits", later("What waits for me")
    EXPIRES = "expires", later("What runs out")
    COMMITMENTS = "commitments", later("My institution's commitments")
    DEALS = "deals", later("Deals that I follow")
    WATCHED = "watched", later("Projects, minerals and countries that I watch")
    MATCHING = "matching", later("Matching deals")


class Cadence(models.TextChoices):
    AT_ONCE = "at_once", later("At once")
    DAILY = "daily", later("Each day")
    WEEKLY = "weekly", later("Each week")
    NOTHING = "nothing", later("Never")


class Mails(models.TextChoices):
    """The lists that a person can be taken off, each on its own."""

    DIGEST = "digest"
    AT_ONCE = "at_once"


class DigestPreference(models.Model):
    """At which hour a person wants the digest, in the person's own time zone; without a row: at 07, Mondays."""

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE"))

    person = models.OneToOneField(Staff, on_delete=models.PROTECT, primary_key=True, related_name="+")
    hour = models.PositiveSmallIntegerField(default=7, help_text="Local hour, 0 to 23")
    weekday = models.PositiveSmallIntegerField(default=1, help_text="Of what is told weekly: 1 is Monday, 7 Sunday")

    class Meta:
        constraints = [
            models.CheckConstraint(name="digest_preference_hour_is_of_a_day", condition=models.Q(hour__range=(0, 23))),
            models.CheckConstraint(
                name="digest_preference_weekday_is_of_a_week", condition=models.Q(weekday__range=(1, 7))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour}:00"


class TopicPreference(models.Model):
    """How often a person wants to hear of a topic; without a row, as is usual (network.usual_cadences)."""

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic)
    cadence = models.CharField(max_length=10, choices=Cadence)
    # Written by the database: a period that began before the cadence was chosen is not made up for, and what happened
    # while it was 'never' is not told.
    since = models.DateTimeField(editable=False, db_default=TransactionNow())
    since_xact = models.BigIntegerField(editable=False, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="topic_preference_once", fields=["person", "topic"]),
            models.CheckConstraint(name="topic_preference_topic_is_known", condition=models.Q(topic__in=Topic.values)),
            models.CheckConstraint(
                name="topic_preference_cadence_is_known", condition=models.Q(cadence__in=Cadence.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.cadence}"
