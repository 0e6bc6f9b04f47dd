"""Scale-back: an amount is shared among offers, exactly and by stated rules. Pure: no framework, no query."""

from deals.allocation.bids import Bid, Kind, Line, Outcome, Rule
from deals.allocation.refusals import NotAllocable
from deals.allocation.scaling import TIES, allocate

__all__ = ["TIES", "Bid", "Kind", "Line", "NotAllocable", "Outcome", "Rule", "allocate"]
