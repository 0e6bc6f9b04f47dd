"""Two things beside each other: in turns, in one run, on one machine; what is told is their ratio."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

Act = Callable[[], object]


@dataclass(frozen=True)
class Side:
    """What is done, and the processor seconds that it has taken so far (None where only time counts)."""

    act: Act
    cpu: Callable[[], float] | None = None


@dataclass(frozen=True)
class Spread:
    """Milliseconds: the median of all turns, and the quarters below and above it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        low, middle, high = quantiles(values, n=4) if len(values) > 1 else (values[0],) * 3
        return cls(round(middle, 3), round(low, 3), round(high, 3))


@dataclass(frozen=True)
class Measured:
    """Ours and the partner's milliseconds for one act, of processor and of time, and the ratio of the medians."""

    ours: Spread
    partner: Spread
    ratio: float
    wall_ours: Spread
    wall_partner: Spread


def beside(ours: Side, partner: Side, *, turns: int, each: int, warm: int = 6) -> Measured:
    """Both in turns, `each` acts at a time. Whatever else the machine does falls on both alike."""
    for _ in range(warm):
        ours.act()
        partner.act()
    cpu: tuple[list[float], list[float]] = ([], [])
    wall: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns):
        # Neither is always the first.
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            spent, taken = _spent((ours, partner)[which], each)
            cpu[which].append(spent)
            wall[which].append(taken)
    return Measured(
        Spread.of(cpu[0]), Spread.of(cpu[1]), round(median(cpu[0]) / median(cpu[1]), 2), Spread.of(wall[0]),
        Spread.of(wall[1]),
    )  # fmt: skip


def _spent(side: Side, times: int) -> tuple[float, float]:
    """Processor and passed milliseconds for one act."""
    before = side.cpu() if side.cpu else 0.0
    begun = perf_counter()
    for _ in range(times):
        side.act()
    taken = (perf_counter() - begun) * 1000 / times
    spent = (side.cpu() - before) * 1000 / times if side.cpu else taken
    return spent, taken


def alone(side: Side, *, turns: int, each: int, warm: int = 6) -> Spread:
    """One thing by itself: processor milliseconds, to be compared with itself elsewhere in the same run."""
    for _ in range(warm):
        side.act()
    return Spread.of([_spent(side, each)[0] for _ in range(turns)])
