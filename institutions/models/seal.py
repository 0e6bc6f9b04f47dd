from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models.event import Event


class Seal(models.Model):
    """A head of the sealed log, one an hour whatever happened: everybody may keep it, and is a witness.

    `block` is the root of what this hour added, `root` that of the whole tree so far.
    """

    wall = Machinery(read="true")

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    block = models.BinaryField()
    root = models.BinaryField()


class SealKey(models.Model):
    """The secret of a block, of which its salts and all that is made up are derived, and what it holds of the log."""

    wall = Machinery(read="false", rights=())

    number = models.BigIntegerField(primary_key=True)
    secret = models.BinaryField()
    from_xact = models.BigIntegerField()
    to_xact = models.BigIntegerField()


class Leaf(models.Model):
    """Where an event lies in the sealed log, and its hash."""

    wall = Machinery(read="false", rights=())

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, db_constraint=False)
    number = models.BigIntegerField()
    # In the order of the log, within its block; the place in the tree tells of no order.
    ordinal = models.IntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(name="leaf_has_its_place", fields=["number", "place"])]
