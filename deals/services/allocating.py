"""The lead shares a tranche among the offers it sees: previews, proposes by two persons, takes an open line back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.allocation import Bid, Kind, Line, Outcome, Rule, allocate
from deals.models import (
    Allocation,
    AllocationAcceptance,
    AllocationCounter,
    AllocationLine,
    Commitment,
    Size,
    Tranche,
)
from deals.money import Money, figure
from deals.selectors.bids import Book, LeftOut, book_of, holding_lines
from deals.sentences.summaries import summarised
from deals.services.inviting import registrar
from institutions.models import Approval, Client, Staff, State
from institutions.permissions import Permission
from institutions.refusals import NotFound, Refusal
from institutions.services import approvals
from institutions.services.acting import must


class NothingSought(Refusal):
    code = "nothing_sought"
    says = gettext_noop("{tranche} has no amount. Say what is sought before you allocate it.")


class NoBids(Refusal):
    code = "no_bids"
    says = gettext_noop(
        "There is no offer for {tranche} with an amount that you may see. Ask those who offer to tell their size to "
        "the lead, or leave fewer out."
    )


class NoRoom(Refusal):
    code = "ceiling_reached"
    says = gettext_noop(
        "{allocated} of {tranche} are allocated already; {room} are left. Allocate at most that, take open lines back, "
        "or raise the tranche's amount."
    )
    status = 409


class LineClosed(Refusal):
    code = "line_closed"
    says = gettext_noop(
        "This line was answered or taken back already. Reject what still waits for it; what is free again the lead "
        "shares by a new allocation."
    )
    status = 409


class HasLine(Refusal):
    code = "one_line_at_a_time"
    says = gettext_noop("{names} hold a line of this tranche already. Reject this, and allocate without them.")
    status = 409


@dataclass(frozen=True)
class BidTerms:
    """What the lead says of one bid; what it leaves open stays as the bid has it."""

    commitment: UUID
    kind: Kind | None = None
    floor: Money | None = None
    cap: Money | None = None
    order: int | None = None
    left_out: bool = False


@dataclass(frozen=True)
class Preview:
    """What an allocation would be, and what it leaves out."""

    book: Book
    rule: Rule
    lot: Money | None
    outcome: Outcome
    left_out: tuple[LeftOut, ...]


def preview_allocation(
    *,
    by: Staff | Client,
    tranche: Tranche,
    rule: Rule,
    amount: Money | None = None,
    lot: Money | None = None,
    terms: Sequence[BidTerms] = (),
) -> Preview:
    """Works an allocation out from the bids that the lead sees; nothing is kept. `amount` None is all that is left.

    Raises NotAllocable naming the constraint that binds, NoRoom beyond what is left of the tranche.
    """
    must(by, Permission.DEALS_WRITE, "allocate a tranche")
    registrar(by, tranche.deal)
    book = book_of(tranche)
    if book is None:
        raise NothingSought(tranche=tranche, pointer="/tranche")
    wanted = amount or book.room
    if wanted.currency == book.room.currency and (wanted.amount > book.room.amount or not book.room.amount):
        raise NoRoom(tranche=tranche, allocated=figure(book.allocated), room=figure(book.room), pointer="/amount")
    bids, left_out = _with_terms(book, terms)
    if not bids:
        raise NoBids(tranche=tranche, pointer="/bids")
    return Preview(book, rule, lot, allocate(wanted, bids, rule=rule, lot=lot), left_out)


@transaction.atomic
def propose_allocation(
    *,
    by: Staff | Client,
    tranche: Tranche,
    rule: Rule,
    amount: Money | None = None,
    lot: Money | None = None,
    terms: Sequence[BidTerms] = (),
) -> Allocation:
    """Prepares an allocation; once an approver of the lead confirms, each line is told to its own institution.

    A change of any bid in between voids it. Raises what `preview_allocation` raises.
    """
    preview = preview_allocation(by=by, tranche=tranche, rule=rule, amount=amount, lot=lot, terms=terms)
    outcome, currency = preview.outcome, tranche.currency
    of_lead = {"owner_id": tranche.owner_id, "deal": tranche.deal, "tranche": tranche, "demo": tranche.demo}
    _begin_counter(tranche)
    given = [line for line in outcome.lines if line.amount.amount]
    made = Allocation.objects.create(
        rule=rule.value,
        amount=outcome.amount.amount,
        total=sum((line.amount.amount for line in given), Decimal(0)),
        currency=currency,
        lot=lot.amount if lot else None,
        workings=[_working(line) for line in outcome.lines],
        **of_lead,
    )
    offers = [preview.book.commitments[line.bid.key] for line in given]
    lines = [
        AllocationLine.objects.create(
            allocation=made,
            commitment=offer,
            institution=offer.institution,
            kind=line.bid.kind.value,
            bid=line.bid.amount.amount,
            amount=line.amount.amount,
            currency=currency,
            **of_lead,
        )
        for line, offer in zip(given, offers, strict=True)
    ]
    _lay_before(by, made, lines, offers)
    return made


@transaction.atomic
def take_back(*, by: Staff | Client, line: AllocationLine) -> None:
    """The lead takes back a line that nobody has answered: its money is free again. Raises LineClosed."""
    must(by, Permission.DEALS_WRITE, "take an allocation back")
    registrar(by, line.deal)
    hold_line(line.pk)
    answered = AllocationAcceptance.objects.filter(line=line, state=State.CONFIRMED).exists()
    still_open = AllocationLine.objects.filter(pk=line.pk, state=State.CONFIRMED, taken_back_on=None)
    if answered or still_open.update(taken_back_on=timezone.now().date()) != 1:
        raise LineClosed
    line.refresh_from_db()


def hold_line(line: UUID) -> None:
    """Until the transaction ends, nobody else who asks for this answers the line or takes it back: it is neither the
    lead's alone nor its addressee's, so no row can be locked by both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(line)])


