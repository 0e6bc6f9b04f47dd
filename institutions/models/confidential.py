from typing import Any, ClassVar

from django.db import connection, models

from institutions.isolation.ids import new_id
from institutions.isolation.levels import CHOICES, Level
from institutions.isolation.walls import FIXED
from institutions.isolation.walls import Confidential as Walled
from institutions.models.audience import Audience
from institutions.models.institution import Institution


class Confidential(models.Model):
    """A row that belongs to one institution and is told to an audience.

    `audience` is worked out by the database from owner, deal, network and level: nobody writes it.
    """

    wall: ClassVar[Walled]

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=CHOICES, default=Level.OWN.value)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", editable=False)
    # All three are the database's own (wall.place). When a row was made is told to nobody but its owner: it would say
    # how long a letter was prepared before it was disclosed. Others see `told_at`, when it came to its present level.
    created_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    demo = models.BooleanField(default=False, editable=False, help_text="Fictional: made for the demo network")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves a change without the columns that the application may not write (isolation/raising.py)."""
        if self._state.adding:
            self.prepare(Level(self.level))
        elif kwargs.get("update_fields") is None:
            fixed = {*FIXED, *self.wall.fixed, self.wall.addressed}
            fields = [f for f in self._meta.concrete_fields if f.column not in fixed]
            kwargs["update_fields"] = [f.name for f in fields]
        super().save(*args, **kwargs)

    def prepare(self, level: Level) -> None:
        """Has the audience made that this row would have at `level`; call it before an update of the level."""
        deal = getattr(self, self.wall.deal) if self.wall.deal else None
        network = getattr(self, self.wall.network) if self.wall.network else getattr(self, "network_id", None)
        addressee = getattr(self, self.wall.addressed) if self.wall.addressed else None
        until = getattr(self, self.wall.until) if self.wall.until else None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT wall.prepare(%s, %s, %s, %s, %s, %s, %s)",
                [deal, network, level.value, self.pk, addressee, self.wall.while_in_deal, until],
            )
