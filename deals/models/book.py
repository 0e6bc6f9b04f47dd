"""What the lead tells the parties of the book: a share of the target, rounded down, without anybody's amount."""

from django.db import models
from django.db.models import F, Q

from deals.models.deal import Deal
from institutions.isolation.levels import Level
from institutions.isolation.walls import Confidential as Walled
from institutions.isolation.walls import Parent
from institutions.models import Confidential, Institution

# In per cent of the target: the first publication of a deal chooses one, and it stays.
STEPS = (10, 20, 25)


class BookStatus(Confidential):
    """One publication of the book, with what it was counted from: the lead's own file, filled in by the database."""

    wall = Walled(
        deal="deal_id",
        parents=(Parent("deal_id", mine=True),),
        fixed=("step", "on_day", "published_at", "target", "currency", "book"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="book_statuses")
    step = models.PositiveSmallIntegerField(help_text="Per cent")
    on_day = models.DateField(editable=False)
    published_at = models.DateTimeField(editable=False)
    target = models.DecimalField(max_digits=21, decimal_places=4, editable=False)
    currency = models.CharField(max_length=3, editable=False)
    # Each firm figure of the base as the lead saw it. Others' amounts are in it: it is told to nobody.
    book = models.JSONField(editable=False)

    class Meta:
        ordering = ["-published_at"]
        constraints = [
            models.CheckConstraint(name="book_status_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(name="book_step_is_known", condition=Q(step__in=STEPS)),
            models.CheckConstraint(name="book_has_a_target", condition=Q(target__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Book status of {self.on_day:%-d %B %Y}"


class BookLine(Confidential):
    """What one party is told of the book: the share that others cover, or that it is withheld. It sees no other's."""

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id", mine=True),
            Parent("status_id", mine=True),
            Parent("counted_in_id", mine=True),
        ),
        addressed="institution_id",
        while_in_deal=True,
        fixed=("status_id", "counted_in_id", "published_at", "step", "share", "as_of"),
    )

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="book_lines")
    status = models.ForeignKey(BookStatus, on_delete=models.PROTECT, related_name="lines")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(editable=False)
    step = models.PositiveSmallIntegerField(editable=False)
    # Empty where it is withheld. An earlier figure stands on where too little changed since, with its own day.
    share = models.PositiveIntegerField(null=True, editable=False, help_text="Per cent")
    as_of = models.DateField(null=True, editable=False)
    counted_in = models.ForeignKey(
        BookStatus, on_delete=models.PROTECT, null=True, editable=False, related_name="repeated_in"
    )

    class Meta:
        ordering = ["-published_at", "id"]
        constraints = [
            models.CheckConstraint(name="book_line_stays_own", condition=Q(level=Level.OWN.value)),
            models.CheckConstraint(
                name="book_line_is_told_or_withheld",
                condition=Q(share=None, as_of=None, counted_in=None)
                | Q(share__isnull=False, as_of__isnull=False, counted_in__isnull=False),
            ),
            models.CheckConstraint(name="book_line_goes_to_another", condition=~Q(institution=F("owner"))),
            models.UniqueConstraint(name="book_line_once", fields=["status", "institution"]),
        ]

    def __str__(self) -> str:
        return f"Book status to {self.institution}"