def check_allocation(approval: Approval) -> None:
    """Holds the counter of an allocation that is being confirmed, and says in words what stands against it."""
    if approval.table != Allocation._meta.db_table:
        return
    made = Allocation.objects.select_related("tranche").filter(pk=approval.row_id).first()
    if made is None:
        raise NotFound(what="allocation")
    # Until the transaction ends no other allocation of this tranche is confirmed.
    counter = AllocationCounter.objects.select_for_update(no_key=True).get(tranche=made.tranche_id)
    if counter.allocated + made.total > counter.ceiling:
        room = figure(Money(counter.ceiling - counter.allocated, counter.currency))
        allocated = figure(Money(counter.allocated, counter.currency))
        raise NoRoom(tranche=made.tranche, allocated=allocated, room=room)
    offers = AllocationLine.objects.filter(allocation=made).values("commitment")
    if held := holding_lines().filter(commitment__in=offers).select_related("institution"):
        raise HasLine(names=", ".join(sorted({line.institution.short_name for line in held})))


def _begin_counter(tranche: Tranche) -> None:
    """The tranche's counter; what it holds is the database's own."""
    AllocationCounter.objects.get_or_create(
        tranche=tranche, defaults={"owner_id": tranche.owner_id, "deal_id": tranche.deal_id, "demo": tranche.demo,
                                   "ceiling": 0, "currency": tranche.currency},
    )  # fmt: skip


def _with_terms(book: Book, terms: Sequence[BidTerms]) -> tuple[list[Bid], tuple[LeftOut, ...]]:
    """The bids as the lead wants them treated, and what it leaves out beside what is no bid."""
    bids, left_out = dict(book.bids), list(book.left_out)
    for place, said in enumerate(terms):
        bid = bids.get(said.commitment)
        if bid is None:
            raise NotFound(what="bid", pointer=f"/bids/{place}/commitment")
        if said.left_out:
            left_out.append(LeftOut(book.commitments[said.commitment], _("left out by the lead")))
            del bids[said.commitment]
        else:
            bids[said.commitment] = replace(
                bid, kind=said.kind or bid.kind, floor=said.floor, cap=said.cap, order=said.order
            )
    return list(bids.values()), tuple(left_out)


def _working(line: Line) -> dict[str, Any]:
    """A line's terms, share and arithmetic, as the lead keeps them."""
    bid = line.bid
    return {
        "commitment": str(bid.key),
        "name": bid.said,
        "kind": bid.kind.value,
        "bid": str(bid.amount.amount),
        "floor": str(bid.floor.amount) if bid.floor else None,
        "cap": str(bid.cap.amount) if bid.cap else None,
        "order": bid.order,
        "amount": str(line.amount.amount),
        "steps": list(line.steps),
    }


def _lay_before(
    by: Staff | Client, made: Allocation, lines: Sequence[AllocationLine], offers: Sequence[Commitment]
) -> Approval:
    """The approver looks at the lines with the offers behind them: a change of any voids what was prepared."""
    sizes = Size.objects.filter(commitment__in=offers)
    total = figure(Money(made.total, made.currency))
    return approvals.prepare(
        by=by,
        subject=made,
        deal_id=made.deal_id,
        asks={
            "states": {str(row.pk): State.CONFIRMED.value for row in (made, *lines)},
            "says": [f"{line.institution.short_name}: {figure(Money(line.amount, line.currency))}." for line in lines],
        },
        summary=summarised(
            "Allocate {money} of {tranche} in {deal} to {count} offers",
            money=total,
            tranche=made.tranche,
            deal=made.deal,
            count=len(lines),
        ),
        parts=[*lines, *offers, *sizes],
    )
