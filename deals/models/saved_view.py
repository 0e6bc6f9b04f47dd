from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.walls import Machinery
from institutions.models import Institution, Staff

# A person's own, or every person's of the institution; another institution learns of none.
_MINE = (
    "institution_id = (SELECT wall.me()) AND (person_id IS NULL OR person_id = ANY ((SELECT wall.myself())::uuid[]))"
)
# What everybody of the institution finds is an officer's to keep and to end.
_OFFICERS = (
    "EXISTS (SELECT FROM institutions_staff s WHERE s.role = 'officer' AND s.is_active"
    " AND s.institution_id = (SELECT wall.me()) AND s.id = ANY ((SELECT wall.myself())::uuid[]))"
)
_KEPT = f"{_MINE} AND (person_id IS NOT NULL OR {_OFFICERS})"


class SavedView(models.Model):
    """Filters of the pipeline under a name: of one person, or of a whole institution. It holds no rows."""

    wall = Machinery(read=_MINE, write=_KEPT, rights=("SELECT", "INSERT", "UPDATE (ended_at)"))

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=60)
    filters = models.CharField(max_length=400, blank=True, help_text="As they stand in the page's address")
    pinned = models.BooleanField(default=False, help_text="Among the first, before all others")
    made_at = models.DateTimeField(db_default=TransactionNow())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="saved_view_has_a_name", condition=~models.Q(name="")),
        ]
        indexes = [models.Index(name="saved_view_of", fields=["institution", "person"])]

    def __str__(self) -> str:
        return self.name
