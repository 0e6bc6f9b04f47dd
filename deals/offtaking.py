"""What is contracted of a project's output, year by year: pure.

Shares are in percent of what the project is planned to yield of a mineral in a year. An amount is a share where the
planned output is known by mass; what is neither is counted as unknown and never as nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

# Tonnes a year in one of each; the ounce is the troy ounce, the pound the avoirdupois pound.
MASS: dict[str, Decimal] = {
    unit: Decimal(tonnes)
    for unit, tonnes in {
        "kg_per_year": "0.001", "t_per_year": "1", "kt_per_year": "1000", "mt_per_year": "1000000",
        "lb_per_year": "0.00045359237", "oz_per_year": "0.0000311034768",
    }.items()
}  # fmt: skip
WHOLE = Decimal(100)
# Beyond a thousand times the output it is no share that anybody reads: an amount beside another unit.
MOST = WHOLE * 1000
# A contract without a told end is shown so far.
OPEN_YEARS = 15


@dataclass(frozen=True)
class Contract:
    """A contract that stands. `country`: the buyer's, '' where not told. One of share and tonnes a year, or none."""

    mineral: str
    country: str
    first_year: int
    last_year: int | None
    binding: bool
    share: Decimal | None = None
    tonnes: Decimal | None = None


@dataclass
class Taken:
    """Percent of a year's output, and how many contracts besides are of no known share."""

    binding: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    unknown: int = 0
    unknown_binding: int = 0

    @property
    def over(self) -> bool:
        """More is sold by binding contracts than there will be."""
        return self.binding > WHOLE


@dataclass
class Contracted:
    """What is contracted of one mineral. `years`: all countries together; `countries`: by country and year."""

    mineral: str
    planned: Decimal | None
    years: dict[int, Taken] = field(default_factory=dict)
    countries: dict[str, dict[int, Taken]] = field(default_factory=dict)

    @property
    def least_binding(self) -> Decimal:
        """Of the years that are told the least that binding contracts take."""
        return min((taken.binding for taken in self.years.values()), default=Decimal(0))


def contracted(contracts: Sequence[Contract], planned: Mapping[str, Decimal]) -> list[Contracted]:
    """By mineral, in the order of the contracts. `planned`: tonnes a year, where they are known."""
    found = []
    for mineral in dict.fromkeys(contract.mineral for contract in contracts):
        its = [contract for contract in contracts if contract.mineral == mineral]
        found.append(_of(mineral, its, planned.get(mineral)))
    return found


def _of(mineral: str, contracts: Iterable[Contract], planned: Decimal | None) -> Contracted:
    its = list(contracts)
    years = _years(its)
    by_country: dict[str, dict[int, Taken]] = defaultdict(lambda: {year: Taken() for year in years})
    whole = {year: Taken() for year in years}
    for contract in its:
        share = _share(contract, planned)
        for year in years:
            if contract.first_year <= year <= (contract.last_year or years[-1]):
                _add(whole[year], contract, share)
                _add(by_country[contract.country][year], contract, share)
    return Contracted(mineral, planned, whole, {country: by_country[country] for country in sorted(by_country)})


def _years(contracts: list[Contract]) -> list[int]:
    first = min(contract.first_year for contract in contracts)
    last = max(contract.last_year or contract.first_year + OPEN_YEARS - 1 for contract in contracts)
    return list(range(first, last + 1))


def _share(contract: Contract, planned: Decimal | None) -> Decimal | None:
    if contract.share is not None:
        return contract.share
    if contract.tonnes is None or not planned:
        return None
    return min(contract.tonnes * WHOLE / planned, MOST)


def _add(taken: Taken, contract: Contract, share: Decimal | None) -> None:
    if share is None:
        taken.unknown += 1
        taken.unknown_binding += contract.binding
    elif contract.binding:
        taken.binding += share
    else:
        taken.other += share
