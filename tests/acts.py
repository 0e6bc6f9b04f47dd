"""Acts that many tests need, said as a banker would say them."""

from deals.models import Commitment, Deal, Instrument
from deals.money import Money
from deals.services.commitments import SizeDraft, confirm, register_commitment, widen_commitment
from institutions.isolation.levels import Level
from institutions.isolation.session import acting_as
from institutions.models import Approval, Staff
from tests.cast import Cast, in_a_year


def letter(
    cast: Cast,
    level: Level = Level.OWN,
    *,
    by: str = "mina",
    approver: str = "joon",
    deal: Deal | None = None,
    money: str = "150000000",
    size_level: Level | None = None,
) -> Commitment:
    """A letter of interest at `level`, confirmed by a second person where four eyes are needed."""
    officer: Staff = cast.people[by]
    with acting_as(officer):
        made = register_commitment(
            by=officer,
            deal=deal or cast.deal,
            instrument=Instrument.SENIOR_LOAN,
            stage="letter_of_interest",
            valid_until=in_a_year(),
            level=level,
            size=SizeDraft(Money.of(money, "USD"), level=size_level),
        )
    confirm_waiting(cast, made, by=approver)
    return made


def widen(cast: Cast, commitment: Commitment, level: Level, *, by: str = "mina", approver: str = "joon") -> None:
    """Widens a commitment and its size, by two persons where the level needs it."""
    officer = cast.people[by]
    with acting_as(officer):
        widen_commitment(by=officer, commitment=commitment, level=level, size_level=level)
    confirm_waiting(cast, commitment, by=approver)


def confirm_waiting(cast: Cast, commitment: Commitment, *, by: str = "joon") -> None:
    """Confirms what waits about a commitment, if anything does."""
    approver = cast.people[by]
    with acting_as(approver):
        for waiting in Approval.objects.filter(row_id=commitment.pk, decision=""):
            confirm(by=approver, approval=waiting)
