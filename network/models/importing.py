"""Files that are imported: that there was one, what was made of it, and, until it is done, what is in it."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from institutions.isolation.ids import new_id
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Machinery, Parent
from institutions.models import Confidential, Institution


class ImportKind(models.TextChoices):
    PROJECTS = "projects"
    DEALS = "deals"
    COMMITMENTS = "commitments"


class ImportState(models.TextChoices):
    OPEN = "open"
    # Very many rows, which the worker makes.
    RUNNING = "running"
    DONE = "done"
    TAKEN_BACK = "taken_back"


class Import(Confidential):
    """A file that somebody of an institution imports. What is in it stands elsewhere: it can be of a deal that a wall
    keeps from colleagues, who may know that there was a file, and how its columns were understood."""

    wall = Walled(fixed=("kind", "file_hash"))

    kind = models.CharField(max_length=20, choices=ImportKind)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.OPEN.value)
    file_hash = models.CharField(max_length=64)
    # Of the columns' names: what was corrected once is suggested again for a file of the same columns.
    signature = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict, help_text="What each column holds: its place, and the field")
    # Moves with each answer: two who answer at once don't overwrite each other.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-told_at", "id"]
        constraints = [
            # Two of an institution may have uploaded the same file; it is imported by one of them.
            models.UniqueConstraint(
                name="import_of_file_once",
                fields=["owner", "kind", "file_hash"],
                condition=models.Q(state=ImportState.DONE.value),
            ),
            models.CheckConstraint(name="import_stays_own", condition=models.Q(level=Level.OWN.value)),
            models.CheckConstraint(name="import_kind_is_known", condition=models.Q(kind__in=ImportKind.values)),
            models.CheckConstraint(name="import_state_is_known", condition=models.Q(state__in=ImportState.values)),
        ]
        indexes = [models.Index(name="import_of_file", fields=["owner", "file_hash"])]

    def __str__(self) -> str:
        return f"Import of {self.kind}"


class ImportedRow(Confidential):
    """A row that an import made, seen by whoever of its institution sees the row: what would be taken back with it."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("source_id", mine=True), Parent("row_id", mine=True, once=True)),
        fixed=("source_id", "line", "of_table", "row_id"),
    )

    source = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="rows")
    deal_id = models.UUIDField(null=True)
    line = models.PositiveIntegerField(help_text="Its row in the file, 0 for what stands for several")
    of_table = models.CharField(max_length=60)
    row_id = models.UUIDField()

    class Meta:
        ordering = ["line", "id"]
        constraints = [
            models.CheckConstraint(name="importedrow_stays_own", condition=models.Q(level=Level.OWN.value)),
        ]


_MAKER = "institution_id = (SELECT wall.me()) AND actor = (SELECT current_setting('orebook.actor', true))"


class ImportFile(models.Model):
    """What is in a file, and what was answered about it: for whoever uploaded it alone, and emptied when it is done or
    nobody went on with it for 30 days (network/sql/5_imports.sql)."""

    wall = Machinery(
        read=_MAKER,
        # Foreign keys are checked past policies: another's import is refused here.
        write=f"{_MAKER} AND EXISTS (SELECT FROM network_import i WHERE i.id = source_id)",
        rights=("SELECT", "INSERT", "UPDATE"),
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.OneToOneField(Import, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sheet = models.CharField(max_length=100, blank=True)
    # From 1, as its program counts; 0 where it was not corrected.
    header_row = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    # What the registry refused of the rows when it was last tried, by row.
    refused = models.JSONField(default=dict)
    # How many rows it made: a wall that is put up afterwards hides some from whoever uploaded it.
    made = models.PositiveIntegerField(default=0)
    # Of its rows, as they were last read: how much is made of those that are ready, a hash of that, and how many stand
    # in the way.
    ready = models.PositiveIntegerField(default=0)
    meant = models.CharField(max_length=64, blank=True)
    in_the_way = models.PositiveIntegerField(default=0)
    # What the worker has done of its rows, how often it began, and why it gave up.
    done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    stopped = models.CharField(max_length=400, blank=True)
    # Why an import is being taken back by the worker.
    reason = models.CharField(max_length=300, blank=True)
    uploaded_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        indexes = [models.Index(name="import_file_of", fields=["actor", "institution"])]
