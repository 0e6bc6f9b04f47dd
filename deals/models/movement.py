from django.db import models
from django.db.models import Q

from deals.models.commitment import Commitment
from deals.models.deal import Deal
from deals.models.proposal import MovementProposal
from deals.models.transfer import Transfer
from deals.money import Money
from institutions.isolation.walls import ALWAYS, Parent
from institutions.isolation.walls import Confidential as Walled
from institutions.models import Institution, Prepared


class Kind(models.TextChoices):
    INITIAL = "initial"
    INCREASE = "increase"
    PARTIAL_CANCELLATION = "partial_cancellation"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    REDENOMINATION = "redenomination"
    DRAWDOWN = "drawdown"
    REPAYMENT = "repayment"
    PREPAYMENT = "prepayment"
    REVERSAL = "reversal"


# The database writes these itself: at signature, and where another takes a transfer up.
BY_ITSELF = (Kind.INITIAL, Kind.TRANSFER_OUT)
# What an agent's notice says and one person records; everything else is seen by two.
BY_ONE = (Kind.DRAWDOWN, Kind.REPAYMENT, Kind.PREPAYMENT)
# What an agent may propose.
PROPOSED = (Kind.DRAWDOWN, Kind.REPAYMENT, Kind.PREPAYMENT, Kind.PARTIAL_CANCELLATION)
# What was recorded by mistake; a transfer or redenomination is undone by another one.
REVERSIBLE = (Kind.INCREASE, Kind.PARTIAL_CANCELLATION, Kind.DRAWDOWN, Kind.REPAYMENT, Kind.PREPAYMENT)


class Movement(Prepared):
    """One line of a commitment's ledger: when it took effect, and what it changes. Nothing of it is ever changed.

    Committed, drawn and repaid money are sums over the confirmed ones (deals/sql/movements.sql, selectors/ledger.py).
    """

    wall = Walled(
        deal="deal_id",
        parents=(
            Parent("deal_id"),
            Parent("commitment_id", mine=True),
            Parent("pair_id", mine=True),
            Parent("reverses_id", mine=True),
            Parent("repays_id"),
            Parent("transfer_id"),
            Parent("proposal_id"),
        ),
        two_persons=ALWAYS,
        alone=("kind", *(kind.value for kind in (*BY_ITSELF, *BY_ONE))),
        # Who proposed it is told of it.
        addressed="answers_id",
        fixed=(
            "kind", "amount", "currency", "effective_on", "recorded_at", "reference", "rate", "pair_id", "reverses_id",
            "repays_id", "transfer_id", "proposal_id", "committed_change", "drawn_change", "repaid_change",
        ),
    )  # fmt: skip

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=20, choices=Kind)
    amount = models.DecimalField(max_digits=21, decimal_places=4)
    currency = models.CharField(max_length=3)
    effective_on = models.DateField()
    # When it came into force here: the database's own, and as little others' business as `created_at`.
    recorded_at = models.DateTimeField(null=True, editable=False)
    reference = models.CharField(max_length=80, blank=True, help_text="The notice or agreement that it follows")
    # A redenomination is two movements: out of the old currency, and with its rate into the new one.
    rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    pair = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="paired_by")
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    # A drawdown that refinances names what it repays.
    repays = models.ForeignKey(Commitment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="movements")
    proposal = models.ForeignKey(
        MovementProposal, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    answers = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # What it adds to each sum, signed: worked out by the database.
    committed_change = models.DecimalField(max_digits=21, decimal_places=4, default=0, editable=False)
    drawn_change = models.DecimalField(max_digits=21, decimal_places=4, default=0, editable=False)
    repaid_change = models.DecimalField(max_digits=21, decimal_places=4, default=0, editable=False)

    class Meta:
        ordering = ["effective_on", "told_at", "id"]
        constraints = [
            *Prepared.Meta.constraints,
            models.CheckConstraint(name="movement_kind_is_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="movement_has_an_amount", condition=Q(amount__gt=0) & ~Q(currency="")),
            models.CheckConstraint(
                name="movement_names_what_it_reverses",
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses__isnull=True)),
            ),
            models.CheckConstraint(
                name="movement_names_its_transfer",
                condition=Q(kind__in=["transfer_in", "transfer_out"], transfer__isnull=False)
                | (~Q(kind__in=["transfer_in", "transfer_out"]) & Q(transfer__isnull=True)),
            ),
            models.CheckConstraint(
                name="movement_has_its_rate",
                condition=Q(pair__isnull=True, rate__isnull=True)
                | Q(kind="redenomination", pair__isnull=False, rate__gt=0),
            ),
            models.CheckConstraint(
                name="movement_repays_by_drawing", condition=Q(repays__isnull=True) | Q(kind="drawdown")
            ),
            models.CheckConstraint(
                name="movement_answers_its_proposal",
                condition=Q(proposal__isnull=True, answers__isnull=True)
                | Q(proposal__isnull=False, answers__isnull=False, kind__in=[kind.value for kind in PROPOSED]),
            ),
            models.UniqueConstraint(name="movement_initial_once", fields=["commitment"], condition=Q(kind="initial")),
            # What was rejected stands in nobody's way.
            *(
                models.UniqueConstraint(
                    name=f"movement_{name}_once", fields=[name, *more], condition=~Q(state="rejected")
                )
                for name, more in (("reverses", ()), ("pair", ()), ("proposal", ()), ("transfer", ("kind", "owner")))
            ),
        ]
        indexes = [models.Index(name="movement_ledger", fields=["commitment", "effective_on"])]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} of {Money(self.amount, self.currency)}"
