"""What institutions record in their ledgers, hand to each other, and hear from the agent."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import rule

from deals.models import Commitment, Kind, Movement, MovementProposal, Size, Transfer
from deals.money import Money
from deals.services import movements, proposals, transfers
from institutions.isolation.levels import Level
from institutions.models import Staff
from tests.lives.machine import BANK, LEVEL, PLACE, THEN, Life, of, part_of

# Of the size as it stands: a little, a part, all, more.
PART = st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.25")])
EVERYDAY = st.sampled_from([Kind.DRAWDOWN, Kind.REPAYMENT, Kind.PARTIAL_CANCELLATION, Kind.INCREASE])
PLAIN = st.sampled_from([*movements.PLAIN, Kind.DRAWDOWN, Kind.REPAYMENT])


def part_of_its_size(commitment: Commitment, part: Decimal) -> Money | None:
    """So much of a commitment; None where it has no amount."""
    size = Size.objects.filter(commitment=commitment, amount__isnull=False).first()
    return part_of(Money(size.amount, size.currency), part) if size and size.amount is not None else None


class OfLedgers(Life):
    @of("ledger")
    @rule(place=PLACE, kind=PLAIN, part=PART, days=st.integers(0, 3), level=st.none() | LEVEL, other=PLACE, then=THEN)
    def record(
        self, place: int, kind: Kind, part: Decimal, days: int, level: Level | None, other: int, then: str
    ) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            money = part_of_its_size(commitment, part)
            repays = self.commitment(other) if kind is Kind.DRAWDOWN and other < 3 else None
            if money is None:
                return None
            on = timezone.now().date() - timedelta(days=days)
            made = movements.record_movement(
                by=by, commitment=commitment, kind=kind, money=money, level=level, repays=repays, on=on
            )
            self.happened[f"recorded: {kind.value}"] += 1
            return made

        self.of_a_ledger(place, do, then)

    @of("ledger")
    @rule(place=PLACE, kind=EVERYDAY, tenths=st.integers(1, 4))
    def record_as_is_usual(self, place: int, kind: Kind, tenths: int) -> None:
        """What mostly happens to a ledger, and is mostly accepted."""

        def do(by: Staff, commitment: Commitment) -> object:
            money = part_of_its_size(commitment, Decimal(tenths) / 10)
            if money is None:
                return None
            made = movements.record_movement(by=by, commitment=commitment, kind=kind, money=money)
            self.happened[f"recorded: {kind.value}"] += 1
            return made

        self.of_a_ledger(place, do)

    @of("ledger")
    @rule(place=PLACE, other=PLACE, then=THEN)
    def reverse(self, place: int, other: int, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            lines = list(Movement.objects.filter(commitment=commitment).order_by("created_at", "kind", "amount"))
            return movements.reverse(by=by, movement=lines[other % len(lines)]) if lines else None

        self.of_a_ledger(place, do, then)

    @of("ledger")
    @rule(
        place=PLACE,
        currency=st.sampled_from(["USD", "JPY"]),
        rate=st.sampled_from(["0.9", "150.123", "0.0001"]),
        then=THEN,
    )
    def redenominate(self, place: int, currency: str, rate: str, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            made = movements.redenominate(by=by, commitment=commitment, currency=currency, rate=Decimal(rate))
            self.happened["recorded: redenomination"] += 1
            return made

        self.of_a_ledger(place, do, then)

    @of("ledger")
    @rule(place=PLACE, other=PLACE, level=LEVEL, then=THEN)
    def tell_a_movement(self, place: int, other: int, level: Level, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            lines = list(Movement.objects.filter(commitment=commitment).order_by("created_at", "kind", "amount"))
            return movements.tell_movement(by=by, movement=lines[other % len(lines)], level=level) if lines else None

        self.of_a_ledger(place, do, then)

    # Transfers.

    @of("ledger")
    @rule(place=PLACE, to=BANK, part=PART, then=THEN)
    def offer(self, place: int, to: str, part: Decimal, then: str) -> None:
        def do(by: Staff, commitment: Commitment) -> object:
            money = part_of_its_size(commitment, part)
            named = self.cast.bank(to)
            self.made("transfer")
            return transfers.offer_transfer(by=by, commitment=commitment, to=named, money=money) if money else None

        self.of_a_ledger(place, do, then)

    @of("transfer")
    @rule(bank=BANK, place=PLACE)
    def withdraw(self, bank: str, place: int) -> None:
        def do(by: Staff) -> None:
            mine = list(
                Transfer.objects.filter(deal=self.world.deal.pk, owner=by.institution_id).order_by("created_at")
            )
            if mine:
                transfers.withdraw_transfer(by=by, transfer=mine[place % len(mine)])

        self.act(bank, do)

    @of("transfer")
    @rule(bank=BANK, place=PLACE, other=PLACE, then=THEN)
    def take_up(self, bank: str, place: int, other: int, then: str) -> None:
        def do(by: Staff) -> object:
            offered = list(Transfer.objects.filter(deal=self.world.deal.pk, to=by.institution_id).order_by("told_at"))
            mine = list(
                Commitment.objects.filter(deal=self.world.deal.pk, owner=by.institution_id).order_by("created_at")
            )
            if not (offered and mine):
                return None
            made = transfers.take_up(
                by=by, transfer=offered[place % len(offered)], commitment=mine[other % len(mine)],
                agreement_reference="T-1", signed_on=timezone.now().date(),
            )  # fmt: skip
            self.happened["taken up"] += 1
            return made

        self.act(bank, do, then)

    # The agent's notices.

    @of("ledger")
    @rule(place=PLACE, kind=st.sampled_from([Kind.DRAWDOWN, Kind.REPAYMENT, Kind.PARTIAL_CANCELLATION]), part=PART)
    def propose(self, place: int, kind: Kind, part: Decimal) -> None:
        key = self.some(place)
        if key is None:
            return
        to = self.cast.bank(self.world.bank_of(key))

        def do(by: Staff) -> None:
            commitment = Commitment.objects.filter(pk=key).first()
            money = part_of_its_size(commitment, part) if commitment else Money.of("1", "USD")
            if money:
                self.made("notice")
                proposals.propose_movements(
                    by=by, deal=self.world.the_deal(), kind=kind, on=timezone.now().date(),
                    shares=[proposals.Share(to, money, commitment)],
                )  # fmt: skip

        self.act("austral", do)

    @of("notice")
    @rule(bank=BANK, place=PLACE, withdraws=st.booleans(), then=THEN)
    def confirm_a_notice(self, bank: str, place: int, withdraws: bool, then: str) -> None:
        """Whom it is addressed to says that it is so; or the agent takes it back."""

        def do(by: Staff) -> object:
            there = list(MovementProposal.objects.filter(deal=self.world.deal.pk).order_by("told_at", "amount"))
            if not there:
                return None
            proposal = there[place % len(there)]
            if withdraws:
                return proposals.withdraw_proposal(by=by, proposal=proposal)
            return proposals.confirm_proposal(by=by, proposal=proposal)

        self.act(bank, do, then)
