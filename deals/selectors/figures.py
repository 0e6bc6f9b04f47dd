"""What a capital stack consists of: figures that open to their rows, blocks of them, and the gaps.

A figure is a sum that the database made; whatever is added here is of one class, one side and one currency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from deals.lifecycle import Class
from deals.models import Purpose
from deals.money import Money
from deals.sentences.words import in_row

RISKS = ("political", "commercial")
NO_TARGET = gettext_noop("no target")
SPONSOR = "sponsor"
# In the order in which they are paid.
SENIORITIES = ("", "senior", "mezzanine", "subordinated", "several", "equity", "grant")


@dataclass(frozen=True)
class Rate:
    """What one of `source` was worth in `target` on a day; the legs are what the ECB published for one euro."""

    source: str
    target: str
    source_leg: Decimal
    target_leg: Decimal
    on: date

    @property
    def rate(self) -> Decimal:
        """To twelve digits, for reading; amounts are converted with the legs."""
        return Decimal(f"{self.target_leg / self.source_leg:.12g}").normalize()

    @classmethod
    def read(cls, told: Mapping[str, Any], currency: str, target: str) -> Self | None:
        if told["rate_on"] is None or currency == target:
            return None
        return cls(
            currency,
            target,
            Decimal(told["from_leg"]),
            Decimal(told["to_leg"]),
            date.fromisoformat(told["rate_on"]),
        )


@dataclass(frozen=True)
class Member:
    """A commitment of a row, and whose it is."""

    commitment: UUID
    institution: UUID
    name: str


@dataclass(frozen=True)
class Row:
    """What a figure opens to: one commitment, or one amount of several.

    `money` is as it was stated, None where unknown; `converted` None where unknown or without a rate. `within` is the
    commitment in whose loan it is counted. `protected` is what cover protects of it, per risk, in the reporting
    currency; None without cover. `unclear`: how far, is not told of one of its covers. `percent`: of all its covers.
    """

    members: tuple[Member, ...]
    joint: UUID | None
    money: Money | None
    qualifier: str
    signed: bool
    converted: Money | None
    rate: Rate | None
    within: UUID | None
    protected: Mapping[str, Money] | None
    unclear: bool
    percent: Mapping[str, Decimal]


@dataclass(frozen=True)
class Sum:
    """What the database added up of a figure's rows: `amount` in their currency, the rest in the reporting one."""

    amount: Decimal = Decimal(0)
    converted: Decimal = Decimal(0)
    up_to: Decimal = Decimal(0)
    rows: int = 0
    unknown: int = 0
    at_least: int = 0
    approximate: int = 0
    unconverted: int = 0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        amount, converted, up_to = (Decimal(told[name]) for name in ("amount", "converted", "up_to"))
        counts = {name: int(told[name]) for name in ("rows", "unknown", "at_least", "approximate", "unconverted")}
        return cls(amount, converted, up_to, **counts)

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(**{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__})


@dataclass(frozen=True)
class Figure:
    """What stands in one class, on one side, for one purpose, of one seniority and instrument, in one currency."""

    cls: Class
    side: str
    purpose: str
    seniority: str
    instrument: str
    currency: str
    all: Sum
    signed: Sum
    reporting: str
    opens: tuple[Row, ...]

    @property
    def money(self) -> Money | None:
        """In its own currency; None where no amount is known."""
        return Money.total(self.all.amount, self.currency) if self.currency else None

    @property
    def converted(self) -> Money | None:
        """In the reporting currency; None where no amount is known or no rate converts it."""
        return Money.total(self.all.converted, self.reporting) if self.currency and not self.all.unconverted else None


@dataclass(frozen=True)
class Parts:
    """Money by what protects it; `direct` has no cover. Per risk, the three others add up to what has."""

    covered: Mapping[str, Money]
    uncovered: Mapping[str, Money]
    unclear: Mapping[str, Money]
    direct: Money


