"""The deals' pages of the web admin; importing this registers them."""

from deals.admin import (
    allocation_lines,
    allocations,
    approvals,
    commitments,
    deals,
    desk,
    history,
    letters,
    moves,
    reference,
)

__all__ = [
    "allocation_lines",
    "allocations",
    "approvals",
    "commitments",
    "deals",
    "desk",
    "history",
    "letters",
    "moves",
    "reference",
]
