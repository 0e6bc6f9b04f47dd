from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models.institution import Institution

RULE = "institution_id = (SELECT wall.me()) AND actor = (SELECT current_setting('orebook.actor', true))"


class IdempotencyKey(models.Model):
    """A POST that was carried out, so that a repeat answers the same; owned by client and institution, for 30 days."""

    wall = Machinery(read=RULE, write=RULE, rights=("SELECT", "INSERT"))

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_hash = models.CharField(max_length=64)
    status = models.IntegerField()
    object_id = models.UUIDField(null=True)
    # What a request made that wrote several rows, in their order.
    made = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotency_key_once", fields=["institution", "actor", "key"])]
