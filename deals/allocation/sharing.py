"""Sharing a whole number of lots among claims. Whole numbers only; no claim has a name here."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """Takes at least `least` and at most `most` lots; in between, in proportion to `weight` (above zero)."""

    weight: int
    least: int
    most: int


@dataclass(frozen=True)
class Share:
    """What a claim gets before rounding: `whole` lots and `rest`/`over` of one more.

    Of those between their bounds, `left` lots are shared over the weights `over`; `bound` says which bound holds.
    """

    whole: int
    rest: int = 0
    left: int = 0
    over: int = 1
    bound: str = ""


# Lots per weight, as a fraction.
_Level = tuple[int, int]
# More than twice the bits of any weight: as whole numbers of this precision, different levels stay apart.
_BITS = 256


def share(claims: Sequence[Claim], lots: int) -> list[Share]:
    """The only shares that add up to `lots` with all claims between their bounds at one level of lots per weight.

    `lots` lies between the sums of the least and of the most.
    """
    lower, upper = _around(claims, lots)
    held = [_bound(claim, lower, upper) for claim in claims]
    left = lots - sum(_at(claim, bound) for claim, bound in zip(claims, held, strict=True) if bound)
    over = sum(claim.weight for claim, bound in zip(claims, held, strict=True) if not bound)
    shares = []
    for claim, bound in zip(claims, held, strict=True):
        if bound:
            shares.append(Share(_at(claim, bound), bound=bound))
        else:
            whole, rest = divmod(claim.weight * left, over)
            shares.append(Share(whole, rest, left, over))
    return shares


def _around(claims: Sequence[Claim], lots: int) -> tuple[_Level, _Level]:
    """The levels next to the one at which the claims add up to `lots`; twice the same where that is one of them."""
    # What they add up to grows in straight pieces between the levels at which a claim meets a bound.
    bends = sorted(
        ((bound, claim.weight) for claim in claims for bound in (claim.least, claim.most)),
        key=lambda bend: (bend[0] << _BITS) // bend[1],
    )
    at = bisect_left(bends, True, key=lambda bend: _filled(claims, bend) >= lots * bend[1])
    exact = _filled(claims, bends[at]) == lots * bends[at][1]
    return bends[at if exact else at - 1], bends[at]


def _filled(claims: Sequence[Claim], level: _Level) -> int:
    """What the claims add up to at a level, times the level's denominator."""
    up, down = level
    total = 0
    for claim in claims:
        wanted, least, most = claim.weight * up, claim.least * down, claim.most * down
        total += least if wanted < least else most if wanted > most else wanted
    return total


def _bound(claim: Claim, lower: _Level, upper: _Level) -> str:
    if claim.weight * upper[0] <= claim.least * upper[1]:
        return "least"
    return "most" if claim.weight * lower[0] >= claim.most * lower[1] else ""


def _at(claim: Claim, bound: str) -> int:
    return claim.least if bound == "least" else claim.most
