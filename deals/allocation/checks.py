"""What can't be met is refused before anything is shared. Which constraint is named depends on no order of offers."""

from collections.abc import Iterator

from deals.allocation import refusals
from deals.allocation.bids import Bid, Rule
from deals.allocation.terms import Terms
from deals.money import Money


def check(terms: Terms) -> None:
    """Raises the NotAllocable that names what binds first: the terms themselves, then the sums, then the lots."""
    _amounts(terms)
    _bounds(terms)
    _sums(terms)
    if not terms.fits:
        _lots(terms)


def _amounts(terms: Terms) -> None:
    if terms.amount.amount <= 0:
        raise refusals.NotPositive(what="amount to allocate", pointer="/amount")
    if terms.lot_money and terms.lot_money.amount <= 0:
        raise refusals.NotPositive(what="lot", pointer="/lot")
    foreign = [bid for bid in terms.bids if any(money.currency != terms.currency for money in _figures(bid))]
    lot_is_foreign = terms.lot_money is not None and terms.lot_money.currency != terms.currency
    if foreign or lot_is_foreign:
        raise refusals.MixedCurrencies(
            bids=foreign, currency=terms.currency, pointer="/lot" if lot_is_foreign else "/bids"
        )


def _bounds(terms: Terms) -> None:
    if bounded := [bid for bid in terms.fixed if bid.floor or bid.cap]:
        raise refusals.FixedHasBounds(bids=bounded, pointer="/bids")
    if wrong := [bid for bid in terms.bids if not 0 <= terms.floor(bid) <= terms.most(bid) or terms.most(bid) <= 0]:
        raise refusals.BadBounds(bids=wrong, pointer="/bids")
    if terms.rule is Rule.PRIORITY and (lost := [bid for bid in terms.scalable if bid.order is None]):
        raise refusals.OrderMissing(bids=lost, pointer="/bids")


def _sums(terms: Terms) -> None:
    if terms.left < 0:
        fixed = terms.money(terms.sum(terms.fixed))
        raise refusals.FixedExceed(bids=terms.fixed, fixed=fixed, amount=terms.amount, pointer="/bids")
    if (floors := sum(map(terms.floor, terms.scalable))) > terms.left:
        floored = [bid for bid in terms.scalable if bid.floor]
        raise refusals.FloorsExceed(
            bids=floored, floors=terms.money(floors), left=terms.money(terms.left), pointer="/bids"
        )
    if (most := sum(map(terms.most, terms.scalable))) < terms.wanted:
        capped = [bid for bid in terms.scalable if bid.cap]
        raise refusals.CapsFallShort(
            bids=capped, most=terms.money(most), left=terms.money(terms.wanted), pointer="/bids"
        )


def _lots(terms: Terms) -> None:
    lot, left = terms.money(terms.lot), terms.money(terms.left)
    if terms.left % terms.lot:
        raise refusals.LotDoesNotDivide(lot=lot, left=left, pointer="/lot")
    if between := [bid for bid in terms.scalable if terms.least_lots(bid) > terms.most_lots(bid)]:
        raise refusals.NoLotBetween(bids=between, lot=lot, pointer="/lot")
    if (floors := sum(map(terms.least_lots, terms.scalable)) * terms.lot) > terms.left:
        raise refusals.LotsExceed(lot=lot, floors=terms.money(floors), left=left, pointer="/lot")
    if (most := sum(map(terms.most_lots, terms.scalable)) * terms.lot) < terms.left:
        raise refusals.LotsFallShort(lot=lot, most=terms.money(most), left=left, pointer="/lot")


def _figures(bid: Bid) -> Iterator[Money]:
    yield from (money for money in (bid.amount, bid.floor, bid.cap) if money is not None)
