"""How concentrated output is by country, before and after what is planned: the index of Herfindahl and Hirschman (HHI).

The sum of the squared shares in percent: near 0 where many countries have little each, 10,000 where one has all. What
is of unlisted countries is known together and not one by one: spread thin it adds nothing, as one country's it adds the
most. Between the two the index is a range and not a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from deals.concentration.baseline import World

NONE = Decimal(0)


@dataclass(frozen=True)
class Between:
    """From `low` to `high`; both are the same where it is known."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Change:
    """What planned output does. Tonnes of what is counted; shares in percent; `top`: the largest producer of today."""

    world: World
    planned: Mapping[str, Decimal]
    top: str
    top_before: Decimal
    top_after: Decimal
    before: Between
    after: Between
    change: Between

    @property
    def added(self) -> Decimal:
        return sum(self.planned.values(), NONE)

    @property
    def of_world(self) -> Decimal:
        """What is planned in percent of today's output."""
        return self.added * 100 / self.world.total


def change_of(world: World, planned: Mapping[str, Decimal]) -> Change:
    """The index today, and as it would be with the planned output on top of it and all else as it is."""
    top = max(world.countries, key=lambda country: (world.countries[country], country))
    total = world.total + sum(planned.values(), NONE)
    after = {
        country: world.countries.get(country, NONE) + planned.get(country, NONE)
        for country in {*world.countries, *planned}
    }
    # Whose planned output may come on top of an unlisted one.
    unlisted = max((planned[country] for country in planned if country not in world.countries), default=NONE)
    before = _index(world.countries, world.unlisted, NONE, world.total)
    then = _index(after, world.unlisted, unlisted, total)
    changes = sorted((then.low - before.low, then.high - before.high))
    return Change(
        world,
        planned,
        top,
        world.countries[top] * 100 / world.total,
        after[top] * 100 / total,
        before,
        then,
        Between(*changes),
    )


def _index(countries: Mapping[str, Decimal], rest: Decimal, joined: Decimal, total: Decimal) -> Between:
    """`rest` is of unlisted countries: spread thin, or of one, which has `joined` besides."""
    squares = sum((_square(tonnes, total) for tonnes in countries.values()), NONE)
    return Between(squares, squares - _square(joined, total) + _square(rest + joined, total))


def _square(tonnes: Decimal, total: Decimal) -> Decimal:
    return (tonnes * 100 / total) ** 2
