"""The arithmetic of a line, as one would write it beside the figure."""

from deals.allocation.bids import Bid, Rule
from deals.allocation.sharing import Share
from deals.allocation.terms import Terms


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
        return (f"fixed: {self.figure(self.terms.minor(bid.amount))} off the top, in full",)

    def in_full(self, bid: Bid) -> tuple[str, ...]:
        terms = self.terms
        offers, left = self.figure(terms.sum(terms.scalable)), self.figure(terms.left)
        taken = self.figure(terms.minor(bid.amount))
        return (f"the scalable offers of {offers} fit into {left}: {taken}, in full",)

    def shared(self, bid: Bid, part: Share, *, extra: bool) -> tuple[str, ...]:
        """Of a scalable offer: its part or the bound that holds it, then how it was rounded."""
        if part.bound:
            return (self._held(bid, part),)
        terms = self.terms
        left = part.left * terms.lot
        if terms.rule is Rule.EQUAL:
            taken, product = f"{self.figure(left)} / {part.over} offers", left
        else:
            offer = terms.minor(bid.amount)
            taken = f"{self.figure(offer)} × {self.figure(left)} / {self.figure(part.over)}"
            product = offer * left
        minor, rest = divmod(product, part.over)
        steps = [f"{taken} = {self.figure(minor)}{'…' if rest else ''}"]
        if part.rest:
            lots = f" to lots of {self.lot}" if terms.lot > 1 else ""
            steps.append(f"rounded down{lots}: {self.figure(part.whole * terms.lot)}")
        if extra:
            steps.append(f"+ {self.lot} by its remainder: {self.figure((part.whole + 1) * terms.lot)}")
        return tuple(steps)

    def _held(self, bid: Bid, part: Share) -> str:
        terms = self.terms
        amount = part.whole * terms.lot
        if part.bound == "least":
            exact, why = terms.floor(bid), "its floor"
        elif bid.cap and terms.most(bid) < terms.minor(bid.amount):
            exact, why = terms.most(bid), "its cap"
        else:
            exact, why = terms.minor(bid.amount), "its whole offer"
        if not amount and not exact:
            return "nothing is left for it"
        rounded = f", in lots of {self.lot}" if amount != exact else ""
        return f"{why}: {self.figure(amount)}{rounded}"
