"""An attacker on book statuses: what it can conclude of each hidden amount from all figures that it was ever told.

It is given more than a party has: who was in the book at each figure, who changed between two of them and in which
direction, its own money, the target, the step and every rule. What it concludes are intervals that hold for certain;
exact fractions, so that nothing is lost to rounding but what the figures themselves round.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

Amounts = dict[str, int]
Interval = tuple[Fraction, Fraction]
# Beyond what any book holds.
HUGE = Fraction(10**9)
LARGEST = Fraction(85, 100)


@dataclass(frozen=True)
class Figure:
    """A figure that was told anew: bounds of the others' sum, and the book as it really was."""

    low: Fraction
    high: Fraction
    book: Amounts


@dataclass
class Attacker:
    """Bounds of variables, tightened by sums until nothing moves."""

    bounds: dict[str, Interval] = field(default_factory=dict)
    # Each: the sum of these variables with their signs lies between two numbers.
    sums: list[tuple[dict[str, int], Fraction, Fraction]] = field(default_factory=list)

    def attack(self, figures: list[Figure], *, knows_change_rule: bool) -> None:
        for at, figure in enumerate(figures):
            self.bounds[f"all@{at}"] = (max(figure.low, Fraction(0)), figure.high)
            for who, amount in figure.book.items():
                known_to_be_out = (Fraction(0), Fraction(0))
                # None holds more than the largest share of the sum.
                self.bounds[f"{who}@{at}"] = (Fraction(0), LARGEST * figure.high) if amount else known_to_be_out
            self._add({f"all@{at}": -1} | {f"{who}@{at}": 1 for who in figure.book})
            if at:
                self._compare(at, figures[at - 1].book, figure.book, knows_change_rule)
        self._tighten()

    def _compare(self, at: int, was: Amounts, now: Amounts, knows_change_rule: bool) -> None:
        changed = [who for who in now if was[who] != now[who]]
        for who in now:
            if who not in changed:
                self._add({f"{who}@{at}": 1, f"{who}@{at - 1}": -1})
                continue
            up = now[who] > was[who]
            self.bounds[f"{who}~{at}"] = (Fraction(0), HUGE) if up else (-HUGE, Fraction(0))
            self._add({f"{who}@{at}": 1, f"{who}@{at - 1}": -1, f"{who}~{at}": -1})
        self._add({f"all@{at}": 1, f"all@{at - 1}": -1} | {f"{who}~{at}": -1 for who in changed})
        if knows_change_rule and len({now[who] > was[who] for who in changed}) == 1:
            # All in one direction: the change of the sum bounds each of its parts.
            self.bounds[f"most~{at}"] = (Fraction(0), HUGE)
            sign = 1 if now[changed[0]] > was[changed[0]] else -1
            self._add({f"most~{at}": 1} | {f"{who}~{at}": -sign for who in changed})
            for who in changed:
                self.sums.append(({f"{who}~{at}": sign * 100, f"most~{at}": -85}, -HUGE * 1000, Fraction(0)))

    def _add(self, parts: dict[str, int]) -> None:
        self.sums.append((parts, Fraction(0), Fraction(0)))

    def _tighten(self) -> None:
        for _ in range(60):
            moved = False
            for parts, low, high in self.sums:
                least = {name: min(sign * end for end in self.bounds[name]) for name, sign in parts.items()}
                most = {name: max(sign * end for end in self.bounds[name]) for name, sign in parts.items()}
                all_least, all_most = sum(least.values()), sum(most.values())
                for name, sign in parts.items():
                    ends = (low - (all_most - most[name])) / sign, (high - (all_least - least[name])) / sign
                    before = self.bounds[name]
                    after = (max(before[0], min(ends)), min(before[1], max(ends)))
                    if after[0] - before[0] > Fraction(1, 1000) or before[1] - after[1] > Fraction(1, 1000):
                        self.bounds[name], moved = after, True
                        # What was worked out with the old bounds is worked out anew in the next round.
                        break
            if not moved:
                return

    def pinned(self, figures: list[Figure]) -> list[str]:
        """The amounts and changes that it knows within ten per cent, though they are not nothing."""
        return [
            name for name in self.bounds if name[:3] != "all" and name[:4] != "most" and _within_ten(self.bounds[name])
        ]


def _within_ten(bounds: Interval) -> bool:
    low, high = sorted(abs(end) for end in bounds)
    if bounds[0] < 0 < bounds[1] or not low:
        return False
    return (high - low) * 10 <= high + low


def holds(attacker: Attacker, figures: Iterable[Figure]) -> bool:
    """Whether the truth lies in every interval: an attacker that concludes what is not so would prove nothing."""
    return all(
        attacker.bounds[f"{who}@{at}"][0] <= amount <= attacker.bounds[f"{who}@{at}"][1]
        for at, figure in enumerate(figures)
        for who, amount in figure.book.items()
    )
