"""What the world produces of a mineral at a stage, by country: dated rows with their source (baseline/)."""

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("baseline")


@dataclass(frozen=True)
class Source:
    title: str
    publisher: str
    url: str
    published: str
    note: str = ""


@dataclass(frozen=True)
class World:
    """One year's output in tonnes of what is `counted`: by country, and the total as published.

    `estimated`: some of it is an estimate of its publisher.
    """

    mineral: str
    stage: str
    counted: str
    year: int
    countries: Mapping[str, Decimal]
    published_total: Decimal
    estimated: bool
    source: Source

    @property
    def total(self) -> Decimal:
        """The published total, or what its rounded rows come to where that is more."""
        return max(self.published_total, sum(self.countries.values(), Decimal(0)))

    @property
    def unlisted(self) -> Decimal:
        """Of countries that are not told one by one."""
        return self.total - sum(self.countries.values(), Decimal(0))


@cache
def latest() -> dict[tuple[str, str], tuple[World, ...]]:
    """By mineral and stage, the newest year of each series."""
    found: dict[tuple[str, str], dict[str, World]] = defaultdict(dict)
    for world in sorted(_all(), key=lambda world: world.year):
        found[world.mineral, world.stage][world.counted] = world
    return {key: tuple(series[counted] for counted in sorted(series)) for key, series in found.items()}


def _all() -> list[World]:
    sources = {
        (row["mineral"], row["stage"], row["counted"]): Source(
            row["title"], row["publisher"], row["url"], row["published"], row["note"]
        )
        for row in _rows("sources.csv")
    }
    series: dict[tuple[str, str, str, int], dict[str, tuple[Decimal, bool]]] = defaultdict(dict)
    for row in _rows("world_output.csv"):
        key = (row["mineral"], row["stage"], row["counted"], int(row["year"]))
        series[key][row["country"]] = Decimal(row["tonnes"]), row["estimated"] == "yes"
    return [
        World(
            mineral,
            stage,
            counted,
            year,
            {country: tonnes for country, (tonnes, _) in rows.items() if country},
            rows[""][0],
            any(estimated for _, estimated in rows.values()),
            sources[mineral, stage, counted],
        )
        for (mineral, stage, counted, year), rows in series.items()
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))
