"""An amount and offers in, lines out: exact in minor units, whatever the order and the names of the offers."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from deals.allocation.bids import Bid, Kind, Line, Outcome, Rule
from deals.allocation.checks import check
from deals.allocation.refusals import Tie
from deals.allocation.sharing import Claim, Share, share
from deals.allocation.terms import Terms
from deals.allocation.words import Words
from deals.money import Money

# Neither the input's order nor a name decides anything: offers that are still alike then are the lead's to decide.
TIES = (
    "Lots that rounding leaves go to the largest remainders; of equal ones to the larger offer, then to the lower "
    "place in the lead's order, then to the earlier offer. Offers alike in all of this are refused until they have an "
    "order."
)
_LAST = datetime.max.replace(tzinfo=UTC)
# A scalable offer's share before rounding, and whether a lot that rounding left comes on top.
_Rounded = tuple[Bid, Share, bool]


def allocate(amount: Money, bids: Sequence[Bid], *, rule: Rule, lot: Money | None = None) -> Outcome:
    """Shares `amount` among the offers: fixed ones first and in full, the rest by the rule, in whole lots.

    Together the lines are exactly the smaller of the amount and the offers; scalable offers that fit are taken in full,
    whatever the lot. Raises the NotAllocable that names what binds.
    """
    terms = Terms(amount, tuple(bids), rule, lot)
    check(terms)
    shared = {} if terms.fits else {id(bid): (part, extra) for bid, part, extra in _by_rule(terms)}
    words = Words(terms)
    lines = []
    for bid in terms.bids:
        if bid.kind is Kind.FIXED:
            lines.append(Line(bid, bid.amount, words.fixed(bid)))
        elif terms.fits:
            lines.append(Line(bid, bid.amount, words.in_full(bid)))
        else:
            part, extra = shared[id(bid)]
            lines.append(Line(bid, terms.money((part.whole + extra) * terms.lot), words.shared(bid, part, extra=extra)))
    return Outcome(amount, terms.money(terms.sum(terms.bids)), tuple(lines))


def _by_rule(terms: Terms) -> Iterator[_Rounded]:
    """The scalable offers with their shares. By priority, one place of the order after the other."""
    lots = terms.left // terms.lot
    if terms.rule is not Rule.PRIORITY:
        yield from _among(terms, terms.scalable, lots)
        return
    # What is kept for floors is nobody's to take by coming first.
    spare = lots - sum(map(terms.least_lots, terms.scalable))
    for _, group in groupby(sorted(terms.scalable, key=_place), key=_place):
        alike = list(group)
        least = sum(map(terms.least_lots, alike))
        taken = min(spare, sum(map(terms.most_lots, alike)) - least)
        spare -= taken
        yield from _among(terms, alike, least + taken)


def _among(terms: Terms, bids: Sequence[Bid], lots: int) -> Iterator[_Rounded]:
    """Shares `lots` and hands out those that rounding leaves: one each at most, and never beyond a bound."""
    claims = [
        Claim(
            weight=1 if terms.rule is Rule.EQUAL else terms.minor(bid.amount),
            least=terms.least_lots(bid),
            most=terms.most_lots(bid),
        )
        for bid in bids
    ]
    shares = share(claims, lots)
    over = lots - sum(part.whole for part in shares)
    # All remainders are over the same denominator.
    in_turn = sorted(
        (i for i, part in enumerate(shares) if part.rest),
        key=lambda i: _turn(bids[i], shares[i]),
    )
    _refuse_tie(terms, [(bids[i], _turn(bids[i], shares[i])) for i in in_turn], over)
    winners = set(in_turn[:over])
    for i, (bid, part) in enumerate(zip(bids, shares, strict=True)):
        yield bid, part, i in winners


_Turn = tuple[int, object, tuple[bool, int], datetime]


def _turn(bid: Bid, part: Share) -> _Turn:
    return (-part.rest, -bid.amount.amount, _place(bid), bid.offered or _LAST)


def _place(bid: Bid) -> tuple[bool, int]:
    return (bid.order is None, bid.order or 0)


def _refuse_tie(terms: Terms, in_turn: Sequence[tuple[Bid, _Turn]], over: int) -> None:
    """Raises where the last lot would fall between offers that nothing but name and order of input tells apart."""
    if not 0 < over < len(in_turn) or in_turn[over - 1][1] != in_turn[over][1]:
        return
    last = in_turn[over][1]
    before = sum(turn < last for _, turn in in_turn)
    raise Tie(
        bids=[bid for bid, turn in in_turn if turn == last],
        count=over - before,
        lot=terms.money(terms.lot),
        pointer="/bids",
    )
