from django.db import models
from django.db.models.functions import Now

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery
from institutions.models import Staff
from network.models.follow import MINE


class DigestStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    # There was nothing to tell, or nobody to tell it to; the position moved on all the same.
    EMPTY = "empty"
    # Given up after many attempts; what it would have told comes with the next one.
    PARKED = "parked"


class Digest(models.Model):
    """One digest of one person for one period of the person's own calendar: the row is the proof, not the broker.

    It covers the log up to where that was at the first attempt, of each of its topics from where the person was told of
    it last, so that a repeat after a crash tells the same under the same Message-ID. Written only by the functions of
    network/sql.
    """

    wall = Machinery(read=MINE)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    # 'day:2026-11-25', 'week:2026-W48', 'once:…' of what is told at once or, by hand, 'now:…'.
    period = models.CharField(max_length=40)
    # The week whose weekly topics it tells too.
    week = models.CharField(max_length=40, blank=True, db_default="")
    status = models.CharField(max_length=10, choices=DigestStatus, db_default=DigestStatus.PENDING)
    made_at = models.DateTimeField(db_default=Now())
    not_before = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    # How often it was taken; whoever marks it names the attempt, so that a late worker can't.
    attempts = models.PositiveIntegerField(db_default=0)
    to_xact = models.BigIntegerField(null=True)
    to_seq = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=200, blank=True, db_default="")
    error = models.CharField(max_length=60, blank=True, db_default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "id"]
        constraints = [
            models.UniqueConstraint(name="digest_once_per_period", fields=["person", "period"]),
            models.UniqueConstraint(
                name="digest_once_per_week", fields=["person", "week"], condition=~models.Q(week="")
            ),
            # Two at a time would tell the same change twice.
            models.UniqueConstraint(
                name="digest_one_open_per_person", fields=["person"], condition=models.Q(status="pending")
            ),
            models.CheckConstraint(name="digest_status_is_known", condition=models.Q(status__in=DigestStatus.values)),
            models.CheckConstraint(
                name="digest_sent_has_a_time",
                condition=~models.Q(status="done") | models.Q(sent_at__isnull=False, to_xact__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="digest_due", fields=["not_before"], condition=models.Q(status="pending")),
            models.Index(
                name="digest_told_until",
                fields=["person", "-to_xact", "-to_seq"],
                condition=models.Q(status__in=["done", "empty"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.status}"


class DigestTopic(models.Model):
    """A topic that a digest tells of, and from where in the log on. Written only by the functions of network/sql."""

    wall = Machinery(read=MINE)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.ForeignKey(Digest, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20)
    from_xact = models.BigIntegerField()
    from_seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="digest_topic_once", fields=["digest", "topic"])]

    def __str__(self) -> str:
        return f"{self.digest_id}: {self.topic}"


class AlertMark(models.Model):
    """Up to where in the log a topic that is told at once was looked through, and nothing was found to tell.

    Only so that nobody looks through it again: what was told is the digests' to say.
    """

    wall = Machinery(read=MINE, write=MINE, rights=("SELECT", "INSERT", "UPDATE"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=20)
    xact = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="alert_mark_once", fields=["person", "topic"])]

    def __str__(self) -> str:
        return f"{self.topic}: {self.xact}"
