"""What a reader sees of a project and of a deal, as plain facts for the checks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from deals.money import Money

S = TypeVar("S")


@dataclass(frozen=True)
class Stated:
    """A maker's present statement; one of text, day, money and number, as its code asks. `mineral` by its name."""

    code: str
    by: str
    as_of: date
    text: str = ""
    day: date | None = None
    money: Money | None = None
    number: Decimal | None = None
    unit: str = ""
    mineral: str = ""
    category: str = ""
    competent_person: str = ""


@dataclass(frozen=True)
class SeenProject:
    """`stage` as it is shown; `minerals` by name, and whether each is a by-product; `companies` by name and country."""

    today: date
    stage: str = ""
    facts: tuple[Stated, ...] = ()
    minerals: dict[str, bool] = field(default_factory=dict)
    chain_stages: tuple[str, ...] = ()
    companies: tuple[tuple[str, str], ...] = ()

    def stated(self, code: str) -> list[Stated]:
        """The latest first."""
        return sorted((fact for fact in self.facts if fact.code == code), key=lambda fact: fact.as_of, reverse=True)

    def latest(self, code: str) -> Stated | None:
        return next(iter(self.stated(code)), None)


@dataclass(frozen=True)
class SeenTranche:
    name: str
    currency: str
    amount: Money | None = None
    purpose: str = "base"
    tenor_months: int | None = None
    grace_months: int | None = None
    availability_ends_on: date | None = None


@dataclass(frozen=True)
class SeenCommitment:
    """One that stands; `cls` is its class."""

    by: str
    cls: str
    cover: bool = False
    amount: Money | None = None
    tranche: SeenTranche | None = None
    signed_on: date | None = None
    # The amounts of its cover links, each with what it covers where that is seen.
    covers: tuple[tuple[Money | None, Money | None], ...] = ()


@dataclass(frozen=True)
class SeenCondition:
    text: str
    due_on: date | None
    is_open: bool


@dataclass(frozen=True)
class SeenDeal:
    """`firm` is the base's firm money in the target's currency, None where it is of unknown amount."""

    today: date
    status: str
    target: Money | None = None
    firm: Money | None = None
    announced_on: date | None = None
    tranches: tuple[SeenTranche, ...] = ()
    commitments: tuple[SeenCommitment, ...] = ()
    conditions: tuple[SeenCondition, ...] = ()
    leads: bool = True
    project: SeenProject | None = None
    # The targets of the project's deals together, in the currency of its capital cost; None where that is not known.
    sought: Money | None = None


@dataclass(frozen=True)
class Finding:
    code: str
    says: str


@dataclass(frozen=True)
class Check(Generic[S]):
    """`finds` yields a sentence for each place where it does not fit."""

    code: str
    finds: Callable[[S], Iterator[str]]
