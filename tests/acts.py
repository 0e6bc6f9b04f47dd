"""Acts that many tests need, said as a banker would say them."""

from datetime import timedelta

from django.utils import timezone

from deals.models import Commitment, Deal, Instrument, Size, Source
from deals.money import Money
from deals.services.approving import confirm
from deals.services.commitments import register_commitment, widen_commitment
from deals.services.disclosure import ask_to_grant
from deals.services.sizes import SizeDraft
from institutions.isolation.levels import Level
from institutions.isolation.session import System, acting_as
from institutions.models import Approval, Confidential, Grant, Staff
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
    stage: str = "letter_of_interest",
) -> Commitment:
    """A letter of interest at `level`, confirmed by a second person; or another first stage."""
    officer: Staff = cast.people[by]
    with acting_as(officer):
        made = register_commitment(
            by=officer,
            deal=deal or cast.deal,
            instrument=Instrument.SENIOR_LOAN,
            stage=stage,
            valid_until=in_a_year(),
            level=level,
            size=SizeDraft(Money.of(money, "USD"), level=size_level),
        )
    confirm_waiting(cast, made, by=approver)
    with acting_as(officer):
        made.refresh_from_db()
    return made


def widen(cast: Cast, commitment: Commitment, level: Level, *, by: str = "mina", approver: str = "joon") -> None:
    """Widens a commitment and its size, by two persons where the level needs it."""
    officer = cast.people[by]
    with acting_as(officer):
        widen_commitment(by=officer, commitment=commitment, level=level, size_level=level)
    confirm_waiting(cast, commitment, by=approver)


def confirm_waiting(cast: Cast, row: Confidential, *, by: str = "joon") -> None:
    """Confirms what waits about a row, if anything does."""
    approver = cast.people[by]
    with acting_as(approver):
        for waiting in Approval.objects.filter(row_id=row.pk, decision=""):
            confirm(by=approver, approval=waiting)


def grant(cast: Cast, commitment: Commitment, to: str, *, by: str = "mina", approver: str = "joon") -> Grant:
    """Names an institution that sees a commitment beyond its level, for a day, by two persons."""
    officer = cast.people[by]
    with acting_as(officer):
        ask_to_grant(
            by=officer,
            rows=[Commitment.objects.get(pk=commitment.pk)],
            to=cast.bank(to),
            until=timezone.now() + timedelta(days=1),
            deal_id=cast.deal.pk,
        )
    confirm_waiting(cast, commitment, by=approver)
    with acting_as(officer):
        return Grant.objects.get(row_id=commitment.pk, institution=cast.bank(to))


def published(cast: Cast, *, about: str, money: str = "100000000") -> Commitment:
    """A commitment that was compiled from a public source, about an institution, in the cast's deal."""
    desk = cast.bank("desk")
    with acting_as(System("test", desk.pk)):
        source = Source.objects.create(title=f"News of {about}", confidence="verified")
        deal = Deal.objects.create(
            owner=desk, network=cast.network, slug="wattle-news", name="Wattle, as published", status="in_market",
            origin="published", level="public", source=source,
        )  # fmt: skip
        made = Commitment.objects.create(
            owner=desk, institution=cast.bank(about), deal=deal, origin="published", level="public", source=source,
            instrument="senior_loan", stage="letter_of_interest",
        )  # fmt: skip
        Size.objects.create(
            owner=desk, deal=deal, commitment=made, origin="published", level="public", currency="USD",
            amount=Money.of(money, "USD").amount,
        )  # fmt: skip
    return made
