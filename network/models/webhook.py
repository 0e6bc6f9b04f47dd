from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from institutions.isolation.ids import new_id
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Machinery
from institutions.models import Client, Confidential, Staff

# What belongs to an endpoint is its institution's alone.
OF_MINE = "endpoint_id IN (SELECT e.id FROM network_webhookendpoint e WHERE e.owner_id = (SELECT wall.me()))"


class WebhookEndpoint(Confidential):
    """An address of an institution's own systems, which is told what happened among what that institution may see.

    Told to nobody else at any level; its changes are in the log, so that a year later it is known who led news where.
    """

    wall = Walled(fixed=("made_by_id", "client_id"))

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    # Types of events that it is told of; empty is all.
    events = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    # Switched off by its institution, it goes on later where it stopped.
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    # The client that made it, if one did: what is taken from a client ends what it set up.
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            models.CheckConstraint(name="webhook_endpoint_stays_own", condition=Q(level=Level.OWN.value)),
        ]

    def __str__(self) -> str:
        return self.description or self.url


class WebhookSecret(models.Model):
    """What an endpoint's messages are signed with, sealed. Two are valid while one takes the place of the other.

    Not in the log, which forgets nothing.
    """

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT", "UPDATE (ends_at)"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    # Until when an earlier one is valid; the present one has no end.
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="webhook_secret_one_at_present", fields=["endpoint"], condition=Q(ends_at__isnull=True)
            )
        ]


class Stopped(models.TextChoices):
    """Why nothing is sent any more, by the receiver's own doing."""

    NOT = ""
    # Nobody answered for days.
    PARKED = "parked"
    # It said that it is gone for good (410).
    GONE = "gone"


class WebhookLane(models.Model):
    """How far an endpoint was told, and how it fares: one lane for each receiver, so that none waits for another.

    A lease, as every delivery is: `taken` counts them, so that a late worker can't speak for a later one.
    """

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT", "UPDATE"))

    endpoint = models.OneToOneField(WebhookEndpoint, on_delete=models.PROTECT, primary_key=True, related_name="lane")
    # Up to here the log was looked through for it.
    read_xact = models.BigIntegerField()
    read_seq = models.BigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    taken = models.PositiveIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    # After whom nobody answered at this address, it is left alone for a while.
    rests_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    stopped = models.CharField(max_length=10, choices=Stopped, blank=True, default=Stopped.NOT)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="webhook_lane_stop_is_known", condition=Q(stopped__in=Stopped.values)),
        ]


class DeliveryStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    # Given up after days of trying; a replay sends it again.
    PARKED = "parked"
    # When it was to be sent, it was no longer to be seen, or no longer wanted.
    WITHDRAWN = "withdrawn"


class WebhookDelivery(models.Model):
    """One event for one endpoint, or a test. The row is the proof, the broker only a doorbell.

    It names the event by its place in the log and holds nothing of it: what is sent, and what its own institution is
    shown of it later, is read anew each time. Its id is the webhook-id of every attempt, and of a replay.
    """

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT", "UPDATE"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    # Both empty: a test, which is tried once and of which nobody is warned.
    xact = models.BigIntegerField(null=True)
    seq = models.BigIntegerField(null=True)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    made_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    # Of this round: a replay begins a new one.
    first_tried_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    # When it was done, given up or withdrawn: 90 days later it is forgotten (network/sql/4_webhooks.sql).
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "id"]
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(name="webhook_delivery_once", fields=["endpoint", "xact", "seq"]),
            models.UniqueConstraint(
                name="webhook_test_one_at_a_time",
                fields=["endpoint"],
                condition=Q(status="pending", xact__isnull=True),
            ),
            models.CheckConstraint(
                name="webhook_delivery_status_is_known", condition=Q(status__in=DeliveryStatus.values)
            ),
            models.CheckConstraint(
                name="webhook_delivery_has_a_place",
                condition=Q(xact__isnull=True, seq__isnull=True) | Q(xact__isnull=False, seq__isnull=False),
            ),
            models.CheckConstraint(
                name="webhook_delivery_settled_has_a_time",
                condition=Q(status="pending", settled_at__isnull=True)
                | Q(~Q(status="pending"), settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="webhook_delivery_due", fields=["endpoint", "not_before"], condition=Q(status="pending")),
            models.Index(name="webhook_delivery_settled", fields=["settled_at"]),
        ]


class WebhookAttempt(models.Model):
    """One call of a receiver and what came of it: a status, or a word for why there is none."""

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.PROTECT, related_name="calls")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "id"]


class WebhookReplay(models.Model):
    """A range of the log that an endpoint is told once more, under the same ids; one at a time."""

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT", "UPDATE"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="replays")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # How far it came, and where it ends.
    read_xact = models.BigIntegerField()
    read_seq = models.BigIntegerField()
    to_xact = models.BigIntegerField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    # How many events are sent again for it.
    told = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="webhook_replay_one_at_a_time", fields=["endpoint"], condition=Q(done_at__isnull=True)
            )
        ]


class WebhookNotice(models.Model):
    """What an endpoint's institution is mailed about it, once a day at most; in words that say nothing of any deal."""

    wall = Machinery(read=OF_MINE, write=OF_MINE, rights=("SELECT", "INSERT", "UPDATE"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="notices")
    on = models.DateField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="webhook_notice_once_a_day", fields=["endpoint", "on"])]
