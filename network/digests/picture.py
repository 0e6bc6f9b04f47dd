"""What a deal's money comes to, as bars that any mail program draws: cells of a table, no image.

Firm, conditional and indicative money stand one below the other, each against the target; they are never added
together. Drawn only where a mail may carry every amount that is in it.
"""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from deals.lifecycle import Class
from deals.money import figure
from deals.selectors.stack import Stack
from network.digests.content import Bar, Part

# Each takes a query; the first deals are the most important ones.
MOST_PICTURES = 5
_CLASSES = (
    (Class.FIRM, "#2f6f4e", later("Firm")),
    (Class.CONDITIONAL, "#b8862b", later("Conditional")),
    (Class.INDICATIVE, "#8a8f98", later("Indicative")),
)
_FREE = "#d9dbdf"


def drawn_from(stack: Stack) -> set[UUID]:
    """The commitments whose amounts are in the bars."""
    figures = [found for cls, _colour, _name in _CLASSES for found in stack.block(cls).figures]
    return {member.commitment for found in figures for row in found.opens for member in row.members}


def bars(stack: Stack) -> tuple[Bar, ...]:
    """One for each class of which an amount is known."""
    totals = [(name, colour, stack.block(cls).total) for cls, colour, name in _CLASSES]
    most = max([total.amount for _, _, total in totals] + ([stack.target.amount] if stack.target else []))
    says = _("%(money)s, %(seen)s: %(total)s")
    if stack.target:
        says = _("%(money)s, %(seen)s: %(total)s, against a target of %(target)s")
    facts = {"seen": _(stack.label), "target": figure(stack.target) if stack.target else ""}
    return tuple(
        Bar(_parts(colour, total.amount, most), says % {**facts, "money": name, "total": figure(total)})
        for name, colour, total in totals
        if total.amount
    )


def _parts(colour: str, amount: Decimal, most: Decimal) -> tuple[Part, ...]:
    # Something is never drawn as nothing.
    filled = max(round(amount * 100 / most), 1)
    return (Part(filled, colour), *([Part(100 - filled, _FREE, free=True)] if filled < 100 else []))
