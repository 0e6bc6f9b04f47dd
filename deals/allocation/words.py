"""The arithmetic of a line, as one would write it beside the figure: in English, and kept so with the line.

Each is one pattern with names in it, so that a page can say it again in another language (deals/sentences/again.py).
"""

from deals.allocation.bids import Bid, Rule
from deals.allocation.sharing import Share
from deals.allocation.terms import Terms

FIXED = "fixed: {amount} off the top, in full"
IN_FULL = "the scalable offers of {offers} fit into {left}: {amount}, in full"
EQUAL = "{left} / {over} offers = {amount}"
PRO_RATA = "{offer} × {left} / {over} = {amount}"
ROUNDED = "rounded down: {amount}"
ROUNDED_TO = "rounded down to lots of {lot}: {amount}"
EXTRA = "+ {lot} by its remainder: {amount}"
NOTHING = "nothing is left for it"
# What holds an offer, and the same where that is rounded to lots.
FLOOR = ("its floor: {amount}", "its floor: {amount}, in lots of {lot}")
CAP = ("its cap: {amount}", "its cap: {amount}, in lots of {lot}")
WHOLE = ("its whole offer: {amount}", "its whole offer: {amount}, in lots of {lot}")
PATTERNS = (FIXED, IN_FULL, EQUAL, PRO_RATA, ROUNDED, ROUNDED_TO, EXTRA, NOTHING, *FLOOR, *CAP, *WHOLE)


class Words:
    """Speaks of the figures of one allocation."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.lot = self.figure(terms.lot)

    def figure(self, minor: int) -> str:
        """'81,805,555.55'; without decimals where they are all zero."""
        whole, part = divmod(minor, self.terms.per_unit)
        return f"{whole:,}.{part:0{self.terms.places}d}" if part else f"{whole:,}"

    def fixed(self, bid: Bid) -> tuple[str, ...]:
        return (FIXED.format(amount=self.figure(self.terms.minor(bid.amount))),)

    def in_full(self, bid: Bid) -> tuple[str, ...]:
        terms = self.terms
        offers, left = self.figure(terms.sum(terms.scalable)), self.figure(terms.left)
        return (IN_FULL.format(offers=offers, left=left, amount=self.figure(terms.minor(bid.amount))),)

    def shared(self, bid: Bid, part: Share, *, extra: bool) -> tuple[str, ...]:
        """Of a scalable offer: its part or the bound that holds it, then how it was rounded."""
        if part.bound:
            return (self._held(bid, part),)
        terms = self.terms
        left = part.left * terms.lot
        offer = 1 if terms.rule is Rule.EQUAL else terms.minor(bid.amount)
        minor, rest = divmod(offer * left, part.over)
        facts = {"left": self.figure(left), "amount": f"{self.figure(minor)}{'…' if rest else ''}"}
        if terms.rule is Rule.EQUAL:
            steps = [EQUAL.format(over=part.over, **facts)]
        else:
            steps = [PRO_RATA.format(offer=self.figure(offer), over=self.figure(part.over), **facts)]
        if part.rest:
            rounded = self.figure(part.whole * terms.lot)
            steps.append((ROUNDED_TO if terms.lot > 1 else ROUNDED).format(lot=self.lot, amount=rounded))
        if extra:
            steps.append(EXTRA.format(lot=self.lot, amount=self.figure((part.whole + 1) * terms.lot)))
        return tuple(steps)

    def _held(self, bid: Bid, part: Share) -> str:
        terms = self.terms
        amount = part.whole * terms.lot
        if part.bound == "least":
            exact, (says, in_lots) = terms.floor(bid), FLOOR
        elif bid.cap and terms.most(bid) < terms.minor(bid.amount):
            exact, (says, in_lots) = terms.most(bid), CAP
        else:
            exact, (says, in_lots) = terms.minor(bid.amount), WHOLE
        if not amount and not exact:
            return NOTHING
        return (in_lots if amount != exact else says).format(amount=self.figure(amount), lot=self.lot)
