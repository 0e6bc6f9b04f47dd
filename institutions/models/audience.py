from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.levels import CHOICES
from institutions.isolation.walls import Machinery
from institutions.models.institution import Institution
from institutions.models.network import Network

MINE = "owner_id = (SELECT wall.me())"


class Audience(models.Model):
    """Who may see: owner, deal or none, network, level, addressee or none; for one row alone where it has named grants.

    Members are kept by the database (isolation/sql). A deal is only an id here: institutions know no deals.
    """

    wall = Machinery(read=f"{MINE} OR {{told}}", audience="id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", null=True)
    deal_id = models.UUIDField(null=True)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+", null=True)
    level = models.CharField(max_length=10, choices=CHOICES)
    row_id = models.UUIDField(null=True)
    # Of rows that are addressed to one institution, which sees them at every level.
    addressee = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", null=True)
    while_in_deal = models.BooleanField(
        db_default=False, help_text="The addressee sees it only while let into the deal"
    )
    # From this moment on nobody is in it but its owner.
    ends = models.DateTimeField(null=True)
    # How many coordinators the deal had had: a later one does not see what was disclosed before.
    generation = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="audience_once",
                fields=[
                    "owner",
                    "deal_id",
                    "network",
                    "level",
                    "row_id",
                    "addressee",
                    "while_in_deal",
                    "ends",
                    "generation",
                ],
                nulls_distinct=False,
            ),
            # Lets other tables hold 'this audience is of my owner' as a foreign key.
            models.UniqueConstraint(name="audience_and_owner", fields=["id", "owner"]),
            models.CheckConstraint(
                name="audience_without_deal_has_no_deal_level",
                condition=models.Q(deal_id__isnull=False) | models.Q(level__in=["own", "network", "public"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} of {self.owner}"


class AudienceMember(models.Model):
    """One principal (person, client, institution, network, everyone) in an audience, for a time."""

    wall = Machinery(read="principal = ANY ((SELECT wall.principals())::uuid[])")

    # Of the two indexes below one begins with it.
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="members", db_index=False)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", null=True)
    principal = models.UUIDField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    # Whether the log has told this principal that the rows came into its sight, and went out of it.
    phase = models.CharField(max_length=10, default="waiting")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="audience_member_phase_is_known", condition=models.Q(phase__in=["waiting", "in", "out"])
            ),
        ]
        indexes = [
            # What every policy asks, from the index alone: the audiences of a principal, and whether it is in one.
            models.Index(
                name="audience_member_principal", fields=["principal", "audience"], include=["starts", "ends"]
            ),
            models.Index(name="audience_member_probe", fields=["audience", "principal"], include=["starts", "ends"]),
            models.Index(name="audience_member_begins", fields=["starts"], condition=models.Q(phase="waiting")),
            models.Index(name="audience_member_ends", fields=["ends"], condition=models.Q(phase="in")),
        ]


class Circle(models.Model):
    """A deal as the wall knows it: its network, and how many coordinators it has had."""

    wall = Machinery(read="false", rights=())

    deal_id = models.UUIDField(primary_key=True)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+", null=True)
    generation = models.IntegerField(default=0)


class Reach(models.Model):
    """How far into a deal an institution is let, by one row of the deal (a party, a coordinator's role)."""

    wall = Machinery(read="false", rights=())

    source_id = models.UUIDField()
    deal_id = models.UUIDField(db_index=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=CHOICES)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    generation = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="reach_once_per_source", fields=["source_id", "level"])]


class Standing(models.Model):
    """Where each logged row stands now: its table, owner and present audience."""

    wall = Machinery(read="{told}")

    row_id = models.UUIDField(primary_key=True)
    table = models.CharField(max_length=60)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+", null=True)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+")
