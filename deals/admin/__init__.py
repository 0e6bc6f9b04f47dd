"""The deals' pages of the web admin; importing this registers them."""

from deals.admin import approvals, commitments, deals, desk, history, letters, moves, reference, room

__all__ = ["approvals", "commitments", "deals", "desk", "history", "letters", "moves", "reference", "room"]
