"""The words under which things are found."""

from django.db import models

from institutions.isolation.walls import Machinery
from institutions.models import Audience


class Found(models.TextChoices):
    """What can be found by its name."""

    DEAL = "deal"
    PROJECT = "project"
    INSTITUTION = "institution"
    COMPANY = "company"
    DOCUMENT = "document"
    MINERAL = "mineral"


class NameWord(models.Model):
    """A word of a name or alias, folded (deals.fold), as triggers keep it (sql/names.sql); read by whom its row is.

    A table of its own, since only comparisons that are leakproof may use an index under a policy: a search for part of
    a text would look at every visible row. Where words are written without spaces between them, each ending counts as
    one.
    """

    wall = Machinery(read="{told}")

    pk = models.CompositePrimaryKey("row_id", "number", "word")
    row_id = models.UUIDField()
    number = models.SmallIntegerField(help_text="Which of its names: the first is what it is called")
    word = models.CharField(max_length=100, db_collation="C")
    name = models.CharField(max_length=200, help_text="The name as it is written")
    words = models.TextField(help_text="All words of the name, a space before each")
    kind = models.CharField(max_length=20, choices=Found)
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(name="name_word", fields=["word", "row_id"])]

    def __str__(self) -> str:
        return self.word
