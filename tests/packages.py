"""Financings as a public source tells them: every row published, so that a figure needs no two people.

Rates: EUR/USD 1.25, EUR/AUD 2.00, EUR/CAD 1.50, EUR/JPY 160, EUR/KRW 1600 of Friday, 31 October 2025.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from deals.ecb import Quoted
from deals.models import (
    Commitment,
    CoverLink,
    Deal,
    JointAmount,
    Loaded,
    Participation,
    Project,
    Size,
    Source,
    Tranche,
)
from deals.money import Money
from deals.services.rates import publish_rates
from institutions.isolation.session import System, acting_as
from institutions.models import Institution
from tests.cast import Cast

FRIDAY = date(2025, 10, 31)
QUOTED = {"USD": "1.25", "AUD": "2.00", "CAD": "1.50", "JPY": "160", "KRW": "1600"}


def load_rates(on: date = FRIDAY, **quoted: str) -> None:
    """The rates of a day: those above, or others."""
    rates = [Quoted(code, on, Decimal(rate)) for code, rate in (quoted or QUOTED).items()]
    # In nobody's name, whoever acted last in a test's transaction.
    with acting_as(None):
        publish_rates(rates, how=Loaded.HISTORY)


def m(millions: str | int, currency: str = "USD") -> Money:
    return Money.of(f"{Decimal(millions) * 1_000_000:.0f}", currency)


def site(cast: Cast) -> Project:
    """A published project."""
    desk = cast.bank("desk")
    with acting_as(System("test", desk.pk)):
        source = Source.objects.create(title="News of a mine", confidence="verified")
        return Project.objects.create(
            owner=desk, network=cast.network, slug="mine", name="Mine", country="AU", origin="published",
            level="public", source=source,
        )  # fmt: skip


@dataclass
class Package:
    """One published deal of the cast's network, made by the secretariat."""

    cast: Cast
    slug: str
    target: Money | None = None
    project: Project | None = None
    status: str = "closed"
    source: Source = field(init=False)
    deal: Deal = field(init=False)

    def __post_init__(self) -> None:
        with self.desk():
            self.source = Source.objects.create(title=f"News of {self.slug}", confidence="verified")
            self.deal = Deal.objects.create(
                slug=self.slug, name=self.slug.title(), network=self.cast.network, status=self.status,
                project=self.project, source=self.source, target_amount=self.target.amount if self.target else None,
                target_currency=self.target.currency if self.target else "", **self.public,
            )  # fmt: skip

    def desk(self) -> Any:
        return acting_as(System("test", self.cast.bank("desk").pk))

    @property
    def public(self) -> dict[str, Any]:
        return {"owner": self.cast.bank("desk"), "origin": "published", "level": "public"}

    @property
    def part(self) -> dict[str, Any]:
        return {"deal": self.deal, **self.public}

    def tranche(self, name: str, currency: str = "USD", amount: Money | None = None, **facts: Any) -> Tranche:
        with self.desk():
            return Tranche.objects.create(
                name=name, currency=currency, amount=amount.amount if amount else None, **facts, **self.part
            )

    def commit(self, bank: str | Institution, money: Money | JointAmount | None = None, *, stage: str = "signed",
               qualifier: str = "exact", instrument: str = "senior_loan", **facts: Any) -> Commitment:  # fmt: skip
        """`money` None is an amount that nobody told."""
        institution = self.cast.bank(bank) if isinstance(bank, str) else bank
        with self.desk():
            made = Commitment.objects.create(
                institution=institution, instrument=instrument, stage=stage, source=self.source, **facts, **self.part
            )
            joint = money if isinstance(money, JointAmount) else None
            own = money if isinstance(money, Money) else None
            Size.objects.create(
                commitment=made, amount=own.amount if own else None, currency=own.currency if own else "",
                qualifier=qualifier if own else "unknown", joint=joint, **self.part,
            )  # fmt: skip
        return made

    def joint(self, money: Money, qualifier: str = "exact") -> JointAmount:
        with self.desk():
            return JointAmount.objects.create(
                amount=money.amount, currency=money.currency, qualifier=qualifier, **self.part
            )

    def cover(self, cover: Commitment, what: Commitment | Tranche, *, political: str | None = None,
              commercial: str | None = None, money: Money | None = None) -> CoverLink:  # fmt: skip
        with self.desk():
            return CoverLink.objects.create(
                cover=cover, covered=what if isinstance(what, Commitment) else None,
                covered_tranche=what if isinstance(what, Tranche) else None,
                political_percent=Decimal(political) if political else None,
                commercial_percent=Decimal(commercial) if commercial else None,
                amount=money.amount if money else None, currency=money.currency if money else "", **self.part,
            )  # fmt: skip

    def participate(self, commitment: Commitment, lender: Commitment, kind: str) -> Participation:
        with self.desk():
            return Participation.objects.create(commitment=commitment, lender=lender, kind=kind, **self.part)
