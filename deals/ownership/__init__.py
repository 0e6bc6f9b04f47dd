"""Ownership looked through its tiers: who holds how much of a project, and what rule packs find in it.

Pure: statements come in as links, shares go out as ranges. A share that nobody tells is never a guess: it widens a
range, and a finding that it could turn is unknown.
"""

from deals.ownership.finding import Finding, Verdict, find
from deals.ownership.packs import Concern, Pack, PackError, packs_on
from deals.ownership.tiers import Above, Holder, Link, Path, Ranged, Tiers

__all__ = [
    "Above", "Concern", "Finding", "Holder", "Link", "Pack", "PackError", "Path", "Ranged", "Tiers",
    "Verdict", "find", "packs_on",
]  # fmt: skip
