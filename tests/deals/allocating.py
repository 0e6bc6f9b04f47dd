"""Acts around an allocation: a tranche, offers for it, and what its lead does."""

from decimal import Decimal
from typing import Any

from django.db import connection

from deals.allocation import Kind, Rule
from deals.models import Allocation, AllocationCounter, AllocationLine, Commitment, Instrument, Tranche
from deals.money import Money
from deals.services.allocating import BidTerms, propose_allocation
from deals.services.answering import accept_line, decline_line
from deals.services.commitments import register_commitment
from deals.services.deals import add_tranche
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from tests.acts import confirm_waiting
from tests.cast import Cast, in_a_year


def usd(millions: int | str) -> Money:
    return Money(Decimal(millions) * 1_000_000, "USD")


def tranche(cast: Cast, amount: Money | None = None, name: str = "Commercial") -> Tranche:
    with acting_as(cast.ada):
        return add_tranche(by=cast.ada, deal=cast.deal, name=name, currency="USD", amount=amount or usd(155))


def offer(
    cast: Cast, to: Tranche, money: Money, *, by: str = "mina", level: Level = Level.LEAD, **more: Any
) -> Commitment:
    """Indicative terms for a tranche; its size is told as far as the commitment unless `size_level` says less."""
    officer = cast.people[by]
    instrument = more.pop("instrument", Instrument.SENIOR_LOAN)
    size = SizeDraft(money, level=more.pop("size_level", None))
    with acting_as(officer):
        return register_commitment(
            by=officer, deal=cast.deal, tranche=to, instrument=instrument, stage="indicative_terms",
            level=level, size=size, valid_until=more.pop("valid_until", in_a_year()), **more,
        )  # fmt: skip


def scalable(*offers: Commitment) -> list[BidTerms]:
    return [BidTerms(commitment=row.pk, kind=Kind.SCALABLE) for row in offers]


def proposed(cast: Cast, of: Tranche, terms: list[BidTerms], *, rule: Rule = Rule.PRO_RATA, **more: Any) -> Allocation:
    with acting_as(cast.ada):
        return propose_allocation(by=cast.ada, tranche=of, rule=rule, terms=terms, **more)


def allocated(cast: Cast, of: Tranche, terms: list[BidTerms], **more: Any) -> Allocation:
    """Proposed and confirmed by the lead's two persons."""
    made = proposed(cast, of, terms, **more)
    confirm_waiting(cast, made, by="abe")
    return made


def line_of(cast: Cast, commitment: Commitment, who: str = "ada") -> AllocationLine:
    with acting_as(cast.people[who]):
        return AllocationLine.objects.get(commitment=commitment, state="confirmed", taken_back_on=None)


def answer(cast: Cast, commitment: Commitment, *, accept: bool, by: str = "mina", approver: str = "joon") -> None:
    """Answered by two persons of the commitment's owner."""
    officer, line = cast.people[by], line_of(cast, commitment, by)
    with acting_as(officer):
        waiting = (accept_line if accept else decline_line)(by=officer, line=line)
    with acting_as(cast.people[approver]):
        from deals.services.approving import confirm

        confirm(by=cast.people[approver], approval=waiting)


def counter(cast: Cast, of: Tranche) -> Decimal:
    """What the lead's counter says is allocated; deferred constraints are checked first, as at a commit."""
    with acting_as(cast.ada):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        return AllocationCounter.objects.get(tranche=of).allocated
