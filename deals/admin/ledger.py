"""The ledger on a commitment's page: its sums, its course, its lines, and what its owner may record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.admin.course import Course, course
from deals.admin.movement_forms import MovementForm, OfferForm, RedenominationForm, TakeUpForm
from deals.admin.words import level_badge, words
from deals.lifecycle import LEDGER_STAGES
from deals.models import REVERSIBLE, Commitment, Kind, Movement, MovementProposal, Transfer
from deals.money import Money, figure
from deals.selectors.ledger import Balance, balance, by_day, movements_of
from deals.selectors.waiting import open_offers, open_proposals
from institutions.isolation import moment
from institutions.models import State

SUMS = {
    "committed": later("committed"),
    "drawn": later("drawn"),
    "available": later("available"),
    "outstanding": later("outstanding"),
}


@dataclass(frozen=True)
class ShownMovement:
    """One line of the ledger."""

    movement: Movement
    owner: str
    reversible: bool

    @property
    def name(self) -> str:
        return words(self.movement.kind)

    @property
    def amount(self) -> str:
        return figure(Money(self.movement.amount, self.movement.currency))

    @property
    def told_to(self) -> SafeString:
        return level_badge(self.movement, self.owner)

    @property
    def state(self) -> str:
        return "" if self.movement.state == State.CONFIRMED else words(self.movement.state)


@dataclass(frozen=True)
class ShownNotice:
    """What somebody addressed to the institution: a proposal or an offer."""

    row: MovementProposal | Transfer

    @property
    def what(self) -> str:
        return words(self.row.kind) if isinstance(self.row, MovementProposal) else _("transfer to you")

    @property
    def amount(self) -> str:
        return figure(Money(self.row.amount, self.row.currency))

    @property
    def due(self) -> bool:
        """Whether its day has come."""
        return self.row.effective_on <= moment.today()


@dataclass(frozen=True)
class Sum:
    name: str
    amount: str


@dataclass(frozen=True)
class Ledger:
    """Everything that the page shows of it; forms are there for its owner's officers."""

    sums: tuple[Sum, ...]
    course: Course | None
    lines: tuple[ShownMovement, ...]
    undrawn: Balance | None
    proposals: tuple[ShownNotice, ...] = ()
    offers: tuple[ShownNotice, ...] = ()
    forms: dict[str, Form] | None = None

    @property
    def undrawn_amount(self) -> str:
        return figure(self.undrawn.available) if self.undrawn else ""

    @property
    def cancels_all(self) -> bool:
        return self.undrawn is not None and self.undrawn.available == self.undrawn.committed


def ledger_of(
    commitment: Commitment, *, own: bool, officer: bool, refused: dict[str, Form] | None = None
) -> Ledger | None:
    """None where the asker sees no movement and could record none. `refused`: forms as they were filled in."""
    runs = commitment.stage in LEDGER_STAGES
    lines = list(movements_of(commitment.pk))
    now = balance(commitment.pk) if lines else None
    offers = _notices(open_offers(commitment.owner_id, commitment.deal_id)) if own else ()
    if not lines and not offers:
        return None
    return Ledger(
        sums=_sums(now),
        course=course(by_day(commitment.pk), until=moment.today()) if now else None,
        lines=tuple(_lines(commitment, lines, officer=officer and runs)),
        undrawn=now if own and runs and now and now.available.amount and _late(commitment) else None,
        proposals=_notices(open_proposals(commitment.owner_id, commitment.deal_id)) if own and runs else (),
        offers=offers,
        forms=_forms(commitment, refused or {}) if officer else None,
    )


def _sums(now: Balance | None) -> tuple[Sum, ...]:
    if now is None:
        return ()
    return tuple(Sum(str(said), figure(getattr(now, name))) for name, said in SUMS.items())


def _lines(commitment: Commitment, rows: list[Movement], *, officer: bool) -> list[ShownMovement]:
    taken_back = {row.reverses_id for row in rows if row.state != State.REJECTED}
    return [
        ShownMovement(
            row,
            commitment.owner.short_name,
            reversible=officer
            and row.state == State.CONFIRMED
            and Kind(row.kind) in REVERSIBLE
            and row.pk not in taken_back,
        )
        for row in rows
    ]


def _notices(rows: Iterable[MovementProposal | Transfer]) -> tuple[ShownNotice, ...]:
    return tuple(ShownNotice(row) for row in rows)


def _late(commitment: Commitment) -> bool:
    ends = commitment.tranche.availability_ends_on if commitment.tranche else None
    return ends is not None and ends < moment.today()


def _forms(commitment: Commitment, refused: dict[str, Form]) -> dict[str, Form]:
    facts: dict[str, Any] = {"commitment": commitment}
    if commitment.stage not in LEDGER_STAGES:
        return {"take_up": TakeUpForm(prefix="take_up", **facts)} | refused
    return {
        "movement": MovementForm(prefix="movement", **facts),
        "offer": OfferForm(prefix="offer", **facts),
        "redenomination": RedenominationForm(prefix="redenomination", **facts),
        "take_up": TakeUpForm(prefix="take_up", **facts),
    } | refused
