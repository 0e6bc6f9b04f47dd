"""The deals' pages of the web admin; importing this registers them."""

from deals.admin import (
    approvals,
    commitments,
    conditions,
    deals,
    desk,
    history,
    keeping,
    letters,
    movements,
    moves,
    origin,
    project_acts,
    projects,
    rates,
    reference,
    tranches,
)

__all__ = [
    "approvals",
    "commitments",
    "conditions",
    "deals",
    "desk",
    "history",
    "keeping",
    "letters",
    "movements",
    "moves",
    "origin",
    "project_acts",
    "projects",
    "rates",
    "reference",
    "tranches",
]