@dataclass(frozen=True)
class Block:
    """The figures of one class and side and, of money, one purpose; only `base` money closes the gap."""

    cls: Class
    side: str
    purpose: str
    reporting: str
    figures: tuple[Figure, ...]

    @cached_property
    def all(self) -> Sum:
        return sum((figure.all for figure in self.figures), Sum())

    @property
    def total(self) -> Money:
        """Of the amounts that are known and converted, in the reporting currency."""
        return Money.total(self.all.converted, self.reporting)

    @property
    def signed(self) -> Money:
        return Money.total(sum((f.signed.converted for f in self.figures), Decimal(0)), self.reporting)

    @property
    def others(self) -> tuple[Money, ...]:
        """Known amounts that no rate converts, by currency."""
        return unconverted(self.figures, signed=False)

    @cached_property
    def parts(self) -> Parts:
        rows = [(row, row.converted) for figure in self.figures for row in figure.opens if row.converted]
        none = Money.total(Decimal(0), self.reporting)
        covered, rest, unclear = (dict.fromkeys(RISKS, none) for _ in range(3))
        direct = none
        for row, converted in rows:
            if row.protected is None:
                direct += converted
                continue
            for risk in RISKS:
                covered[risk] += row.protected[risk]
                left = unclear if row.unclear else rest
                left[risk] += Money.total(converted.amount - row.protected[risk].amount, self.reporting)
        return Parts(covered, rest, unclear, direct)


@dataclass(frozen=True)
class Gap:
    """What is missing to the target, with how sure that is.

    `short` is None without a target; what is 'up to' an amount counts in full in it. Amounts that are unknown, that are
    'at least' so much, or that no rate converts (`others`) can only make the gap smaller; those that are 'up to' so
    much only larger.
    """

    short: Money | None
    unknown: int = 0
    others: tuple[Money, ...] = ()
    up_to: Money | None = None
    at_least: int = 0
    approximate: int = 0
    why_no_target: str = NO_TARGET

    @property
    def at_most(self) -> bool:
        return bool(self.unknown or self.others or self.at_least)

    @property
    def low(self) -> Money | None:
        """The least that it can be; None without a target."""
        return self.short and (Money.total(Decimal(0), self.short.currency) if self.at_most else self.short)

    @property
    def high(self) -> Money | None:
        """The most that it can be, as far as amounts are exact; None without a target."""
        return self.short and (self.short + self.up_to if self.up_to else self.short)

    @property
    def bound(self) -> str:
        """`unknown`, `exact`, `at_most`, `at_least`, `between` (bounded on both sides) or `about`."""
        if self.short is None:
            return "unknown"
        if self.at_most:
            return "between" if self.up_to else "at_most"
        return "at_least" if self.up_to else "about" if self.approximate else "exact"

    @property
    def said(self) -> str:
        """'at most USD 5', or why there is none."""
        if self.short is None:
            return _("unknown: %(why)s") % {"why": _(self.why_no_target)}
        amount = {"amount": self.high if self.bound == "between" else self.short}
        match self.bound:
            case "at_most" | "between":
                return _("at most %(amount)s") % amount
            case "at_least":
                return _("at least %(amount)s") % amount
            case "about":
                return _("about %(amount)s") % amount
        return str(self.short)

    @property
    def because(self) -> str:
        """What makes it no exact figure; '' where it is one."""
        if self.short is None:
            return ""
        why = left_out(self.unknown, self.others)
        if self.at_least:
            why.append(_("%(count)s of 'at least' an amount") % {"count": self.at_least})
        if self.approximate:
            why.append(_("%(count)s of about an amount") % {"count": self.approximate})
        if self.bound == "between":
            amounts = {"low": self.short, "up_to": self.up_to}
            why.append(_("%(low)s if what is 'up to' %(up_to)s comes in full") % amounts)
        elif self.up_to:
            why.append(_("'up to' %(up_to)s counted in full") % {"up_to": self.up_to})
        return in_row(why)

    def __str__(self) -> str:
        return f"{self.said} ({self.because})" if self.because else self.said


def left_out(unknown: int, others: Iterable[Money]) -> list[str]:
    """What a sum does not hold: how many of unknown amount, and the amounts that no rate converts."""
    said = [_("%(count)s of unknown amount") % {"count": unknown}] if unknown else []
    return said + [_("%(amount)s not converted") % {"amount": money} for money in others]


def unconverted(figures: Iterable[Figure], *, signed: bool) -> tuple[Money, ...]:
    """The known amounts that no rate converts, by currency."""
    found: dict[str, Money] = {}
    for figure in figures:
        counted = figure.signed if signed else figure.all
        if counted.unconverted:
            money = Money.total(counted.amount, figure.currency)
            found[figure.currency] = found[figure.currency] + money if figure.currency in found else money
    return tuple(found[code] for code in sorted(found))


def place(purpose: str) -> int:
    """The base first, then the other purposes as the code list has them, the sponsor's own loans last."""
    return ["", *Purpose.values, SPONSOR].index(purpose)
