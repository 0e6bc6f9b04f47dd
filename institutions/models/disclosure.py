"""What an owner decides about its own disclosure: grants, consents, and a wall around a deal."""

from django.db import models

from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models.confidential import Confidential
from institutions.models.institution import Institution


class OwnOnly(Confidential):
    """An act of disclosure: the log tells its owner of it, and nobody else."""

    deal_id = models.UUIDField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(name="%(class)s_stays_own", condition=models.Q(level=Level.OWN.value)),
        ]


class Grant(OwnOnly):
    """A named institution that sees one row beyond its level, from one moment to another."""

    wall = Walled(deal="deal_id", parents=(Parent("row_id", mine=True),), fixed=("row_id", "institution_id", "starts"))

    row_id = models.UUIDField(db_index=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    # Empty is filled by the database with the transaction's time.
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField()


class Consent(OwnOnly):
    """An owner's consent that a later coordinator sees what was disclosed to the lead before, until it ends."""

    wall = Walled(deal="deal_id", fixed=("institution_id",))

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OwnOnly.Meta):
        constraints = [
            *OwnOnly.Meta.constraints,
            models.UniqueConstraint(
                name="consent_once",
                fields=["owner", "deal_id", "institution"],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]


class DealTeam(OwnOnly):
    """An institution's wall around a deal: its listed people stand in its place. Made by `wall.wall_off`."""

    wall = Walled(deal="deal_id")

    ended_at = models.DateTimeField(null=True)

    class Meta(OwnOnly.Meta):
        constraints = [
            *OwnOnly.Meta.constraints,
            models.UniqueConstraint(
                name="deal_team_once", fields=["owner", "deal_id"], condition=models.Q(ended_at__isnull=True)
            ),
        ]


class TeamMember(OwnOnly):
    """A person or client on a deal team, from one moment to another; the list is the insider list."""

    wall = Walled(deal="deal_id", parents=(Parent("team_id", mine=True),), fixed=("team_id", "person_id", "starts"))

    team = models.ForeignKey(DealTeam, on_delete=models.PROTECT, related_name="people")
    person_id = models.UUIDField(help_text="A staff member's or a client's id")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
