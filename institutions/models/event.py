import json
from decimal import Decimal
from typing import Any

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models.audience import Audience
from institutions.models.institution import Institution


class ExactDecoder(json.JSONDecoder):
    """Reads numbers as decimals: no float touches money, not even in the log."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"parse_float": Decimal} | options)


class Event(models.Model):
    """One change of one row, written by a database trigger in the change's own transaction; nobody else writes here.

    Read only by whom both the event's audience and the row's present one admit. An addressed event (`addressee`) tells
    one principal that a row came into its sight (`revealed`) or went out of it (`concealed`). Where the row stands is
    looked up row by row, as EXISTS it might be hashed with all that stand; and only for events that are addressed.
    """

    wall = Machinery(
        read="""
            ({told} AND (SELECT true FROM institutions_standing s WHERE s.row_id = institutions_event.row_id LIMIT 1))
            OR (addressee IS NOT NULL AND addressee = ANY ((SELECT wall.principals())::uuid[])
             AND (action = 'concealed') <> coalesce(
                 (SELECT true FROM institutions_standing s WHERE s.row_id = institutions_event.row_id LIMIT 1), false))
        """
    )

    id = models.UUIDField(primary_key=True)
    # The position: transaction first, since a lower sequence number can commit after a reader has passed.
    xact = models.BigIntegerField()
    seq = models.BigIntegerField()
    recorded_at = models.DateTimeField(db_default=TransactionNow())
    effective_on = models.DateField()
    actor = models.CharField(max_length=80)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", null=True)
    table = models.CharField(max_length=60)
    row_id = models.UUIDField()
    action = models.CharField(max_length=20)
    before = models.JSONField(null=True, decoder=ExactDecoder)
    after = models.JSONField(null=True, decoder=ExactDecoder)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", null=True)
    addressee = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(name="event_position", fields=["xact", "seq"]),
            models.Index(name="event_recorded", fields=["recorded_at"]),
            models.Index(name="event_of_row", fields=["row_id", "xact", "seq"]),
            models.Index(name="event_for", fields=["addressee"], condition=models.Q(addressee__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.action}"


class Epoch(models.Model):
    """Raised by a restore: what was recorded after the backup is gone, so cursors of before are void."""

    wall = Machinery(read="true")

    number = models.IntegerField(primary_key=True)
    # What is added to the cluster's own numbers of transactions, so that what comes stands after all that was restored.
    shift = models.BigIntegerField(db_default=0)
    began_at = models.DateTimeField(db_default=TransactionNow())
