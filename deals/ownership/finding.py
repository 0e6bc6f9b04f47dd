"""What a rule pack finds in the holdings above a project: flagged, clear, or unknown, with the ways it rests on."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from deals.ownership.packs import Concern, Pack
from deals.ownership.tiers import ALL, NONE, WHOLE, Above, Holder, Pass, Path, Ranged, Tiers


class Verdict(StrEnum):
    FLAGGED = "flagged"
    CLEAR = "clear"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What a pack says. `share`: of those that it concerns, `high` with all that they may hold unbeknown to the reader.

    `holder`: whose share it is, where the pack looks at each alone; '' where the largest may be somebody unnamed.
    `paths`: the ways by which the share arrives, the largest first. `whole`: every way was followed.
    """

    pack: Pack
    verdict: Verdict
    share: Ranged
    paths: tuple[Path, ...] = ()
    holder: str = ""
    whole: bool = True


def find(tiers: Tiers, pack: Pack, *, whole: bool = True) -> Finding | None:
    """What the pack finds; None where no holding of the project is told, of which nothing can be said. `whole` False:
    there are holdings beyond these.

    The upper end counts all that nobody is told to hold, since those whom the pack concerns may hold it; a share that
    is not told is part of that rest.
    """
    if tiers.top not in tiers.above:
        return None
    paths, followed = tiers.paths(_passing(pack))
    whole = whole and followed
    if pack.concern is Concern.EACH:
        return _each(tiers, pack, paths, whole)
    return _together(tiers, pack, paths, whole)


def _passing(pack: Pack) -> Pass:
    def passes(above: Above) -> Ranged | None:
        if above.controls and pack.counts_control:
            # What some tell and others do not may be.
            return ALL if above.agreed else Ranged(above.share.low, WHOLE)
        return above.share if above.told else None

    return passes


def _together(tiers: Tiers, pack: Pack, paths: list[Path], whole: bool) -> Finding:
    """The shares of all whom it concerns, each way counted up to the first of them."""
    low, high = NONE, tiers.untold[tiers.top]
    cited = []
    for path in paths:
        top, below = tiers.holders[path.top], [tiers.holders[key] for key in path.holders[1:]]
        if any(_concerned(holder, pack) for holder in below):
            continue
        # What lies above one that may be concerned is in the upper end with it.
        counted = any(_may_be(holder, pack) for holder in below)
        if _concerned(top, pack):
            cited.append(path)
            low += path.share.low
        if not counted:
            here = _concerned(top, pack) or _may_be(top, pack)
            high += path.share.high if here else _of(tiers.untold.get(path.top, NONE), path)
    share = _capped(low, high, whole)
    return Finding(pack, _verdict(share, pack), share, _largest(cited), whole=whole)


def _each(tiers: Tiers, pack: Pack, paths: list[Path], whole: bool) -> Finding:
    """The largest holder: nobody that is named, or is not, may reach the threshold unseen."""
    of: dict[str, list[Path]] = defaultdict(list)
    # What is untold above a holder is no further share of its own.
    through: dict[str, Decimal] = defaultdict(Decimal)
    rest = tiers.untold[tiers.top]
    for path in paths:
        of[path.top].append(path)
        unknown = _of(tiers.untold.get(path.top, NONE), path)
        rest += unknown
        for key in path.holders:
            through[key] += unknown
    shares = {
        key: _capped(
            sum((path.share.low for path in ways), NONE),
            sum((path.share.high for path in ways), NONE) + rest - through[key],
            whole,
        )
        for key, ways in of.items()
    }
    largest = max(shares, key=lambda key: (shares[key].low, shares[key].high, key), default="")
    found = shares.get(largest, Ranged())
    high = max((share.high for share in shares.values()), default=NONE)
    share = Ranged(found.low, max(high, _capped(NONE, rest, whole).high))
    return Finding(pack, _verdict(share, pack), share, _largest(of.get(largest, [])), holder=largest, whole=whole)


def _verdict(share: Ranged, pack: Pack) -> Verdict:
    if share.low >= pack.threshold:
        return Verdict.FLAGGED
    return Verdict.CLEAR if share.high < pack.threshold else Verdict.UNKNOWN


def _concerned(holder: Holder, pack: Pack) -> bool:
    it = holder.country in pack.countries and (holder.state or pack.concern is Concern.COMPANIES)
    return it and not holder.unsure


def _may_be(holder: Holder, pack: Pack) -> bool:
    """Of no told country, or told differently: it may be one of them. What all tell as no state is none."""
    return holder.unsure or (not holder.country and (holder.state or pack.concern is Concern.COMPANIES))


def _of(untold: Decimal, path: Path) -> Decimal:
    return untold * path.share.high / WHOLE


def _capped(low: Decimal, high: Decimal, whole: bool) -> Ranged:
    return Ranged(min(low, WHOLE), min(high, WHOLE) if whole else WHOLE)


def _largest(paths: list[Path]) -> tuple[Path, ...]:
    return tuple(sorted(paths, key=lambda path: (-path.share.low, -path.share.high, len(path.holders), path.holders)))
