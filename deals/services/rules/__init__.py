"""What the constraints of the deals' tables mean to whoever ran into them, by subject."""

from deals.services.rules import (
    allocation,
    book,
    commitments,
    conditions,
    deals,
    ledger,
    mandates,
    ownership,
    projects,
    reference,
    returns,
    room,
)

RULES = (
    allocation.RULES
    | book.RULES
    | commitments.RULES
    | conditions.RULES
    | deals.RULES
    | ledger.RULES
    | mandates.RULES
    | ownership.RULES
    | projects.RULES
    | reference.RULES
    | returns.RULES
    | room.RULES
)
