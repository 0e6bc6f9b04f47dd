"""What an institution signed in a year, told as a return, and what the network is told of all returns together."""

from django.db import models
from django.db.models import Q

from deals.models.project import WITHOUT_DEAL
from institutions.isolation.ids import new_id
from institutions.isolation.walls import ALWAYS, Curated, Machinery
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Institution, Network, Prepared

# What of a return is summed over institutions. Shares in another's loan are counted by its lender of record.
SIDES = ("money", "cover")
# One currency for all: sums told in several would tell more than each of them (decision 0027).
SUMMED_IN = "USD"
MOST_ADJUSTMENTS = 20
FIRST_YEAR = 2000


class AnnualReturn(Prepared):
    """One version of what an institution signed in a year; once a second person confirmed it, it counts as returned.

    The database fills `figures` in, from the ledgers that the preparing person sees; `adjustments` are what the
    institution says that its ledgers here do not hold. A later version of the year stands in an earlier one's place.
    """

    wall = Walled(
        network="network_id",
        four_eyes=True,
        two_persons=ALWAYS,
        fixed=("year", "with_walled", "adjustments", "figures", "note", "prepared_at"),
    )

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    # Of deals that the institution walled off: their sum is read by all colleagues then.
    with_walled = models.BooleanField(default=False)
    # {side, currency, amount, reason}: amounts as text, exact and signed.
    adjustments = models.JSONField(default=list, blank=True)
    # {side, currency, signed, transferred_in, transferred_out, refinancing, adjustment, reason, net}.
    figures = models.JSONField(editable=False)
    # The database's own, and nobody else's business: of two versions the later stands.
    prepared_at = models.DateTimeField(editable=False)
    note = models.CharField(max_length=600, blank=True, help_text="What a reader should know of it")

    class Meta:
        ordering = ["-year", "-prepared_at", "id"]
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="annual_return_level_is_known", condition=Q(level__in=WITHOUT_DEAL)),
            models.CheckConstraint(name="annual_return_year_is_a_year", condition=Q(year__range=(FIRST_YEAR, 2200))),
            # Among one institution's own rows alone. So that of two versions one is the later.
            models.UniqueConstraint(name="annual_return_version_once", fields=["owner", "year", "prepared_at"]),
            models.UniqueConstraint(
                name="annual_return_waits_once", fields=["owner", "year"], condition=Q(state="prepared")
            ),
        ]

    def __str__(self) -> str:
        return f"Annual return of {self.year}"


class ReturnSum(models.Model):
    """The secretariat has a year's returns summed: the database counts them, and tells each member its own line."""

    wall = Curated()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(editable=False)
    on_day = models.DateField(editable=False)

    class Meta:
        ordering = ["-published_at", "id"]
        indexes = [models.Index(name="return_sum_of_year", fields=["year", "published_at"])]

    def __str__(self) -> str:
        return f"Returns of {self.year}, summed on {self.on_day}"


class ReturnCount(models.Model):
    """What of one return went into a sum, and who could open it: told to whose return it is, alone."""

    wall = Machinery(read="institution_id = (SELECT wall.me())")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sum = models.ForeignKey(ReturnSum, on_delete=models.PROTECT, related_name="counts")
    counted = models.ForeignKey(AnnualReturn, on_delete=models.PROTECT, related_name="counts")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=5)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    worth = models.DecimalField(max_digits=30, decimal_places=4, help_text=f"In {SUMMED_IN}")
    open_to = models.JSONField(help_text="The members that could open it then")
    known_to = models.JSONField(help_text="Those that could once open a return of this year")

    class Meta:
        constraints = [
            models.CheckConstraint(name="return_count_side_is_known", condition=Q(side__in=SIDES)),
            models.UniqueConstraint(name="return_count_once", fields=["sum", "counted", "side", "currency"]),
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.counted_id} in {self.sum_id}"


class ReturnLine(models.Model):
    """What one member is told of a sum: what the others returned, rounded down, or that it is withheld. It alone."""

    wall = Machinery(read="institution_id = (SELECT wall.me())")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sum = models.ForeignKey(ReturnSum, on_delete=models.PROTECT, related_name="lines")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=5)
    # Empty where it is withheld. An earlier figure stands on where too little changed since, with its own day.
    least = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    as_of = models.DateField(null=True)
    counted_in = models.ForeignKey(ReturnSum, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="return_line_side_is_known", condition=Q(side__in=SIDES)),
            models.CheckConstraint(
                name="return_line_is_told_or_withheld",
                condition=Q(least=None, as_of=None, counted_in=None)
                | Q(least__isnull=False, as_of__isnull=False, counted_in__isnull=False),
            ),
            models.UniqueConstraint(name="return_line_once", fields=["sum", "institution", "side"]),
        ]
        indexes = [models.Index(name="return_line_of_reader", fields=["institution", "year", "side"])]

    def __str__(self) -> str:
        return f"{self.side} to {self.institution_id} in {self.sum_id}"
