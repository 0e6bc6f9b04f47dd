"""The network's picture as it is kept: what each deal brings to it, and the sums of that (deals/sql/picture.sql).

All of it follows from rows that are told to a network or to everyone, and is read by whoever is told as much
(docs/decisions/0030).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery

_OF_SCOPE = "scope_id IN (SELECT s.id FROM deals_picturescope s)"


class PictureScope(models.Model):
    """For whom a picture is kept: everyone, and those in the same networks. Read by whoever is all of these."""

    wall = Machinery(read="principals <@ (SELECT wall.principals())::uuid[]")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    principals = ArrayField(models.UUIDField(), help_text="In the order of their ids")
    day = models.DateField(null=True, help_text="At whose rates it stands; none where the registry has no rates")

    def __str__(self) -> str:
        return f"picture of {len(self.principals)}"


class _Sums(models.Model):
    """Of one class of money or cover; where the class is '', of the deals themselves."""

    scope = models.ForeignKey(PictureScope, on_delete=models.CASCADE, related_name="+", db_index=False)
    cls = models.CharField(max_length=12, db_column="class")
    cover = models.BooleanField()
    # In the reporting currency: what is known of so many, of which so many are of unknown amount or without a rate.
    amount = models.DecimalField(max_digits=40, decimal_places=4)
    counted = models.BigIntegerField()
    unknown = models.BigIntegerField()
    unconverted = models.BigIntegerField()
    deals = models.BigIntegerField()
    # Target minus firm of those that are still open; and of how many nobody can tell it.
    gap = models.DecimalField(max_digits=40, decimal_places=4)
    gap_unknown = models.BigIntegerField()

    class Meta:
        abstract = True


class PictureLine(_Sums):
    """What one deal brings."""

    wall = Machinery(read=_OF_SCOPE)

    pk = models.CompositePrimaryKey("scope_id", "root_id", "deal_id", "cls", "cover")
    root_id = models.UUIDField(help_text="The published deal that it takes over, or itself")
    deal_id = models.UUIDField()
    project_id = models.UUIDField(null=True, help_text="Where it is told")
    country = models.CharField(max_length=2)
    chain_stages = ArrayField(models.CharField(max_length=30))
    minerals = ArrayField(models.CharField(max_length=80), help_text="Their slugs")

    class Meta:
        # Whose projects have firm money is asked with the picture.
        indexes = [
            models.Index(name="picture_financed", fields=["scope", "cls"], condition=models.Q(project_id__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.cls} of deal {self.deal_id}"


class PictureTotal(_Sums):
    """The sum of all lines under one key: all deals, a mineral, a stage of the supply chain, a country."""

    wall = Machinery(read=_OF_SCOPE)

    pk = models.CompositePrimaryKey("scope_id", "dimension", "key", "cls", "cover")
    dimension = models.CharField(max_length=12)
    key = models.CharField(max_length=80, help_text="'' where it is not told")

    def __str__(self) -> str:
        return f"{self.cls} of {self.dimension} {self.key}"


class PictureMark(models.Model):
    """That a deal's lines are no longer what they were: written with each change that the network is told, taken away
    when the lines are kept again. One in each transaction is enough."""

    wall = Machinery(read="{told}")

    pk = models.CompositePrimaryKey("root_id", "audience_id", "xact")
    root_id = models.UUIDField(help_text="All zeros: of all deals")
    # The deal's own, before or after; no foreign key, since a mark lasts for seconds.
    audience_id = models.UUIDField()
    xact = models.BigIntegerField()
    # Of the last change in the transaction, by the clock: no audience that a row stands in began later.
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"mark of {self.root_id}"
