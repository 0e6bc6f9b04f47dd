"""Links between holders and what they hold, and the shares that follow from them over several tiers.

A path visits a company once, so a circle of holdings ends where it would begin again. Shares are in percent, to the 28
digits of Decimal's usual context.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

WHOLE = Decimal(100)
NONE = Decimal(0)
# Nobody waits for all ways through a thicket that somebody stated: beyond these it is said that there are more. A way
# costs as much as it has tiers.
MOST_STEPS = 20_000
MOST_TIERS = 30


@dataclass(frozen=True)
class Ranged:
    """From `low` to `high` percent; both are the same where the share is known."""

    low: Decimal = NONE
    high: Decimal = NONE

    @property
    def known(self) -> bool:
        return self.low == self.high

    def plus(self, other: "Ranged") -> "Ranged":
        return Ranged(min(self.low + other.low, WHOLE), min(self.high + other.high, WHOLE))

    def of(self, other: "Ranged") -> "Ranged":
        """This share of that one."""
        return Ranged(self.low * other.low / WHOLE, self.high * other.high / WHOLE)


ALL = Ranged(WHOLE, WHOLE)


@dataclass(frozen=True)
class Holder:
    """A company, or a state. `country` '' where it is not told. `unsure`: it is told differently."""

    key: str
    name: str
    country: str = ""
    state: bool = False
    unsure: bool = False


@dataclass(frozen=True)
class Link:
    """What one maker tells of one holding: the share in percent, None where it is not told, and control by other means.

    `holder` None: many small holders together, of whom none is told by name.
    """

    held: str
    holder: str | None
    share: Decimal | None
    control: str = ""
    by: str = ""


@dataclass(frozen=True)
class Above:
    """A holder right above what it holds, as all makers tell it together. `agreed`: all tell that it controls."""

    holder: str
    share: Ranged
    told: bool
    controls: tuple[str, ...] = ()
    agreed: bool = True
    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Path:
    """A way from a holder down to the project: its holders from the top, and the share that arrives."""

    holders: tuple[str, ...]
    share: Ranged
    by_control: bool = False

    @property
    def top(self) -> str:
        return self.holders[0]


# What a holding passes on of what lies above it, None where that is not told.
Pass = Callable[[Above], Ranged | None]


def as_told(above: Above) -> Ranged | None:
    """The share itself, if need be as a range."""
    return above.share


@dataclass(frozen=True)
class Tiers:
    """The holdings above one project. `top` is the project's own key among what is held."""

    top: str
    holders: Mapping[str, Holder]
    above: Mapping[str, tuple[Above, ...]]
    # Percent that nobody is told to hold, by what is held. A company of which no holding is told is not in it.
    untold: Mapping[str, Decimal]

    @classmethod
    def of(cls, top: str, holders: Mapping[str, Holder], links: Iterable[Link]) -> "Tiers":
        """Puts the makers' links together. Where they disagree on a share, it is the range that they span; where all
        told holders together have more than the whole, each has what the others leave of it, or more."""
        told: dict[str, dict[str | None, list[Link]]] = defaultdict(lambda: defaultdict(list))
        for link in links:
            told[link.held][link.holder].append(link)
        above, untold = {}, {}
        for held, by_holder in told.items():
            rest = _rest(by_holder)
            untold[held] = rest
            most = sum((_most(said) for said in by_holder.values()), NONE)
            # Makers contradict each other where not even the least that they tell goes into the whole.
            fits = sum((_least(said) for said in by_holder.values()), NONE) <= WHOLE
            named = [
                _above(holder, said, rest, WHOLE if fits else WHOLE - (most - _most(said)))
                for holder, said in by_holder.items()
                if holder is not None
            ]
            # Who holds nothing any more is no holder.
            still = [one for one in named if one.share.high > 0 or one.controls or not one.told]
            above[held] = tuple(sorted(still, key=lambda one: (-one.share.high, holders[one.holder].name, one.holder)))
        return cls(top, holders, *_reached(top, above, untold))

    def paths(self, passing: Pass = as_told) -> tuple[list[Path], bool]:
        """Every way from the project up, and whether these are all; beyond MOST_STEPS the rest is left unread."""
        found: list[Path] = []
        cost, whole = 0, True
        waiting: list[tuple[str, tuple[str, ...], Ranged, bool]] = [(self.top, (), ALL, False)]
        while waiting:
            held, below, share, controlled = waiting.pop()
            for one in self.above.get(held, ()):
                passed = passing(one)
                if passed is None or one.holder in below:
                    continue
                way = (*below, one.holder)
                cost += len(way)
                if cost > MOST_STEPS:
                    return found, False
                by_control = controlled or (bool(one.controls) and passed.low > one.share.low)
                found.append(Path(way[::-1], passed.of(share), by_control))
                if len(way) < MOST_TIERS:
                    waiting.append((one.holder, way, passed.of(share), by_control))
                elif self.above.get(one.holder):
                    whole = False
        return found, whole

    def shares(self) -> dict[str, Ranged]:
        """By holder, its direct and indirect shares added over all ways; never more than the whole."""
        found: dict[str, Ranged] = defaultdict(Ranged)
        for path in self.paths()[0]:
            found[path.top] = found[path.top].plus(path.share)
        return dict(found)


def _reached(
    top: str, above: Mapping[str, tuple[Above, ...]], untold: Mapping[str, Decimal]
) -> tuple[dict[str, tuple[Above, ...]], dict[str, Decimal]]:
    """What lies above the project; what is told of companies that hold nothing of it any more is left out."""
    reached, waiting = {top}, [top]
    while waiting:
        for one in above.get(waiting.pop(), ()):
            if one.holder not in reached:
                reached.add(one.holder)
                waiting.append(one.holder)
    kept = {held: those for held, those in above.items() if held in reached}
    return kept, {held: rest for held, rest in untold.items() if held in reached}


def _rest(by_holder: Mapping[str | None, list[Link]]) -> Decimal:
    """What nobody is told to hold. A holder of whom nobody knows the share keeps the room that those leave who tell of
    it: others fill it with no holder of theirs."""
    told = sum((_least(said) for said in by_holder.values()), NONE)
    by: dict[str, Decimal] = defaultdict(Decimal)
    for said in by_holder.values():
        for link in said:
            by[link.by] += link.share or NONE
    unknown = {link.by for said in by_holder.values() if all(link.share is None for link in said) for link in said}
    return max(NONE, WHOLE - told, *(WHOLE - by[maker] for maker in unknown))


def _least(said: Iterable[Link]) -> Decimal:
    """The least that is told of it by those who know."""
    return min((link.share for link in said if link.share is not None), default=NONE)


def _most(said: Iterable[Link]) -> Decimal:
    """The most that is told of it by those who know."""
    return max((link.share for link in said if link.share is not None), default=NONE)


def _above(holder: str, said: list[Link], rest: Decimal, left: Decimal) -> Above:
    """A share that no maker knows leaves room for what nobody else is told to hold (`rest`), and for nothing beyond it.
    `left`: what is left of the whole where makers contradict each other, and all others have the most told of them."""
    shares = [link.share for link in said if link.share is not None]
    return Above(
        holder,
        Ranged(max(min(*shares, left), NONE), max(shares)) if shares else Ranged(NONE, rest),
        told=bool(shares),
        controls=tuple(sorted({link.control for link in said if link.control})),
        agreed=all(link.control for link in said),
        by=tuple(sorted({link.by for link in said})),
    )
