"""Recording movements in one's own ledger: by one person where they say what an agent's notice says, else by two."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from deals.models import BY_ONE, Commitment, Kind, Movement, MovementProposal, Size
from deals.money import Money, minor_units
from deals.selectors.ledger import balance
from deals.sentences.summaries import summarised
from deals.services.disclosure import ask_to_widen, set_level
from deals.services.ledger import DrawnExceedsCommitted, LedgerRefuses, NoLedger, NotReversible
from deals.services.owning import own
from institutions.constraints import rules_hold
from institutions.isolation.levels import Level
from institutions.models import Approval, Client, Staff, State
from institutions.permissions import Permission
from institutions.refusals import Refusal
from institutions.services import approvals
from institutions.services.acting import must

# What is recorded as it is; the others have acts of their own.
PLAIN = (Kind.INCREASE, Kind.PARTIAL_CANCELLATION, *BY_ONE)


class ToldTooFar(Refusal):
    code = "part_within_size"
    says = gettext_noop(
        "A movement is told no further than the size of its commitment ('{level}'). Widen the size first."
    )


class ToldBeyondRepaid(Refusal):
    code = "part_within_commitment"
    says = gettext_noop(
        "A refinancing is told no further than the commitment that it repays ('{level}'). Choose that or a narrower "
        "level."
    )


class ToldAsSize(Refusal):
    code = "told_as_size"
    says = gettext_noop("What changes the committed amount is told as the size, which it changes. Leave the level out.")


class CancelsAll(LedgerRefuses):
    code = "cancels_all"
    says = gettext_noop("This would cancel the whole commitment. Move it to 'cancelled' (POST …/transitions).")


@transaction.atomic
def record_movement(
    *,
    by: Staff | Client,
    commitment: Commitment,
    kind: Kind,
    money: Money,
    on: date | None = None,
    reference: str = "",
    level: Level | None = None,
    repays: Commitment | None = None,
    proposal: MovementProposal | None = None,
) -> Movement:
    """Records an increase, a partial cancellation, a drawdown, a repayment or a prepayment of one's own commitment.

    The first two wait for an approver. `level`: how far a drawdown or repayment is told, beyond the lead once an
    approver confirms; where none is given as far as the size, at most to the lead. `repays`: the commitment that a
    drawdown refinances. Raises LedgerRefuses where it does not fit.
    """
    _begin(by, commitment, "record a movement")
    if kind is Kind.PARTIAL_CANCELLATION:
        _check_cancellation(commitment, money)
    alone = kind in BY_ONE
    if level and not alone:
        raise ToldAsSize(pointer="/level")
    told = _level(commitment, level, repays) if alone else Level.OWN
    made = _write(
        commitment,
        kind=kind,
        money=money,
        on=on,
        reference=reference,
        level=told,
        repays=repays,
        proposal=proposal,
        answers_id=proposal.owner_id if proposal else None,
    )
    if not alone:
        _lay_before(by, made)
    elif level and level.rank > told.rank:
        tell_movement(by=by, movement=made, level=level)
    return made


@transaction.atomic
def reverse(*, by: Staff | Client, movement: Movement, on: date | None = None, reference: str = "") -> Movement:
    """Takes back the whole of what was recorded by mistake, on its day or a later one; two persons see it."""
    _begin(by, movement.commitment, "reverse a movement")
    if Movement.objects.filter(reverses=movement).exclude(state=State.REJECTED).exists():
        raise NotReversible(pointer="/reverses")
    made = _write(
        movement.commitment,
        kind=Kind.REVERSAL,
        money=Money(movement.amount, movement.currency),
        on=on or movement.effective_on,
        reference=reference,
        level=Level.OWN,
        reverses=movement,
    )
    # Up to the lead the database tells it with what it reverses; further, the approver is asked to.
    further = Level(movement.level).beyond_lead and not movement.committed_change
    levels = {made: Level(movement.level)} if further else {}
    facts = {"movement": movement, "start": f"{movement.effective_on:%d %B %Y}"}
    _lay_before(
        by, made, "Reverse the {movement} of {start}, effective {day}: {commitment}", facts=facts, levels=levels
    )
    return made


@transaction.atomic
def redenominate(
    *, by: Staff | Client, commitment: Commitment, currency: str, rate: Decimal, on: date | None = None,
    reference: str = "",
) -> Movement:  # fmt: skip
    """Takes the whole undrawn commitment into another currency at a rate, once two persons saw it.

    Returns the side that comes in, which names the one that goes out.
    """
    _begin(by, commitment, "redenominate a commitment")
    now = balance(commitment.pk)
    if now is None:
        raise NoLedger(pointer="/commitment")
    exact = (now.sum_committed * rate).quantize(Decimal(1).scaleb(-minor_units(currency)), ROUND_HALF_UP)
    common: dict[str, Any] = {"on": on, "reference": reference, "level": Level.OWN, "kind": Kind.REDENOMINATION}
    gone = _write(commitment, money=now.committed, **common)
    came = _write(commitment, money=Money(exact, currency), pair=gone, rate=rate, **common)
    facts = {"money": now.committed, "other": Money(exact, currency), "rate": f"{rate.normalize():f}"}
    says = gettext_noop("Redenominate {money} into {other} at {rate}, effective {day}: {commitment}")
    _lay_before(by, came, says, gone, facts=facts)
    return came


@transaction.atomic
def tell_movement(*, by: Staff | Client, movement: Movement, level: Level) -> Approval | None:
    """Tells a drawdown, repayment or prepayment narrower, or as far as the lead, at once; further once confirmed."""
    must(by, Permission.COMMITMENTS_WRITE, "say how far a movement is told")
    own(by, movement.commitment)
    if movement.committed_change:
        raise ToldAsSize(pointer="/level")
    _within(movement.commitment, movement.repays, level)
    # With its reversal, or what it reverses: who saw one alone would see other sums.
    rows = [movement, *_counterpart(movement)]
    if level.rank > Level(movement.level).rank and level.beyond_lead:
        return ask_to_widen(
            by=by,
            subject=movement,
            rows=rows,
            level=level,
            deal_id=movement.deal_id,
            summary=summarised(
                "Tell {level} of the {movement} of {commitment}",
                level=level.value,
                movement=movement,
                commitment=movement.commitment,
            ),
        )
    for row in rows:
        if level is not Level(row.level):
            set_level(row=row, level=level)
    return None


def _counterpart(movement: Movement) -> list[Movement]:
    found = Movement.objects.filter(Q(reverses=movement) | Q(pk=movement.reverses_id), state=State.CONFIRMED)
    return list(found)


def _begin(by: Staff | Client, commitment: Commitment, act: str) -> None:
    must(by, Permission.COMMITMENTS_WRITE, act)
    own(by, commitment)


def _check_cancellation(commitment: Commitment, money: Money) -> None:
    """The database checks again when it is confirmed."""
    now = balance(commitment.pk)
    if now is None:
        raise NoLedger(pointer="/commitment")
    if money == now.committed:
        raise CancelsAll(pointer="/money")
    if money.currency == now.currency and money.amount > now.available.amount:
        raise DrawnExceedsCommitted(pointer="/money")


def _write(
    commitment: Commitment, *, money: Money, on: date | None, level: Level, kind: Kind, **facts: Any
) -> Movement:
    with rules_hold():
        made = Movement.objects.create(
            owner_id=commitment.owner_id,
            deal_id=commitment.deal_id,
            commitment=commitment,
            kind=kind.value,
            amount=money.amount,
            currency=money.currency,
            effective_on=on or timezone.now().date(),
            level=level.value,
            demo=commitment.demo,
            **facts,
        )
    made.refresh_from_db()
    return made


def _lay_before(
    by: Staff | Client,
    made: Movement,
    says: str = "Record the {movement}, effective {day}: {commitment}",
    *parts: Movement,
    facts: Mapping[str, object] | None = None,
    levels: Mapping[Movement, Level] | None = None,
) -> Approval:
    """It comes into force when confirmed."""
    told = {str(row.pk): level.value for row, level in (levels or {}).items()}
    common = {"movement": made, "day": f"{made.effective_on:%d %B %Y}", "commitment": made.commitment}
    return approvals.prepare(
        by=by,
        subject=made,
        deal_id=made.deal_id,
        asks={"states": {str(row.pk): State.CONFIRMED.value for row in (made, *parts)}}
        | ({"levels": told} if told else {}),
        summary=summarised(says, **(common | dict(facts or {}))),
        parts=parts,
    )


def _level(commitment: Commitment, asked: Level | None, repays: Commitment | None) -> Level:
    """How far a movement that one person records is told at once: no further than the lead."""
    size = _within(commitment, repays, asked)
    bounds = [asked or size, Level.LEAD, *([Level(repays.level)] if repays else [])]
    return min(bounds, key=lambda level: level.rank)


def _within(commitment: Commitment, repays: Commitment | None, asked: Level | None) -> Level:
    """The size's level. Raises where more is asked than that, or than the commitment that is repaid."""
    size = Size.objects.filter(commitment=commitment).values_list("level", flat=True).first()
    level = Level(size) if size else Level.OWN
    if asked and asked.rank > level.rank:
        raise ToldTooFar(level=level.value, pointer="/level")
    if asked and repays and asked.rank > Level(repays.level).rank:
        raise ToldBeyondRepaid(level=repays.level, pointer="/level")
    return level
