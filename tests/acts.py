"""Acts that many tests need, said as a banker would say them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from deals.models import Commitment, Condition, Deal, DealStatus, Instrument, Kind, Movement, Size, Source, Tranche
from deals.money import Money
from deals.services.approving import confirm
from deals.services.commitments import register_commitment, widen_commitment
from deals.services.conditions import add_condition
from deals.services.deal_teams import wall_off
from deals.services.deals import ask_to_open, register_deal
from deals.services.deciding import ConditionDraft, Wait
from deals.services.disclosure import ask_to_grant
from deals.services.movements import record_movement
from deals.services.moves import move_commitment
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
    tranche: Tranche | None = None,
) -> Commitment:
    """A letter of interest at `level`, confirmed by a second person; or another first stage."""
    officer: Staff = cast.people[by]
    with acting_as(officer):
        made = register_commitment(
            by=officer,
            deal=deal or cast.deal,
            instrument=Instrument.SENIOR_LOAN,
            stage=stage,
            tranche=tranche,
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


def condition(
    cast: Cast,
    commitment: Commitment | None = None,
    text: str = "Board approval of the lender",
    *,
    by: str = "mina",
    approver: str = "joon",
    level: Level = Level.OWN,
    kind: str = "corporate_approval",
    due_on: date | None = None,
    waits_for: Sequence[Wait] = (),
) -> Condition:
    """A condition precedent of one's own commitment, or of the cast's deal; by two persons where that is needed."""
    officer, deal = cast.people[by], cast.deal
    with acting_as(officer):
        draft = ConditionDraft(kind, text, due_on=due_on, waits_for=tuple(waits_for))
        made = add_condition(
            by=officer, draft=draft, deal=commitment.deal if commitment else deal, commitment=commitment, level=level
        )
    if isinstance(made, Approval):
        with acting_as(cast.people[approver]):
            confirm(by=cast.people[approver], approval=made)
        with acting_as(officer):
            return Condition.objects.get(pk=next(iter(made.asks["adds"])))
    confirm_waiting(cast, made, by=approver)
    with acting_as(officer):
        made.refresh_from_db()
    return made


def moved(
    cast: Cast, commitment: Commitment, to: str, *, by: str = "mina", approver: str = "joon", **facts: Any
) -> None:
    """Moves a commitment, by two persons where that is needed; with a tranche where the stage asks for one."""
    officer = cast.people[by]
    with acting_as(officer):
        commitment.refresh_from_db()
        move_commitment(by=officer, commitment=commitment, to=to, tranche=cast.base, **facts)
    confirm_waiting(cast, commitment, by=approver)
    with acting_as(officer):
        commitment.refresh_from_db()


def sign(cast: Cast, commitment: Commitment, *, by: str = "mina", approver: str = "joon") -> None:
    """Signs a commitment that is told to the lead."""
    moved(cast, commitment, "signed", by=by, approver=approver, agreement_reference="A-1", signed_on=date.today())


def signed(
    cast: Cast,
    level: Level = Level.LEAD,
    *,
    by: str = "mina",
    approver: str = "joon",
    money: str = "150000000",
    stage: str = "effective",
    size_level: Level | None = None,
    on: date | None = None,
) -> Commitment:
    """Signed money, or as far as `stage`, its agreement dated half a year ago unless another day is given."""
    made = letter(cast, level, by=by, approver=approver, money=money, size_level=size_level)
    officer = cast.people[by]
    with acting_as(officer):
        move_commitment(
            by=officer, commitment=made, to=stage, tranche=cast.base, agreement_reference=f"A {by}",
            signed_on=on or timezone.now().date() - timedelta(days=180),
        )  # fmt: skip
    confirm_waiting(cast, made, by=approver)
    with acting_as(officer):
        made.refresh_from_db()
    return made


def move_money(
    cast: Cast,
    commitment: Commitment,
    kind: Kind,
    money: str,
    *,
    by: str = "mina",
    approver: str = "joon",
    days_ago: int = 0,
    currency: str = "USD",
    level: Level | None = None,
) -> Movement:
    """A movement of so many days ago, confirmed where a second person is needed."""
    officer = cast.people[by]
    with acting_as(officer):
        made = record_movement(
            by=officer, commitment=Commitment.objects.get(pk=commitment.pk), kind=kind, level=level,
            money=Money.of(money, currency), on=timezone.now().date() - timedelta(days=days_ago),
        )  # fmt: skip
    confirm_waiting(cast, made, by=approver)
    with acting_as(officer):
        made.refresh_from_db()
    return made


def walled_network_deal(cast: Cast, slug: str) -> Deal:
    """Hanok's own, told to the network and then walled off for Mina and Joon: a colleague sees it as any member."""
    with acting_as(cast.mina):
        made = register_deal(
            by=cast.mina, network=cast.network, slug=slug, name=slug.title(), status=DealStatus.IN_MARKET,
            target=Money.of("100000000", "USD"),
        )  # fmt: skip
        ask_to_open(by=cast.mina, deal=made, level=Level.NETWORK)
    confirm_waiting(cast, made)
    with acting_as(cast.mina):
        made.refresh_from_db()
        wall_off(by=cast.mina, deal=made, people=[cast.mina, cast.joon])
    return made
